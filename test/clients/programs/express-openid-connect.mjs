import express from 'express';
import expressOpenidConnect from 'express-openid-connect';
import { serve, settings, userinfo } from './program.mjs';

const { issuer, clientId, clientSecret, url, scope } = settings;
const app = express();
app.use(
  expressOpenidConnect.auth({
    issuerBaseURL: issuer,
    baseURL: url,
    clientID: clientId,
    clientSecret,
    secret: 'a secret of this program, long enough',
    authRequired: false,
    idpLogout: true,
    routes: { postLogoutRedirect: `${url}/` },
    authorizationParams: { response_type: 'code', scope },
  }),
);
app.get('/', async (request, response) => {
  const { oidc } = request;
  response.json({ user: oidc.isAuthenticated() ? await userinfo(oidc.accessToken.access_token) : null });
});
app.get('/refresh', async (request, response) => {
  const fresh = await request.oidc.accessToken.refresh();
  response.json({ user: await userinfo(fresh.access_token) });
});
serve(app);
