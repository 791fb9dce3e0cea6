import express from 'express';
import session from 'express-session';
import * as client from 'openid-client';
import { serve, settings, userinfo } from './program.mjs';

const { issuer, clientId, clientSecret, url, scope } = settings;
// oxlint-disable-next-line typescript/no-deprecated -- the issuer of a test is http on the loopback address
const execute = [client.allowInsecureRequests];
const config = await client.discovery(new URL(issuer), clientId, undefined, client.ClientSecretBasic(clientSecret), {
  execute,
});
const app = express();
app.use(session({ secret: 'of this program', resave: false, saveUninitialized: true }));
app.get('/', async (request, response) => {
  const { tokens } = request.session;
  response.json({ user: tokens === undefined ? null : await userinfo(tokens.access_token) });
});
app.get('/login', async (request, response) => {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const nonce = client.randomNonce();
  request.session.asked = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
  const parameters = {
    redirect_uri: `${url}/callback`,
    scope,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  };
  response.redirect(client.buildAuthorizationUrl(config, parameters).href);
});
app.get('/callback', async (request, response) => {
  const tokens = await client.authorizationCodeGrant(config, new URL(request.url, url), request.session.asked);
  request.session.tokens = { ...tokens };
  response.redirect('/');
});
app.get('/refresh', async (request, response) => {
  const tokens = await client.refreshTokenGrant(config, request.session.tokens.refresh_token);
  request.session.tokens = { ...request.session.tokens, ...tokens };
  response.json({ user: await userinfo(tokens.access_token) });
});
app.get('/logout', (request, response) => {
  const { id_token: idToken } = request.session.tokens;
  delete request.session.tokens;
  const parameters = { id_token_hint: idToken, post_logout_redirect_uri: `${url}/` };
  response.redirect(client.buildEndSessionUrl(config, parameters).href);
});
serve(app);
