import { isGuid } from './guid.ts';
import type { ProviderFault } from '../connector.ts';
import { readDiscoveryUrl } from '../openid-connect/documents/discovery-url.ts';
import { fetchDocument, readDocument } from '../openid-connect/documents/read-provider.ts';
import type { FoundProvider, ReadDeps } from '../openid-connect/documents/read-provider.ts';
import type { FetchRefused } from '../outgoing/fetch-refused.ts';

/** Segments of Microsoft's address that stand for no directory. */
const NO_DIRECTORY = new Set(['common', 'organizations', 'consumers']);
/** Login hosts of Microsoft's clouds, and old names of theirs. */
const MICROSOFT_HOSTS = new Set(
  (
    'login.microsoftonline.com login.windows.net login.microsoft.com sts.windows.net login.microsoftonline.us ' +
    'login.usgovcloudapi.net login.partner.microsoftonline.cn login.chinacloudapi.cn'
  ).split(' '),
);
const MAX_DOMAIN = 253; // RFC 1035 2.3.4, without the final dot
const DOMAIN = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;

export interface DirectoryDeps extends ReadDeps {
  /** Origin of the login service, as `https://login.microsoftonline.com`. */
  entraAuthority: string;
}

/** An Entra ID directory and its provider. */
export interface FoundDirectory extends FoundProvider {
  directoryId: string;
}

/**
 * Reads an Entra ID directory, named by its id or by one of its domains. The id found is what counts from then on:
 * domains move.
 * @param keysOf client id of an application with signing keys of its own; null for the directory's keys
 */
export async function readDirectory(
  deps: DirectoryDeps,
  directory: string,
  keysOf: string | null,
): Promise<FoundDirectory | ProviderFault> {
  const directoryId = isGuid(directory.toLowerCase()) ? directory.toLowerCase() : await findDirectory(deps, directory);
  if (typeof directoryId !== 'string') return directoryId;
  const address = readDiscoveryUrl(
    `${deps.entraAuthority}/${directoryId}/v2.0${keysOf === null ? '' : `?appid=${keysOf}`}`,
  );
  if (typeof address === 'string') return { fault: 'entra.directory', field: 'directoryId' };
  const document = await fetchDocument(deps, address);
  if ('refused' in document) return directoryFault(document.refused);
  const provider = await readDocument(deps, document.json, address, 'directoryId');
  return 'fault' in provider ? provider : { ...provider, directoryId };
}

/** The id of the directory that a mail domain belongs to. */
export async function findDirectory(deps: DirectoryDeps, domain: string): Promise<string | ProviderFault> {
  const name = domain.trim().toLowerCase();
  if (name.length > MAX_DOMAIN || !DOMAIN.test(name)) return { fault: 'entra.directory', field: 'directoryId' };
  const address = readDiscoveryUrl(`${deps.entraAuthority}/${name}/v2.0`);
  if (typeof address === 'string') return { fault: 'entra.directory', field: 'directoryId' };
  const document = await fetchDocument(deps, address);
  if ('refused' in document) return directoryFault(document.refused);
  const issuer = (document.json as { issuer?: unknown } | null)?.issuer;
  const id = typeof issuer === 'string' ? /^https?:\/\/[^/]+\/([0-9a-f-]{36})\/v2\.0$/.exec(issuer)?.[1] : undefined;
  return id !== undefined && isGuid(id) ? id : { fault: 'entra.90002', field: 'directoryId' };
}

/** The directory in a Discovery URL of Microsoft's, whose tokens need Entra ID's own checks; null for other providers. */
export function microsoftDirectory(discoveryUrl: string, authority: string): string | null {
  const address = readDiscoveryUrl(discoveryUrl);
  if (typeof address === 'string') return null;
  const url = new URL(address.issuer);
  if (!MICROSOFT_HOSTS.has(url.host) && url.origin !== new URL(authority).origin) return null;
  const segment = url.pathname.split('/')[1] ?? '';
  return NO_DIRECTORY.has(segment) ? '' : segment;
}

/** Microsoft answers 400 for a directory it does not have. */
function directoryFault(refused: FetchRefused): ProviderFault {
  const unknown = refused.status === 400 || refused.status === 404;
  return { fault: unknown ? 'entra.90002' : 'entra.unreachable', field: 'directoryId' };
}
