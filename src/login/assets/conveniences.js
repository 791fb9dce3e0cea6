// Copy and print, where there is script; the pages say everything without it.
(() => {
  for (const button of document.querySelectorAll('button[data-copy]')) {
    if (navigator.clipboard === undefined) continue;
    const label = button.textContent;
    button.hidden = false;
    button.setAttribute('aria-live', 'polite');
    const copy = async () => {
      const source = document.getElementById(button.dataset.copy);
      const lines = [...source.querySelectorAll('li')].map((item) => item.textContent.trim());
      const text = lines.length > 0 ? lines.join('\n') : source.textContent.replaceAll(/\s/g, '');
      await navigator.clipboard.writeText(text);
      button.textContent = button.dataset.done;
      setTimeout(() => {
        button.textContent = label;
      }, 3000);
    };
    button.addEventListener('click', () => void copy());
  }
  for (const button of document.querySelectorAll('button[data-print]')) {
    button.hidden = false;
    button.addEventListener('click', () => globalThis.print());
  }
})();
