import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'node-red',
  name: 'Node-RED',
  version: '5.0.7',
  words: ['flows', 'automation', 'iot', 'passport-openidconnect'],
  mark: 'NR',
  about: 'An editor of flows between devices and services.',
  example: 'https://flows.northwind.example',
  registration: {
    kind: 'web',
    redirectUris: ['{app}/auth/strategy/callback'],
    withoutPkce: true,
    initiateLoginUri: '{app}/',
  },
  there: [
    {
      where: 'The folder of its settings (`~/.node-red`), once',
      format: 'shell',
      text: 'npm install passport-openidconnect@0.1.2',
    },
    {
      where: '`settings.js`, in `module.exports`',
      format: 'javascript',
      text: `adminAuth: {
  type: 'strategy',
  strategy: {
    name: 'openidconnect',
    label: 'Log in with Gatehouse',
    icon: 'fa-lock',
    strategy: require('passport-openidconnect').Strategy,
    options: {
      issuer: '{issuer}',
      authorizationURL: '{issuer}/oauth2/authorize',
      tokenURL: '{issuer}/oauth2/token',
      userInfoURL: '{issuer}/oauth2/userinfo',
      clientID: '{clientId}',
      clientSecret: '{clientSecret}',
      callbackURL: '{app}/auth/strategy/callback',
      scope: ['profile', 'email'],
      verify: (issuer, profile, done) => done(null, { username: profile.emails?.[0]?.value ?? profile.id }),
    },
  },
  users: async (username) => ({ username, permissions: '*' }),
},`,
    },
  ],
  notes: [
    'passport-openidconnect sends no PKCE and has no option for it: the application is registered *without PKCE*.',
    '`users` says what a person may do: `*` is everything, `read` only looking. Whoever may use the application at Gatehouse gets in.',
    'It keys people on their address, and on `sub` where Gatehouse leaves the address out.',
  ],
  then: 'Restart Node-RED; its log-in page has the button *Log in with Gatehouse*.',
  lacks: ['It does not log people out of Gatehouse, and knows no back-channel logout.'],
};
