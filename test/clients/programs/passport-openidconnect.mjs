import express from 'express';
import session from 'express-session';
import passport from 'passport';
import OpenIDConnectStrategy from 'passport-openidconnect';
import { logoutUrl, refreshByHand, serve, settings, userinfo } from './program.mjs';

const { issuer, clientId, clientSecret, url } = settings;
passport.use(
  new OpenIDConnectStrategy(
    {
      issuer,
      authorizationURL: `${issuer}/oauth2/authorize`,
      tokenURL: `${issuer}/oauth2/token`,
      userInfoURL: `${issuer}/oauth2/userinfo`,
      clientID: clientId,
      clientSecret,
      callbackURL: `${url}/callback`,
      scope: 'profile email',
    },
    (_issuer, profile, _context, idToken, accessToken, refreshToken, done) =>
      done(null, { id: profile.id, idToken, accessToken, refreshToken }),
  ),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));
const app = express();
app.use(session({ secret: 'of this program', resave: false, saveUninitialized: true }));
app.use(passport.session());
app.get('/', async (request, response) => {
  response.json({ user: request.user === undefined ? null : await userinfo(request.user.accessToken) });
});
app.get('/login', passport.authenticate('openidconnect'));
app.get('/callback', passport.authenticate('openidconnect', { failWithError: true }), (_request, response) => {
  response.redirect('/');
});
app.get('/refresh', async (request, response) => {
  const fresh = await refreshByHand(request.user.refreshToken);
  response.json({ user: await userinfo(fresh.access_token) });
});
app.get('/logout', (request, response, next) => {
  const { idToken } = request.user;
  request.logout((error) => (error ? next(error) : response.redirect(logoutUrl(idToken))));
});
serve(app);
