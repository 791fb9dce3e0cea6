// A form with `data-ceremony` gets its field `response` from the browser's authenticator. Served after the bundle of
// @simplewebauthn/browser, which defines SimpleWebAuthnBrowser.
(() => {
  const { browserSupportsWebAuthn, startAuthentication, startRegistration } = globalThis.SimpleWebAuthnBrowser;
  for (const form of document.querySelectorAll('form[data-ceremony]')) {
    const message = form.querySelector('[role=alert]');
    const button = form.querySelector('button');
    const say = (text) => {
      message.textContent = text;
      message.classList.remove('hidden');
      message.focus();
    };
    if (!browserSupportsWebAuthn()) {
      say(form.dataset.unsupported);
      button.hidden = true;
      continue;
    }
    const prove = async () => {
      const optionsJSON = JSON.parse(form.dataset.options);
      const ask = form.dataset.ceremony === 'register' ? startRegistration : startAuthentication;
      form.elements.response.value = JSON.stringify(await ask({ optionsJSON }));
      form.submit();
    };
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      message.classList.add('hidden');
      button.disabled = true;
      prove().catch(() => {
        say(form.dataset.closed);
        button.disabled = false;
      });
    });
  }
})();
