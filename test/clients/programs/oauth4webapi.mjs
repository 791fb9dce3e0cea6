import express from 'express';
import session from 'express-session';
import * as oauth from 'oauth4webapi';
import { logoutUrl, serve, settings, userinfo } from './program.mjs';

const { clientId, clientSecret, url, scope } = settings;
// oxlint-disable-next-line typescript/no-deprecated -- the issuer of a test is http on the loopback address
const insecure = { [oauth.allowInsecureRequests]: true };
const issuer = new URL(settings.issuer);
const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
const self = { client_id: clientId };
const proof = oauth.ClientSecretBasic(clientSecret);
const app = express();
app.use(session({ secret: 'of this program', resave: false, saveUninitialized: true }));
app.get('/', async (request, response) => {
  const { tokens } = request.session;
  response.json({ user: tokens === undefined ? null : await userinfo(tokens.access_token) });
});
app.get('/login', async (request, response) => {
  const asked = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
  };
  request.session.asked = asked;
  const to = new URL(server.authorization_endpoint);
  to.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: `${url}/callback`,
    response_type: 'code',
    scope,
    state: asked.state,
    nonce: asked.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(asked.verifier),
    code_challenge_method: 'S256',
  }).toString();
  response.redirect(to.href);
});
app.get('/callback', async (request, response) => {
  const { verifier, state, nonce } = request.session.asked;
  const parameters = oauth.validateAuthResponse(server, self, new URL(request.url, url), state);
  const answer = await oauth.authorizationCodeGrantRequest(
    server,
    self,
    proof,
    parameters,
    `${url}/callback`,
    verifier,
    insecure,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, self, answer, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  await oauth.validateApplicationLevelSignature(server, answer, insecure);
  request.session.tokens = tokens;
  response.redirect('/');
});
app.get('/refresh', async (request, response) => {
  const { tokens } = request.session;
  const answer = await oauth.refreshTokenGrantRequest(server, self, proof, tokens.refresh_token, insecure);
  const fresh = await oauth.processRefreshTokenResponse(server, self, answer);
  request.session.tokens = { ...tokens, ...fresh };
  response.json({ user: await userinfo(fresh.access_token) });
});
app.get('/logout', (request, response) => {
  const { id_token: idToken } = request.session.tokens;
  delete request.session.tokens;
  response.redirect(logoutUrl(idToken));
});
serve(app);
