import { ExpressAuth, getSession } from '@auth/express';
import express from 'express';
import { logoutUrl, refreshByHand, serve, settings, userinfo } from './program.mjs';

const { issuer, clientId, clientSecret, scope } = settings;
/** Refreshing is the application's work in Auth.js: its `jwt` callback. */
let refreshNow = false;
const options = {
  trustHost: true,
  secret: 'a secret of this program, long enough',
  providers: [
    {
      id: 'gatehouse',
      name: 'Gatehouse',
      type: 'oidc',
      issuer,
      clientId,
      clientSecret,
      authorization: { params: { scope } },
    },
  ],
  callbacks: {
    async jwt({ token, account }) {
      if (account) return { ...token, tokens: account };
      if (!refreshNow) return token;
      refreshNow = false;
      return { ...token, tokens: { ...token.tokens, ...(await refreshByHand(token.tokens.refresh_token)) } };
    },
    session: ({ session, token }) => ({ ...session, tokens: token.tokens }),
  },
};
const app = express();
app.use('/auth', ExpressAuth(options));
const show = async (request, response) => {
  const session = await getSession(request, options);
  response.json({ user: session?.tokens ? await userinfo(session.tokens.access_token) : null });
};
app.get('/', show);
app.get('/login', (_request, response) => response.redirect('/auth/signin'));
app.get('/refresh', async (request, response) => {
  refreshNow = true;
  await show(request, response);
});
app.get('/logout', async (request, response) => {
  const session = await getSession(request, options);
  response.clearCookie('authjs.session-token');
  response.redirect(logoutUrl(session.tokens.id_token));
});
serve(app);
