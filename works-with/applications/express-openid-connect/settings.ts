import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'express-openid-connect',
  name: 'express-openid-connect',
  version: '3.4.0',
  words: ['express', 'node', 'javascript', 'framework'],
  mark: 'Ex',
  about: 'What applications in Node with Express log people in with.',
  example: 'https://portal.northwind.example',
  registration: {
    kind: 'web',
    redirectUris: ['{app}/callback'],
    postLogoutRedirectUris: ['{app}'],
    backchannelLogoutUri: '{app}/backchannel-logout',
    initiateLoginUri: '{app}/',
    refreshTokens: true,
  },
  there: [
    {
      where: 'A module of the application, which has `app.use(logIn)` before its pages',
      format: 'javascript',
      text: `import { auth } from 'express-openid-connect';
import session from 'express-session';
import memorystore from 'memorystore';

const Store = memorystore(session);

export const logIn = auth({
  issuerBaseURL: '{issuer}',
  baseURL: '{app}',
  clientID: '{clientId}',
  clientSecret: '{clientSecret}',
  secret: '{random}',
  authorizationParams: { response_type: 'code', scope: 'openid profile email offline_access' },
  idpLogout: true,
  backchannelLogout: { store: new Store({ checkPeriod: 86_400_000 }) },
});`,
    },
  ],
  notes: [
    "`response_type: 'code'` is needed: by itself it asks for `id_token` by form_post, which Gatehouse does not give.",
    "With `response_type: 'code'` PKCE is on by itself. Keep RS256, or set `idTokenSigningAlg: 'ES256'` there.",
    'Back-channel logout needs the store; with several processes one that they share, such as Redis.',
    'Key people on `request.oidc.user.sub`: addresses may be missing or change.',
  ],
  then: 'Start the application; every page leads to the log-in page.',
  lacks: [],
};
