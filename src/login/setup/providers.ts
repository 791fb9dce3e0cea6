import type { Guide } from '../../guides/guide.ts';
import { GUIDES } from '../../guides/guides.ts';
import type { Preset } from '../../guides/presets.ts';
import type { SetupCredential } from '../../connections/setup/setup-invitation.ts';
import type { TextKey } from '../../texts/catalog.ts';

/** A tile of the setup pages: whose guide is followed, and which form reads the result. */
export interface SetupProvider {
  guide: 'entra-id' | Preset;
  note: TextKey;
  /** Letter of the tile: no mark of theirs. */
  letter: string;
  method: 'entra-id' | 'openid-connect';
  /** The ways of its guide that are offered, the proposed one first. */
  credentials: readonly SetupCredential[];
}

/** A tile of a provider by OpenID Connect whose guide is followed with a client secret. */
function withSecret<G extends Preset>(guide: G, letter: string) {
  return {
    guide,
    note: `setup-provider.${guide}.note` as const,
    letter,
    method: 'openid-connect',
    credentials: ['secret'],
  } as const;
}

/** The same where a key of ours (`private_key_jwt`) can be registered as well. */
function withKey<G extends Preset>(guide: G, letter: string) {
  return { ...withSecret(guide, letter), credentials: ['secret', 'private-key'] } as const;
}

/** The tiles, in their order; `setup_invitation.provider` holds a key. */
export const PROVIDERS = {
  'entra-id': {
    guide: 'entra-id',
    note: 'setup-provider.entra-id.note',
    letter: 'E',
    method: 'entra-id',
    credentials: ['none', 'secret', 'certificate'],
  },
  google: withSecret('google-workspace', 'G'),
  okta: withKey('okta', 'O'),
  keycloak: withKey('keycloak', 'K'),
  auth0: withKey('auth0', 'A'),
  'ping-one': withKey('ping-one', 'P'),
  'one-login': withSecret('one-login', '1'),
  'jump-cloud': withSecret('jump-cloud', 'J'),
  gitlab: withSecret('gitlab', 'L'),
  other: { ...withSecret('any', '?'), credentials: ['secret', 'private-key', 'none'] },
} as const satisfies Record<string, SetupProvider>;

/** The tile of a key; undefined for a word that is none. */
export function providerOf(key: string | null | undefined): SetupProvider | undefined {
  return key !== null && key !== undefined && Object.hasOwn(PROVIDERS, key)
    ? PROVIDERS[key as keyof typeof PROVIDERS]
    : undefined;
}

/** The guide that belongs to a tile. */
export function guideOf({ guide }: Pick<SetupProvider, 'guide'>): Guide {
  return GUIDES[guide];
}

/** The Discovery url that is nobody's to choose: Google has one for everybody. */
export function fixedDiscoveryUrl({ guide }: Pick<SetupProvider, 'guide'>): string | undefined {
  return guide === 'google-workspace' ? GUIDES[guide].discoveryUrl : undefined;
}
