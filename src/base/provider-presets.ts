/**
 * Providers that have a guide of their own; `any`: all others. The setup pages and the form have one for each, which tests
 * compare with this list.
 */
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
