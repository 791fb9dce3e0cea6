import type { Authentication, AuthenticationSettings, Connection } from '../../../src/api/contract/authentication.ts';
import { PRESETS, type Preset } from '../../../src/guides/presets.ts';
import { isKnownMethod, type KnownMethod } from '../../methods.ts';
import { t } from '../../texts/t.ts';

/** What the form holds: the fields of all methods, so that choosing another method loses nothing typed. */
export interface SettingsValues {
  method: KnownMethod;
  clientId: string;
  directoryId: string;
  /** Empty: found. */
  cloud: '' | Cloud;
  appSpecificKeys: boolean;
  discoveryUrl: string;
  credential: Credential;
  /** Id of the key set, where the credential is a key; empty: none yet. */
  clientKeys: string;
  clientSecret: string;
  /** `YYYY-MM-DD`; empty: not known. */
  clientSecretExpiresOn: string;
  /** OpenID Connect without a credential: how the provider answers; empty until somebody chooses, then one is proposed. */
  flow: Flow | '';
  /** OpenID Connect: scopes, separated by blanks. */
  scope: string;
  clientAuthentication: ClientAuthentication;
  /** OpenID Connect: audiences, separated by blanks. */
  trustedAudiences: string;
  /** OpenID Connect: whose guide is shown. */
  preset: Preset;
  /** Google: the domain that the claim `hd` must name, whosever guide is shown; empty: it is not looked at. */
  hostedDomain: string;
  /** OpenID Connect: the claim that gives the address; empty: `email`. */
  addressClaim: string;
  /** The claim that gives the name; empty: `name`. */
  nameClaim: string;
}

/** How we authenticate to the provider. */
export type Credential = Connection['credential'];

/** The kinds of credential of a method. */
export const CREDENTIALS = {
  'entra-id': ['none', 'secret', 'certificate', 'federated'],
  'openid-connect': ['none', 'secret', 'private-key'],
} as const satisfies Record<string, readonly Credential[]>;

/** Whether a method has this credential. */
export function isCredentialOf(method: keyof typeof CREDENTIALS, credential: Credential): boolean {
  return (CREDENTIALS[method] as readonly Credential[]).includes(credential);
}

/** Whether a credential is a key of ours. */
export function isKey(credential: Credential): credential is Exclude<Credential, 'none' | 'secret'> {
  return credential !== 'none' && credential !== 'secret';
}

/** Microsoft's clouds, as the service names them. */
export const CLOUDS = ['global', 'us-government', 'china'] as const;
export type Cloud = (typeof CLOUDS)[number];

/** The cloud that is named; empty where none is. */
export function cloudOf(named: string | undefined): Cloud | '' {
  return CLOUDS.find((cloud) => cloud === named) ?? '';
}

/** How a provider answers: an authorization code with PKCE, or an ID token that the browser posts. */
export type Flow = 'code' | 'id-token';
/** How the client secret is sent. */
type ClientAuthentication = (typeof CLIENT_AUTHENTICATIONS)[number];
const CLIENT_AUTHENTICATIONS = ['automatic', 'client_secret_basic', 'client_secret_post'] as const;

export const DEFAULT_SCOPE = 'openid profile email';

const EMPTY: SettingsValues = {
  method: 'built-in',
  clientId: '',
  directoryId: '',
  cloud: '',
  appSpecificKeys: false,
  discoveryUrl: '',
  credential: 'none',
  clientKeys: '',
  clientSecret: '',
  clientSecretExpiresOn: '',
  flow: '',
  scope: DEFAULT_SCOPE,
  clientAuthentication: 'automatic',
  trustedAudiences: '',
  preset: 'any',
  hostedDomain: '',
  addressClaim: '',
  nameClaim: '',
};

/**
 * The form as it stands in the service. `again`: as it was entered before it went back by itself; a stored secret is not
 * part of it.
 */
export function initialValues({ method, connection, switchBack }: Authentication, again = false): SettingsValues {
  const entered = again ? (switchBack?.connection ?? null) : connection;
  const shown = again && switchBack !== null ? switchBack.method : method;
  const stored: SettingsValues = { ...EMPTY, method: isKnownMethod(shown) ? shown : EMPTY.method };
  if (entered !== null && entered.method === shown) {
    const { clientId = '', directoryId = '', discoveryUrl = '' } = entered.settings;
    const { scope = DEFAULT_SCOPE, trustedAudiences = '', clientAuthentication: way, flow: stands } = entered.settings;
    const clientAuthentication = CLIENT_AUTHENTICATIONS.find((one) => one === way) ?? 'automatic';
    const { credential } = entered;
    const flow = credential === 'none' && isFlow(stands) ? stands : '';
    const preset = PRESETS.find((one) => one === entered.settings['preset']) ?? 'any';
    const { hostedDomain = '', addressClaim = '', nameClaim = '' } = entered.settings;
    const claims = { addressClaim, nameClaim };
    const ofOpenidConnect = { scope, trustedAudiences, clientAuthentication, flow, preset, hostedDomain, ...claims };
    Object.assign(stored, { clientId, directoryId, discoveryUrl, credential, ...ofOpenidConnect });
    stored.cloud = cloudOf(entered.settings['cloud']);
    stored.clientKeys = entered.clientKeys ?? '';
    stored.clientSecretExpiresOn = entered.settings['clientSecretExpiresOn'] ?? '';
    stored.appSpecificKeys = entered.settings['appSpecificKeys'] === 'true';
  }
  return stored;
}

