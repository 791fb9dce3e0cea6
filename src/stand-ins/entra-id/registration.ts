import type { RegistrationMistake } from '../stand-in.ts';
import type { App } from './configuration.ts';

/** An app registration with the mistakes in it; none when the application is not registered at all. */
export function spoilRegistration(app: App, mistakes: ReadonlySet<RegistrationMistake>): App[] {
  if (mistakes.has('unknown')) return [];
  const secrets = app.secrets.map((secret) => ({
    ...secret,
    ...(mistakes.has('secret') ? { value: `${secret.value} was replaced` } : {}),
    ...(mistakes.has('secret-expired') ? { expiresAt: '2020-01-01T00:00:00Z' } : {}),
  }));
  const { anyRedirectUri, ...rest } = app;
  const platform = mistakes.has('no-secret-allowed') ? { platform: 'public' as const } : {};
  const known = mistakes.has('redirect-uri') ? [] : app.redirectUris.map((uri) => ({ ...uri, ...platform }));
  const takesAny = anyRedirectUri !== undefined && !mistakes.has('redirect-uri');
  return [
    {
      ...rest,
      secrets,
      redirectUris: known,
      ...(takesAny ? { anyRedirectUri: platform.platform ?? anyRedirectUri } : {}),
      disabled: app.disabled || mistakes.has('disabled'),
      idTokens: app.idTokens && !mistakes.has('id-tokens-off'),
      assignmentRequired: app.assignmentRequired || mistakes.has('not-assigned'),
      consent: consentOf(app, mistakes),
    },
  ];
}

function consentOf({ consent }: App, mistakes: ReadonlySet<RegistrationMistake>): App['consent'] {
  if (mistakes.has('admin-consent')) return 'admin';
  return mistakes.has('consent') ? 'ask' : consent;
}
