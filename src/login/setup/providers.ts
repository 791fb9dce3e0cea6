import type { Guide } from '../../guides/guide.ts';
import { GUIDES } from '../../guides/guides.ts';
import type { Preset } from '../../guides/presets.ts';
import type { TextKey } from '../../texts/catalog.ts';

/** A tile of the setup pages: whose guide is followed, and which form reads the result. */
export interface SetupProvider {
  guide: 'entra-id' | Preset;
  note: TextKey;
  /** Letter of the tile: no mark of theirs. */
  letter: string;
  method: 'entra-id' | 'openid-connect';
  /** The ways of its guide that are offered, the proposed one first. */
  credentials: readonly ('none' | 'secret')[];
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

/** The tiles, in their order; `setup_invitation.provider` holds a key. */
export const PROVIDERS = {
  'entra-id': {
    guide: 'entra-id',
    note: 'setup-provider.entra-id.note',
    letter: 'E',
    method: 'entra-id',
    credentials: ['none', 'secret'],
  },
  google: withSecret('google-workspace', 'G'),
  okta: withSecret('okta', 'O'),
  keycloak: withSecret('keycloak', 'K'),
  auth0: withSecret('auth0', 'A'),
  'ping-one': withSecret('ping-one', 'P'),
  'one-login': withSecret('one-login', '1'),
  'jump-cloud': withSecret('jump-cloud', 'J'),
  gitlab: withSecret('gitlab', 'L'),
  other: { ...withSecret('any', '?'), credentials: ['secret', 'none'] },
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