/** Whether it is a connection to Google, or one that is pinned to a domain: what the pin is must be seen. */
export function hasHostedDomain({ preset, discoveryUrl, hostedDomain }: SettingsValues): boolean {
  const { host } = URL.parse(discoveryUrl.trim()) ?? {};
  return preset === 'google-workspace' || host === 'accounts.google.com' || hostedDomain !== '';
}

export function isFlow(value: string | undefined): value is Flow {
  return value === 'code' || value === 'id-token';
}

/** The values that are kept during a login: all but the secret. */
export function withoutSecret(values: SettingsValues): Omit<SettingsValues, 'clientSecret'> {
  const { clientSecret: _, ...rest } = values;
  return rest;
}

/** The settings to check or save, of the chosen method alone. */
export function settingsOf(values: SettingsValues): AuthenticationSettings {
  const { method, clientId, directoryId, cloud, appSpecificKeys, discoveryUrl, credential, clientSecret } = values;
  const { clientSecretExpiresOn } = values;
  const keys = isKey(credential) && values.clientKeys !== '' ? { clientKeys: values.clientKeys } : {};
  const secret =
    credential === 'secret' ? { ...(clientSecret === '' ? {} : { clientSecret }), clientSecretExpiresOn } : {};
  switch (method) {
    case 'entra-id':
      return {
        method,
        clientId: clientId.trim(),
        directoryId: directoryId.trim(),
        ...(cloud === '' ? {} : { cloud }),
        appSpecificKeys,
        nameClaim: values.nameClaim.trim(),
        credential,
        ...secret,
        ...keys,
      };
    case 'openid-connect': {
      const { flow, scope, clientAuthentication, trustedAudiences, preset, hostedDomain } = values;
      return {
        method,
        clientId: clientId.trim(),
        discoveryUrl: discoveryUrl.trim(),
        credential,
        ...secret,
        ...keys,
        ...(credential === 'none' && flow !== '' ? { flow } : {}),
        ...(credential === 'secret' ? { clientAuthentication } : {}),
        scope,
        trustedAudiences,
        preset,
        addressClaim: values.addressClaim.trim(),
        nameClaim: values.nameClaim.trim(),
        ...(hostedDomain.trim() === '' ? {} : { hostedDomain: hostedDomain.trim() }),
      };
    }
    case 'built-in':
    case 'same-as-managing':
      return { method };
  }
}

/** A domain of the directory, and an address of Microsoft's that holds it. */
const DOMAIN = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i;
const ADDRESS = /^https:\/\/[^/]+\/[^/]+/i;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What can be seen without asking the provider: missing fields, ids that are none, an address without https. */
export function validate(
  values: SettingsValues,
  hasStoredSecret: boolean,
): Partial<Record<keyof SettingsValues, string>> {
  const wrong: Partial<Record<keyof SettingsValues, string>> = {};
  const { method } = values;
  if (method !== 'entra-id' && method !== 'openid-connect') return wrong;
  const clientId = values.clientId.trim();
  if (clientId === '') wrong.clientId = t('client-id.missing');
  else if (method === 'entra-id' && !GUID.test(clientId)) wrong.clientId = t('client-id.not-guid');
  if (method === 'entra-id') {
    const directory = values.directoryId.trim();
    if (directory === '') wrong.directoryId = t('directory.missing');
    else if (![GUID, DOMAIN, ADDRESS].some((form) => form.test(directory))) wrong.directoryId = t('directory.not-guid');
  } else {
    const url = values.discoveryUrl.trim();
    if (url === '') wrong.discoveryUrl = t('discovery-url.missing');
    else if (!URL.canParse(url)) wrong.discoveryUrl = t('discovery-url.malformed');
  }
  if (isKey(values.credential) && values.clientKeys === '') wrong.credential = t('client-keys.missing');
  if (values.credential === 'secret' && values.clientSecret === '' && !hasStoredSecret) {
    wrong.clientSecret = t('client-secret.missing');
  }
  return wrong;
}
