import type { Preset } from '../../base/federated-method.ts';
import type { TextKey } from '../../texts/catalog.ts';

/** As what a word in bold is drawn in the sketch of a step, in the order of the sentence. */
export type Drawn = 'menu' | 'tab' | 'button' | 'field' | 'choice' | 'tick' | 'value';

/** One step of a guide. */
export interface GuideStep {
  text: TextKey;
  drawn: readonly Drawn[];
  /** The redirect URL stands below it, and in the sketch's first field. */
  redirect?: true;
}

/** A tile of the setup pages: how to register with one kind of provider, and which form reads the result. */
export interface SetupProvider {
  name: TextKey;
  note: TextKey;
  /** Letter of the tile: no mark of theirs. */
  letter: string;
  method: 'entra-id' | 'openid-connect';
  /** The ways its guide has, the proposed one first. */
  credentials: readonly ('none' | 'secret')[];
  /** Where the guide begins, for those that have one address for everybody. */
  console?: string;
  /** Whose guide the console shows for the connection; left out: that of any other provider. */
  preset?: Exclude<Preset, 'any'>;
  /** The issuer, for those that have one for everybody. */
  discoveryUrl?: string;
  /** What theirs looks like. */
  discoveryExample?: string;
  steps: Partial<Record<'none' | 'secret', readonly GuideStep[]>>;
}

const ENTRA: readonly GuideStep[] = [
  { text: 'setup-guide.entra.open', drawn: ['menu', 'button'] },
  { text: 'setup-guide.entra.name', drawn: ['field', 'choice'] },
  { text: 'setup-guide.entra.redirect', drawn: ['choice', 'field', 'button'], redirect: true },
  { text: 'setup-guide.entra.ids', drawn: ['value', 'value'] },
];
const ENTRA_LAST: readonly GuideStep[] = [
  { text: 'setup-guide.entra.claims', drawn: ['menu', 'tick', 'tick', 'tick', 'button'] },
  { text: 'setup-guide.entra.consent', drawn: ['menu', 'button'] },
];

const OTHER = (way: GuideStep): readonly GuideStep[] => [
  { text: 'setup-guide.other.create', drawn: ['choice', 'choice'] },
  { text: 'setup-guide.other.redirect', drawn: ['field', 'field'], redirect: true },
  way,
  { text: 'setup-guide.other.scopes', drawn: ['tick', 'tick', 'tick'] },
  { text: 'setup-guide.other.values', drawn: ['value', 'value'] },
];

