import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import express from 'express';
import { serve, settings } from './program.mjs';

const { issuer, clientId, url, scope } = settings;
const library = join(dirname(createRequire(import.meta.url).resolve('oidc-client-ts/package.json')), 'dist/browser');
const page = `<!doctype html><title>Board</title><p id="user">nobody</p>
<button id="login">Log in</button><button id="refresh">Refresh</button><button id="logout">Log out</button>
<script src="/library/oidc-client-ts.min.js"></script>
<script>
  const manager = new oidc.UserManager({
    authority: '${issuer}', client_id: '${clientId}', redirect_uri: '${url}/callback',
    post_logout_redirect_uri: '${url}/', scope: '${scope}', automaticSilentRenew: false,
  });
  const show = (text) => { document.querySelector('#user').textContent = text; };
  const run = (work) => work().catch((error) => show('error: ' + error.message));
  document.querySelector('#login').onclick = () => run(() => manager.signinRedirect());
  document.querySelector('#logout').onclick = () => run(() => manager.signoutRedirect());
  document.querySelector('#refresh').onclick = () => run(async () => {
    const before = await manager.getUser();
    const user = await manager.signinSilent();
    const rotated = before.refresh_token !== user.refresh_token;
    const answer = await fetch('${issuer}/oauth2/userinfo', { headers: { authorization: 'Bearer ' + user.access_token } });
    show('refreshed ' + rotated + ' ' + (await answer.json()).email);
  });
  run(async () => {
    if (location.pathname === '/callback') {
      await manager.signinCallback();
      history.replaceState(null, '', '/');
    }
    const user = await manager.getUser();
    show(user === null ? 'nobody' : 'logged in ' + user.profile.email);
  });
</script>`;
const app = express();
app.use('/library', express.static(library));
app.get(['/', '/callback'], (_request, response) => response.type('html').send(page));
serve(app);
