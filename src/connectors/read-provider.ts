import { readDiscoveryUrl } from './discovery-url.ts';
import type { DiscoveryUrl } from './discovery-url.ts';
import { isGuid } from './entra-id.ts';
import type { ExplanationCode } from './explain-failure.ts';
import { FetchRefused } from './outgoing/fetch-refused.ts';
import type { GuardedFetch } from './outgoing/guarded-fetch.ts';
import { checkKeys } from './keys.ts';
import type { ProviderKeys } from './keys.ts';
import { checkMetadata } from './metadata.ts';
import type { ProviderMetadata } from './metadata.ts';
import { jsonOf } from './provider-keys.ts';

/** A provider as it presents itself now. */
export interface FoundProvider {
  metadata: ProviderMetadata;
  keys: ProviderKeys;
  /** Directory (tenant) ID, for Entra ID. */
  directoryId: string | null;
}

/** Why a provider cannot be used as entered. */
export interface ProviderFault {
  fault: ExplanationCode;
  /** The field of the form it belongs to. */
  field: 'clientId' | 'discoveryUrl' | 'directoryId' | 'clientSecret';
}

const METADATA_LIMIT = 256 * 1024;
const KEYS_LIMIT = 512 * 1024;
/** Segments of Microsoft's address that stand for no directory. */
const NO_DIRECTORY = new Set(['common', 'organizations', 'consumers']);
/** Login hosts of Microsoft's clouds, and old names of theirs. */
const MICROSOFT_HOSTS = new Set(
  (
    'login.microsoftonline.com login.windows.net login.microsoft.com sts.windows.net login.microsoftonline.us ' +
    'login.usgovcloudapi.net login.partner.microsoftonline.cn login.chinacloudapi.cn'
  ).split(' '),
);

/** Reads a provider's discovery document and keys, and checks both. */
export async function readProvider(
  deps: { fetch: GuardedFetch },
  discoveryUrl: string,
): Promise<FoundProvider | ProviderFault> {
  const address = readDiscoveryUrl(discoveryUrl);
  if (typeof address === 'string') return { fault: `discovery.${address}`, field: 'discoveryUrl' };
  const document = await fetchDocument(deps, address);
  if ('refused' in document) return { fault: `discovery.${document.refused.category}`, field: 'discoveryUrl' };
  return readDocument(deps, document.json, address, 'discoveryUrl', null);
}

/**
 * Reads an Entra ID directory, named by its id or by one of its domains. The id found is what counts from then on:
 * domains move.
 * @param authority origin of the login service, as `https://login.microsoftonline.com`
 */
export async function readDirectory(
  deps: { fetch: GuardedFetch },
  authority: string,
  directory: string,
): Promise<FoundProvider | ProviderFault> {
  const id = isGuid(directory.toLowerCase())
    ? directory.toLowerCase()
    : await findDirectory(deps, authority, directory);
  if (typeof id !== 'string') return id;
  const address = readDiscoveryUrl(`${authority}/${id}/v2.0`);
  if (typeof address === 'string') return { fault: 'entra.directory', field: 'directoryId' };
  const document = await fetchDocument(deps, address);
  if ('refused' in document) return directoryFault(document.refused);
  return readDocument(deps, document.json, address, 'directoryId', id);
}

/** The id of the directory that a mail domain belongs to. */
export async function findDirectory(
  deps: { fetch: GuardedFetch },
  authority: string,
  domain: string,
): Promise<string | ProviderFault> {
  const name = domain.trim().toLowerCase();
  if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(name)) return { fault: 'entra.directory', field: 'directoryId' };
  const address = readDiscoveryUrl(`${authority}/${name}/v2.0`);
  if (typeof address === 'string') return { fault: 'entra.directory', field: 'directoryId' };
  const document = await fetchDocument(deps, address);
  if ('refused' in document) return directoryFault(document.refused);
  const issuer = (document.json as { issuer?: unknown } | null)?.issuer;
  const id = typeof issuer === 'string' ? /^https?:\/\/[^/]+\/([0-9a-f-]{36})\/v2\.0$/.exec(issuer)?.[1] : undefined;
  return id !== undefined && isGuid(id) ? id : { fault: 'entra.90002', field: 'directoryId' };
}

/** The directory in a Discovery url of Microsoft's, whose tokens need Entra ID's own checks; null for other providers. */
export function microsoftDirectory(discoveryUrl: string, authority: string): string | null {
  const address = readDiscoveryUrl(discoveryUrl);
  if (typeof address === 'string') return null;
  const url = new URL(address.issuer);
  if (!MICROSOFT_HOSTS.has(url.host) && url.origin !== new URL(authority).origin) return null;
  const segment = url.pathname.split('/')[1] ?? '';
  return NO_DIRECTORY.has(segment) ? '' : segment;
}

async function fetchDocument(
  deps: { fetch: GuardedFetch },
  address: DiscoveryUrl,
): Promise<{ json: unknown } | { refused: FetchRefused }> {
  try {
    return { json: await jsonOf(await deps.fetch(address.document, {}, { bodyBytes: METADATA_LIMIT })) };
  } catch (error) {
    if (error instanceof FetchRefused) return { refused: error };
    throw error;
  }
}

async function readDocument(
  deps: { fetch: GuardedFetch },
  json: unknown,
  address: DiscoveryUrl,
  field: ProviderFault['field'],
  directoryId: string | null,
): Promise<FoundProvider | ProviderFault> {
  const metadata = checkMetadata(json, address);
  if (typeof metadata === 'string') return { fault: `discovery.${metadata}`, field };
  try {
    const answer = await deps.fetch(metadata.jwks_uri, {}, { bodyBytes: KEYS_LIMIT });
    const keys = checkKeys(await jsonOf(answer));
    if (typeof keys === 'string') return { fault: 'keys.unusable', field };
    return { metadata, keys, directoryId };
  } catch (error) {
    if (error instanceof FetchRefused) return { fault: 'keys.unreachable', field };
    throw error;
  }
}

/** Microsoft answers 400 for a directory it does not have. */
function directoryFault(refused: FetchRefused): ProviderFault {
  const unknown = refused.status === 400 || refused.status === 404;
  return { fault: unknown ? 'entra.90002' : 'entra.unreachable', field: 'directoryId' };
}
