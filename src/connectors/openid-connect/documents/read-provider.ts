import { readDiscoveryUrl } from './discovery-url.ts';
import type { DiscoveryUrl } from './discovery-url.ts';
import { checkKeys } from './keys.ts';
import type { ProviderKeys } from './keys.ts';
import { checkMetadata } from './metadata.ts';
import type { ProviderMetadata } from './metadata.ts';
import { endpointText } from '../answer/provider-codes.ts';
import type { ProviderFault } from '../../connector.ts';
import { FetchRefused } from '../../outgoing/fetch-refused.ts';
import type { GuardedFetch } from '../../outgoing/guarded-fetch.ts';

/** A provider as it presents itself now. */
export interface FoundProvider {
  metadata: ProviderMetadata;
  keys: ProviderKeys;
  /** What of its documents was left out. */
  notes: ProviderFault[];
}

export interface ReadDeps {
  fetch: GuardedFetch;
  /** Our own issuer, which is refused as an organization's provider. */
  ownIssuer: string;
}

/** The largest document and key set that are read, bytes. */
const METADATA_LIMIT = 256 * 1024;
const KEYS_LIMIT = 512 * 1024;

/** Reads a provider's discovery document and keys, and checks both. */
export async function readProvider(deps: ReadDeps, discoveryUrl: string): Promise<FoundProvider | ProviderFault> {
  const address = readDiscoveryUrl(discoveryUrl);
  if (typeof address === 'string') return { fault: `discovery.${address}`, field: 'discoveryUrl' };
  // Our own issuer as provider would prove any user of this service, also those of other organizations.
  if (new URL(address.issuer).origin === new URL(deps.ownIssuer).origin) {
    return { fault: 'discovery.own-issuer', field: 'discoveryUrl' };
  }
  const document = await fetchDocument(deps, address);
  if ('refused' in document) {
    const { category, status } = document.refused;
    const values = { endpoint: endpointText(address.document), status: String(status ?? category) };
    return { fault: `discovery.${category}`, field: 'discoveryUrl', values };
  }
  return readDocument(deps, document.json, address, 'discoveryUrl');
}

/** A discovery document as fetched, or why it could not be. */
export async function fetchDocument(
  deps: ReadDeps,
  address: DiscoveryUrl,
): Promise<{ json: unknown } | { refused: FetchRefused }> {
  try {
    return { json: await jsonOf(await deps.fetch(address.document, {}, { bodyBytes: METADATA_LIMIT })) };
  } catch (error) {
    if (error instanceof FetchRefused) return { refused: error };
    throw error;
  }
}

/** Checks a discovery document and reads the keys it names. `field` is the form's field that is at fault. */
export async function readDocument(
  deps: ReadDeps,
  json: unknown,
  address: DiscoveryUrl,
  field: string,
): Promise<FoundProvider | ProviderFault> {
  const checked = checkMetadata(json, address);
  if ('fault' in checked) return { ...checked, field };
  const { metadata } = checked;
  try {
    const answer = await deps.fetch(metadata.jwks_uri, {}, { bodyBytes: KEYS_LIMIT });
    const keys = checkKeys(await jsonOf(answer), metadata.jwks_uri);
    if ('fault' in keys) return { ...keys, field };
    return { metadata, keys, notes: checked.notes.map((note) => ({ ...note, field })) };
  } catch (error) {
    if (!(error instanceof FetchRefused)) throw error;
    const values = { endpoint: endpointText(metadata.jwks_uri), status: String(error.status ?? error.category) };
    return { fault: 'keys.unreachable', field, values };
  }
}

/** The JSON of a successful answer. @throws FetchRefused */
async function jsonOf(response: Response): Promise<unknown> {
  if (response.status !== 200) throw new FetchRefused('status', response.status);
  try {
    return await response.json();
  } catch (error) {
    throw new FetchRefused('not-json', undefined, error);
  }
}
