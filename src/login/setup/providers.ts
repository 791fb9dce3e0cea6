import { credentialsOf } from '../../guides/guide.ts';
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
}

/** The tile of a provider by OpenID Connect. */
function tile<G extends Preset>(guide: G, letter: string) {
  return { guide, note: `setup-provider.${guide}.note` as const, letter, method: 'openid-connect' } as const;
}

/** The tiles, in their order; `setup_invitation.provider` holds a key. */
export const PROVIDERS = {
  'entra-id': {
    guide: 'entra-id',
    note: 'setup-provider.entra-id.note',
    letter: 'E',
    method: 'entra-id',
  },
  google: tile('google-workspace', 'G'),
  okta: tile('okta', 'O'),
  keycloak: tile('keycloak', 'K'),
  auth0: tile('auth0', 'A'),
  'ping-one': tile('ping-one', 'P'),
  'one-login': tile('one-login', '1'),
  'jump-cloud': tile('jump-cloud', 'J'),
  gitlab: tile('gitlab', 'L'),
  other: tile('any', '?'),
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

/** The credentials whose guide can be followed here, the proposed one first; a federated one is the administrators' to make. */
export function offeredCredentials(provider: Pick<SetupProvider, 'guide'>): readonly SetupCredential[] {
  return credentialsOf(guideOf(provider)).filter((credential) => credential !== 'federated');
}

/** The Discovery url that is nobody's to choose: Google has one for everybody. */
export function fixedDiscoveryUrl({ guide }: Pick<SetupProvider, 'guide'>): string | undefined {
  return guide === 'google-workspace' ? GUIDES[guide].discoveryUrl : undefined;
}