/** The tiles, in their order; `setup_invitation.provider` holds a key. */
export const PROVIDERS = {
  'entra-id': {
    name: 'setup-provider.entra-id',
    note: 'setup-provider.entra-id.note',
    letter: 'E',
    method: 'entra-id',
    credentials: ['none', 'secret'],
    console: 'https://entra.microsoft.com/',
    steps: {
      none: [...ENTRA, { text: 'setup-guide.entra.id-tokens', drawn: ['menu', 'tick', 'button'] }, ...ENTRA_LAST],
      secret: [
        ...ENTRA,
        { text: 'setup-guide.entra.secret', drawn: ['menu', 'button'] },
        { text: 'setup-guide.entra.secret-value', drawn: ['value'] },
        ...ENTRA_LAST,
      ],
    },
  },
  google: {
    name: 'setup-provider.google',
    note: 'setup-provider.google.note',
    letter: 'G',
    method: 'openid-connect',
    credentials: ['secret'],
    console: 'https://console.cloud.google.com/auth/clients',
    preset: 'google-workspace',
    discoveryUrl: 'https://accounts.google.com',
    steps: {
      secret: [
        { text: 'setup-guide.google.audience', drawn: ['menu', 'choice'] },
        { text: 'setup-guide.google.create', drawn: ['menu', 'button', 'choice'] },
        { text: 'setup-guide.google.redirect', drawn: ['button', 'field', 'button'], redirect: true },
        { text: 'setup-guide.google.values', drawn: ['value', 'value'] },
      ],
    },
  },
  okta: {
    name: 'setup-provider.okta',
    note: 'setup-provider.okta.note',
    letter: 'O',
    method: 'openid-connect',
    credentials: ['secret'],
    preset: 'okta',
    discoveryExample: 'https://contoso.okta.com',
    steps: {
      secret: [
        { text: 'setup-guide.okta.create', drawn: ['menu', 'button', 'choice', 'choice'] },
        { text: 'setup-guide.okta.redirect', drawn: ['field'], redirect: true },
        { text: 'setup-guide.okta.assign', drawn: ['choice', 'button'] },
        { text: 'setup-guide.okta.values', drawn: ['tab', 'value', 'value'] },
      ],
    },
  },
  keycloak: {
    name: 'setup-provider.keycloak',
    note: 'setup-provider.keycloak.note',
    letter: 'K',
    method: 'openid-connect',
    credentials: ['secret'],
    preset: 'keycloak',
    discoveryExample: 'https://login.contoso.example/realms/contoso',
    steps: {
      secret: [
        { text: 'setup-guide.keycloak.create', drawn: ['menu', 'button', 'choice', 'field'] },
        { text: 'setup-guide.keycloak.authentication', drawn: ['tick', 'tick'] },
        { text: 'setup-guide.keycloak.redirect', drawn: ['field', 'button'], redirect: true },
        { text: 'setup-guide.keycloak.values', drawn: ['tab', 'value'] },
        { text: 'setup-guide.keycloak.discovery', drawn: ['menu', 'value'] },
      ],
    },
  },
  auth0: {
    name: 'setup-provider.auth0',
    note: 'setup-provider.auth0.note',
    letter: 'A',
    method: 'openid-connect',
    credentials: ['secret'],
    console: 'https://manage.auth0.com/',
    preset: 'auth0',
    discoveryExample: 'https://contoso.eu.auth0.com',
    steps: {
      secret: [
        { text: 'setup-guide.auth0.create', drawn: ['menu', 'button', 'choice'] },
        { text: 'setup-guide.auth0.redirect', drawn: ['field', 'button'], redirect: true },
        { text: 'setup-guide.auth0.algorithm', drawn: ['button', 'tab', 'choice'] },
        { text: 'setup-guide.auth0.values', drawn: ['value', 'value', 'value'] },
        { text: 'setup-guide.auth0.people', drawn: ['tab'] },
      ],
    },
  },
  'ping-one': {
    name: 'setup-provider.ping-one',
    note: 'setup-provider.ping-one.note',
    letter: 'P',
    method: 'openid-connect',
    credentials: ['secret'],
    preset: 'ping-one',
    discoveryExample: 'https://auth.pingone.eu/0a4c5e2b-7d10-4f7e-9b1d-3f1c9c1e6d0a/as',
    steps: {
      secret: [
        { text: 'setup-guide.ping-one.create', drawn: ['menu', 'button', 'choice', 'button'] },
        { text: 'setup-guide.ping-one.redirect', drawn: ['tab', 'field'], redirect: true },
        { text: 'setup-guide.ping-one.way', drawn: ['tick', 'tick', 'choice', 'button'] },
        { text: 'setup-guide.ping-one.claims', drawn: ['tab', 'value'] },
        { text: 'setup-guide.ping-one.values', drawn: ['tab', 'value', 'value', 'value'] },
      ],
    },
  },
  'one-login': {
    name: 'setup-provider.one-login',
    note: 'setup-provider.one-login.note',
    letter: '1',
    method: 'openid-connect',
    credentials: ['secret'],
    preset: 'one-login',
    discoveryExample: 'https://contoso.onelogin.com/oidc/2',
    steps: {
      secret: [
        { text: 'setup-guide.one-login.create', drawn: ['menu', 'button', 'choice', 'button'] },
        { text: 'setup-guide.one-login.redirect', drawn: ['tab', 'field'], redirect: true },
        { text: 'setup-guide.one-login.way', drawn: ['tab', 'choice', 'choice', 'button'] },
        { text: 'setup-guide.one-login.people', drawn: ['tab'] },
        { text: 'setup-guide.one-login.values', drawn: ['tab', 'value', 'value', 'value'] },
      ],
    },
  },
  'jump-cloud': {
    name: 'setup-provider.jump-cloud',
    note: 'setup-provider.jump-cloud.note',
    letter: 'J',
    method: 'openid-connect',
    credentials: ['secret'],
    preset: 'jump-cloud',
    discoveryExample: 'https://oauth.id.jumpcloud.com/',
    steps: {
      secret: [
        { text: 'setup-guide.jump-cloud.create', drawn: ['menu', 'button', 'choice', 'choice'] },
        { text: 'setup-guide.jump-cloud.redirect', drawn: ['tab', 'field'], redirect: true },
        { text: 'setup-guide.jump-cloud.way', drawn: ['choice', 'tick', 'tick'] },
        { text: 'setup-guide.jump-cloud.people', drawn: ['tab', 'button'] },
        { text: 'setup-guide.jump-cloud.values', drawn: ['value', 'value'] },
      ],
    },
  },
  gitlab: {
    name: 'setup-provider.gitlab',
    note: 'setup-provider.gitlab.note',
    letter: 'L',
    method: 'openid-connect',
    credentials: ['secret'],
    preset: 'gitlab',
    discoveryExample: 'https://gitlab.contoso.example',
    steps: {
      secret: [
        { text: 'setup-guide.gitlab.create', drawn: ['menu', 'button'] },
        { text: 'setup-guide.gitlab.redirect', drawn: ['field', 'tick'], redirect: true },
        { text: 'setup-guide.gitlab.scopes', drawn: ['tick', 'tick', 'tick', 'button'] },
        { text: 'setup-guide.gitlab.values', drawn: ['value', 'value'] },
      ],
    },
  },
  other: {
    name: 'setup-provider.other',
    note: 'setup-provider.other.note',
    letter: '?',
    method: 'openid-connect',
    credentials: ['secret', 'none'],
    discoveryExample: 'https://login.contoso.example',
    steps: {
      secret: OTHER({ text: 'setup-guide.other.code', drawn: ['tick', 'choice'] }),
      none: OTHER({ text: 'setup-guide.other.public', drawn: ['choice', 'choice', 'tick', 'tick'] }),
    },
  },
} as const satisfies Record<string, SetupProvider>;

/** The tile of a key; undefined for a word that is none. */
export function providerOf(key: string | null | undefined): SetupProvider | undefined {
  return key !== null && key !== undefined && Object.hasOwn(PROVIDERS, key)
    ? PROVIDERS[key as keyof typeof PROVIDERS]
    : undefined;
}
