import { explainNumber } from './aadsts.ts';
import { authorityOf, cloudOf, cloudsToAsk } from './clouds.ts';
import type { Cloud } from './clouds.ts';
import { isGuid } from './guid.ts';
import type { ProviderFault } from '../connector.ts';
import { endpointText } from '../openid-connect/answer/provider-codes.ts';
import { readDiscoveryUrl } from '../openid-connect/documents/discovery-url.ts';
import type { DiscoveryUrl } from '../openid-connect/documents/discovery-url.ts';
import { readDocument } from '../openid-connect/documents/read-provider.ts';
import type { FoundProvider, ReadDeps } from '../openid-connect/documents/read-provider.ts';
import { isJsonObject } from '../openid-connect/json-object.ts';
import { FetchRefused } from '../outgoing/fetch-refused.ts';

/** Segments of Microsoft's address that stand for no directory. */
const NO_DIRECTORY = new Set(['common', 'organizations', 'consumers']);
const MAX_DOMAIN = 253; // RFC 1035 2.3.4, without the final dot
const DOMAIN = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;
/** Largest discovery document or error of Microsoft's that is read, bytes. */
const DOCUMENT_LIMIT = 256 * 1024;

export interface DirectoryDeps extends ReadDeps {
  /** Origin of the login service, as `https://login.microsoftonline.com`. */
  entraAuthority: string;
}

/** Where a directory is. */
export interface DirectoryPlace {
  directoryId: string;
  cloud: Cloud;
}

/** An Entra ID directory and its provider. */
export interface FoundDirectory extends FoundProvider, DirectoryPlace {}

/**
 * Reads an Entra ID directory, named by its id, by one of its domains, or by an address of Microsoft's that holds either. The
 * id found is what counts from then on: domains move.
 * @param asked.cloud the one chosen; null to find it: by the address, else by asking one cloud after the other
 * @param asked.keysOf client id of an application with signing keys of its own; null for the directory's keys
 */
export async function readDirectory(
  deps: DirectoryDeps,
  asked: { directory: string; cloud: Cloud | null; keysOf: string | null },
): Promise<FoundDirectory | ProviderFault> {
  const address = microsoftAddress(asked.directory, deps.entraAuthority);
  const named = (address?.directory ?? asked.directory).trim().toLowerCase();
  if (NO_DIRECTORY.has(named)) return { fault: 'entra.common', field: 'directoryId' };
  const chosen = asked.cloud ?? address?.cloud ?? null;
  const place = await findDirectory(deps, named, chosen);
  if ('fault' in place) return place;
  const { directoryId, cloud } = place;
  if (asked.cloud !== null && asked.cloud !== cloud) return otherCloud(directoryId, 'cloud');
  const document = `${authorityOf(cloud, deps.entraAuthority)}/${directoryId}/v2.0`;
  const url = readDiscoveryUrl(asked.keysOf === null ? document : `${document}?appid=${asked.keysOf}`);
  if (typeof url === 'string') return { fault: 'entra.directory', field: 'directoryId' };
  const found = await fetchDirectory(deps, url, directoryId);
  if ('fault' in found) return found;
  const provider = await readDocument(deps, found.json, url, 'directoryId');
  return 'fault' in provider ? provider : { ...provider, directoryId, cloud };
}

/**
 * The id and cloud of a directory, by its id or a domain of it. Where no cloud was chosen they are asked in turn; Microsoft's
 * answer may name another one than was asked.
 */
export async function findDirectory(
  deps: DirectoryDeps,
  directory: string,
  chosen: Cloud | null = null,
): Promise<DirectoryPlace | ProviderFault> {
  const name = directory.trim().toLowerCase();
  const named = isGuid(name) || (name.length <= MAX_DOMAIN && DOMAIN.test(name));
  if (!named) return { fault: 'entra.directory', field: 'directoryId' };
  let fault: ProviderFault | undefined;
  for (const cloud of chosen === null ? cloudsToAsk(deps.entraAuthority) : [chosen]) {
    const place = await askCloud(deps, name, cloud);
    if (!('fault' in place)) return place;
    // The first answer counts: the global cloud says which of the others, or that there is no such directory.
    fault ??= place;
    if (place.fault === 'entra.unreachable') break;
  }
  return fault ?? { fault: 'entra.directory', field: 'directoryId' };
}

async function askCloud(deps: DirectoryDeps, name: string, cloud: Cloud): Promise<DirectoryPlace | ProviderFault> {
  const url = readDiscoveryUrl(`${authorityOf(cloud, deps.entraAuthority)}/${name}/v2.0`);
  if (typeof url === 'string') return { fault: 'entra.directory', field: 'directoryId' };
  const document = await fetchDirectory(deps, url, name);
  if ('fault' in document) return document;
  const issuer = isJsonObject(document.json) ? document.json['issuer'] : undefined;
  const stated = typeof issuer === 'string' ? /^https?:\/\/([^/]+)\/([0-9a-f-]{36})\/v2\.0$/.exec(issuer) : null;
  const [, host, id] = stated ?? [];
  if (host === undefined || id === undefined || !isGuid(id)) return unknownDirectory(name);
  return { directoryId: id, cloud: cloudOf(host) ?? cloud };
}

/** The discovery document of a directory. Microsoft answers 400 for one it does not have, with the number of its error. */
async function fetchDirectory(
  deps: DirectoryDeps,
  url: DiscoveryUrl,
  directoryId: string,
): Promise<{ json: unknown } | ProviderFault> {
  const unreachable: ProviderFault = {
    fault: 'entra.unreachable',
    field: 'directoryId',
    values: { endpoint: endpointText(url.document) },
  };
  try {
    const answer = await deps.fetch(url.document, {}, { bodyBytes: DOCUMENT_LIMIT });
    if (answer.status !== 200 && answer.status !== 400 && answer.status !== 404) return unreachable;
    const text = await answer.text();
    if (answer.status === 200) return { json: JSON.parse(text) as unknown };
    return numberIn(text) === 'entra.90038' ? otherCloud(directoryId, 'directoryId') : unknownDirectory(directoryId);
  } catch (error) {
    if (error instanceof FetchRefused || error instanceof SyntaxError) return unreachable;
    throw error;
  }
}

/** What Microsoft's error is explained under; undefined when it is none. */
function numberIn(text: string): ReturnType<typeof explainNumber> {
  try {
    const body: unknown = JSON.parse(text);
    const numbers = isJsonObject(body) ? body['error_codes'] : undefined;
    return Array.isArray(numbers) ? explainNumber(String(numbers[0])) : undefined;
  } catch {
    return undefined;
  }
}

function unknownDirectory(directoryId: string): ProviderFault {
  return { fault: 'entra.90002', field: 'directoryId', values: { directoryId } };
}

function otherCloud(directoryId: string, field: 'directoryId' | 'cloud'): ProviderFault {
  return { fault: 'entra.90038', field, values: { directoryId } };
}

/** The directory and cloud in an address of Microsoft's, whose tokens need Entra ID's own checks; null for other addresses. */
export function microsoftAddress(typed: string, authority: string): { directory: string; cloud: Cloud | null } | null {
  const address = readDiscoveryUrl(typed);
  if (typeof address === 'string') return null;
  const url = new URL(address.issuer);
  const cloud = cloudOf(url.host);
  if (cloud === undefined && url.origin !== new URL(authority).origin) return null;
  const segment = url.pathname.split('/')[1] ?? '';
  return { directory: segment, cloud: cloud ?? null };
}
