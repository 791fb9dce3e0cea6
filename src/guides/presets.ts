/** Providers by OpenID Connect that have a guide of their own; `any`: all others. */
export const PRESETS = [
  'google-workspace',
  'okta',
  'keycloak',
  'auth0',
  'ping-one',
  'one-login',
  'jump-cloud',
  'gitlab',
  'any',
] as const;

/** Whose guide is shown; decides nothing else. */
export type Preset = (typeof PRESETS)[number];
