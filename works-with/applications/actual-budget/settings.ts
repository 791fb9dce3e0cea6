import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'actual-budget',
  name: 'Actual Budget',
  version: '26.9.0',
  words: ['finance', 'budget', 'money'],
  mark: 'Ab',
  about: 'A planner of budgets for households and small firms.',
  example: 'https://budget.northwind.example',
  registration: { kind: 'web', redirectUris: ['{app}/openid/callback'], initiateLoginUri: '{app}/' },
  there: [
    {
      where: 'The environment of the server',
      format: 'env',
      text: `ACTUAL_LOGIN_METHOD=openid
ACTUAL_USER_CREATION_MODE=login
ACTUAL_OPENID_DISCOVERY_URL={discovery}
ACTUAL_OPENID_CLIENT_ID={clientId}
ACTUAL_OPENID_CLIENT_SECRET={clientSecret}
ACTUAL_OPENID_SERVER_HOSTNAME={app}`,
    },
  ],
  notes: [
    'Whoever logs in first owns the server.',
    '`ACTUAL_USER_CREATION_MODE=login` lets people in who have no account there yet; without it only the first one gets in.',
    'It keys people on `preferred_username` where there is one, else on their address: a changed address is a new account.',
  ],
  then: 'Start it with an empty data folder; its log-in page has a button for OpenID.',
  lacks: ['It does not log people out of Gatehouse, and knows no back-channel logout.'],
};
