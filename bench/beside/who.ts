import type { FlowName, RivalKey } from './rival.ts';

/** What each one is and how it was set up, for readers of the page. */
export const WHO: Readonly<Record<RivalKey, string>> = {
  gatehouse:
    'this build, started as an operator starts it. It alone also checks user, organization and access in each request and writes its audit event.',
  before: 'the build that the aims were set against, from the history, filled by its own API.',
  prepared: 'oidc-provider on the one table that most people write for it, statements prepared.',
  unprepared: 'the same without prepared statements.',
  map: 'oidc-provider without a database: the ceiling of the library itself.',
  batching: 'oidc-provider on that table, waiting look-ups sharing one `unnest` statement, and waiting writes another.',
  'better-auth':
    'its OAuth provider on its own tables, ES256, the application trusted and cached. Silent logins alone.',
  keycloak:
    'production mode (`kc.sh build`, PostgreSQL, one node), Organizations with the address first, ES256, events kept, refresh tokens rotate.',
  'keycloak-as-it-comes':
    'the same server, a realm with nothing chosen: RS256, no events kept. It signs access tokens too.',
  polis: 'Ory Polis (`@boxyhq/saml-jackson`) on its own tables, ES256: it has no page and asks for no address.',
  bare: 'an application that speaks to Contoso itself by openid-client, with states and sessions in PostgreSQL: it ends at its own session and gives nobody a token.',
};

/** What each flow is. */
export const WHAT: Readonly<Record<FlowName, string>> = {
  silent:
    'a second application in a browser with a session: authorization request, code redeemed with PKCE, ID token by ES256',
  'silent-rs256': 'the same with an ID token by RS256',
  refresh: 'a refresh token redeemed and replaced',
  userinfo: 'an access token asks for the claims of its user',
  introspection: 'an application asks whether its access token is alive',
  federated:
    'from nothing by an address to Contoso, where the person has a session, and back to tokens; Contoso’s own work is not counted',
  password: 'from nothing by address, password and one-time code to tokens',
};
