import express from 'express';
import nextAuth from 'next-auth';
import nextAuthJwt from 'next-auth/jwt';
import { logoutUrl, refreshByHand, serve, settings, userinfo } from './program.mjs';

const { issuer, clientId, clientSecret, url, scope } = settings;
process.env.NEXTAUTH_URL = url;
const secret = 'a secret of this program, long enough';
const options = {
  secret,
  providers: [
    {
      id: 'gatehouse',
      name: 'Gatehouse',
      type: 'oauth',
      wellKnown: `${issuer}/.well-known/openid-configuration`,
      authorization: { params: { scope } },
      idToken: true,
      checks: ['pkce', 'state'],
      clientId,
      clientSecret,
      profile: (claims) => ({ id: claims.sub, name: claims.name }),
    },
  ],
  callbacks: {
    jwt: ({ token, account }) =>
      account
        ? { ...token, access: account.access_token, refresh: account.refresh_token, id: account.id_token }
        : token,
  },
};
const NextAuth = nextAuth.default ?? nextAuth;
const { getToken } = nextAuthJwt;
const app = express();
app.use(express.urlencoded({ extended: false }), express.json(), (request, _response, next) => {
  request.cookies = Object.fromEntries(
    (request.headers.cookie ?? '').split('; ').map((each) => {
      const at = each.indexOf('=');
      return [each.slice(0, at), decodeURIComponent(each.slice(at + 1))];
    }),
  );
  next();
});
// A route of Next.js hands its path segments over as a query parameter.
app.use('/api/auth', (request, response) => {
  const nextauth = request.path.split('/').filter((part) => part !== '');
  Object.defineProperty(request, 'query', { value: { ...request.query, nextauth } });
  return NextAuth(request, response, options);
});
const tokenOf = async (request) => getToken({ req: request, secret });
app.get('/', async (request, response) => {
  const token = await tokenOf(request);
  response.json({ user: token === null ? null : await userinfo(token.access) });
});
app.get('/login', (_request, response) => response.redirect('/api/auth/signin'));
app.get('/refresh', async (request, response) => {
  const fresh = await refreshByHand((await tokenOf(request)).refresh);
  response.json({ user: await userinfo(fresh.access_token) });
});
app.get('/logout', async (request, response) => {
  const { id } = await tokenOf(request);
  for (const name of Object.keys(request.cookies)) if (name.includes('session-token')) response.clearCookie(name);
  response.redirect(logoutUrl(id));
});
serve(app);
