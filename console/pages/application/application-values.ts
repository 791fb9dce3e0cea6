import type { Application } from '../../../src/api/contract/applications.ts';
import { t } from '../../texts/t.ts';

/** What the form of an application holds; addresses one in a line. */
export interface ApplicationValues {
  name: string;
  kind: Application['kind'];
  redirectUris: string;
  postLogoutRedirectUris: string;
  backchannelLogoutUri: string;
  initiateLoginUri: string;
  clientAuthentication: Exclude<Application['clientAuthentication'], 'none'>;
  /** A JSON Web Key Set (RFC 7517), as text. */
  jwks: string;
  signingAlgorithm: Application['signingAlgorithm'];
  refreshTokens: boolean;
  rotateRefreshTokens: boolean;
  deviceLogin: boolean;
  offline: boolean;
  unprovenAddresses: boolean;
  withoutPkce: boolean;
  highSecurity: boolean;
  actsForUsers: boolean;
  /** Ids of the organizations it is narrowed to. */
  access: string[];
  firstParty: boolean;
}

export const EMPTY_APPLICATION: ApplicationValues = {
  name: '',
  kind: 'web',
  redirectUris: '',
  postLogoutRedirectUris: '',
  backchannelLogoutUri: '',
  initiateLoginUri: '',
  clientAuthentication: 'client_secret_basic',
  jwks: '',
  signingAlgorithm: 'RS256',
  refreshTokens: false,
  rotateRefreshTokens: false,
  deviceLogin: false,
  offline: false,
  unprovenAddresses: false,
  withoutPkce: false,
  highSecurity: false,
  actsForUsers: false,
  access: [],
  firstParty: false,
};

export function valuesOf(application: Application): ApplicationValues {
  return {
    name: application.name,
    kind: application.kind,
    redirectUris: application.redirectUris.join('\n'),
    postLogoutRedirectUris: application.postLogoutRedirectUris.join('\n'),
    backchannelLogoutUri: application.backchannelLogoutUri ?? '',
    initiateLoginUri: application.initiateLoginUri ?? '',
    clientAuthentication:
      application.clientAuthentication === 'none' ? 'client_secret_basic' : application.clientAuthentication,
    jwks: application.jwks === null ? '' : JSON.stringify(application.jwks, null, 2),
    signingAlgorithm: application.signingAlgorithm,
    refreshTokens: application.refreshTokens,
    rotateRefreshTokens: application.rotateRefreshTokens,
    deviceLogin: application.deviceLogin,
    offline: application.offline,
    unprovenAddresses: application.unprovenAddresses,
    withoutPkce: application.withoutPkce,
    highSecurity: application.highSecurity,
    actsForUsers: application.actsForUsers,
    access: application.access.map(({ id }) => id),
    firstParty: application.firstParty,
  };
}

/** The lines that hold something. */
function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** What is sent, but the kind, which never changes. `firstParty` only from those who may set it. */
export function settingsOf(values: ApplicationValues, maySetFirstParty: boolean) {
  const acts = values.actsForUsers && !(values.kind === 'web' && values.highSecurity);
  const acting = maySetFirstParty && keepsSecret(values.kind) ? { actsForUsers: acts } : {};
  if (values.kind === 'machine') return { name: values.name.trim(), ...authenticationOf(values), ...acting };
  return {
    name: values.name.trim(),
    redirectUris: lines(values.redirectUris),
    postLogoutRedirectUris: lines(values.postLogoutRedirectUris),
    backchannelLogoutUri: values.backchannelLogoutUri.trim() || null,
    initiateLoginUri: values.initiateLoginUri.trim() || null,
    ...(values.highSecurity ? {} : { signingAlgorithm: values.signingAlgorithm }),
    refreshTokens: values.refreshTokens,
    offline: values.refreshTokens && values.offline,
    unprovenAddresses: values.unprovenAddresses,
    access: values.access,
    ...(values.kind === 'web' ? serverSettings(values) : {}),
    ...(values.kind === 'native' ? { deviceLogin: values.deviceLogin } : {}),
    ...(maySetFirstParty ? { firstParty: values.firstParty } : {}),
    ...acting,
  };
}

/** Whether applications of this kind authenticate themselves. */
export function keepsSecret(kind: ApplicationValues['kind']): boolean {
  return kind === 'web' || kind === 'machine';
}

/** What only an application that authenticates itself chooses. */
function serverSettings(values: ApplicationValues) {
  const jwks = hasKeys(values) ? { jwks: JSON.parse(values.jwks) as { keys: Record<string, unknown>[] } } : {};
  if (values.highSecurity) return { highSecurity: true, ...jwks };
  const { rotateRefreshTokens, withoutPkce } = values;
  return { highSecurity: false, ...authenticationOf(values), rotateRefreshTokens, withoutPkce };
}

function authenticationOf(values: ApplicationValues) {
  const jwks = hasKeys(values) ? { jwks: JSON.parse(values.jwks) as { keys: Record<string, unknown>[] } } : {};
  return { clientAuthentication: values.clientAuthentication, ...jwks };
}

/** What can be seen without asking: missing fields, addresses that are none. The service knows the full rules. */
export function validate(values: ApplicationValues): Partial<Record<keyof ApplicationValues, string>> {
  const wrong: Partial<Record<keyof ApplicationValues, string>> = {};
  if (values.name.trim() === '') wrong.name = t('field.required');
  const redirects = lines(values.redirectUris);
  const needsRedirect = values.kind !== 'machine' && !(values.kind === 'native' && values.deviceLogin);
  if (redirects.length === 0 && needsRedirect) wrong.redirectUris = t('application.redirect-uris.missing');
  for (const field of ['redirectUris', 'postLogoutRedirectUris'] as const) {
    const broken = lines(values[field]).find((uri) => !URL.canParse(uri));
    if (broken !== undefined) wrong[field] = t('application.uri.malformed', { uri: broken });
  }
  for (const field of ['backchannelLogoutUri', 'initiateLoginUri'] as const) {
    const uri = values[field].trim();
    if (uri !== '' && !URL.canParse(uri)) wrong[field] = t('application.uri.malformed', { uri });
  }
  const authenticates = values.kind === 'web' || values.kind === 'machine';
  if (authenticates && hasKeys(values) && !isKeySet(values.jwks)) {
    wrong.jwks = t('application.jwks.malformed');
  }
  return wrong;
}

/** Whether it authenticates by keys of its own. */
export function hasKeys(values: ApplicationValues): boolean {
  return values.highSecurity || values.clientAuthentication === 'private_key_jwt';
}

function isKeySet(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys);
  } catch {
    return false;
  }
}
