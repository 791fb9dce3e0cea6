import { isLoopbackHost } from '../../outgoing/allowed-hosts.ts';

/** A Discovery URL, read: what the issuer must be and where its document stands. */
export interface DiscoveryUrl {
  /** The issuer the address speaks of, without a slash at its end. */
  issuer: string;
  /** Where the document is fetched. */
  document: string;
  host: string;
}

/** Why a Discovery URL cannot be used. */
export type DiscoveryUrlFault = 'not-a-url' | 'not-https' | 'has-credentials' | 'has-query' | 'too-long';

const WELL_KNOWN = '/.well-known/openid-configuration';
const MAX_LENGTH = 2048;
/** Parameters that choose a document: app-specific keys of Entra ID, the policy of Azure AD B2C. */
const KNOWN_PARAMETERS = new Set(['appid', 'p']);

/**
 * Reads what an administrator typed: an issuer or the full address of its discovery document (OpenID Connect Discovery
 * 4.1), with or without a slash at the end.
 * Plain http is let through for loopback hosts only; whether the operator allows those, the guarded fetch decides.
 */
export function readDiscoveryUrl(typed: string): DiscoveryUrl | DiscoveryUrlFault {
  const text = typed.trim();
  if (text.length > MAX_LENGTH) return 'too-long';
  if (/[\s\p{Cc}]/u.test(text) || !URL.canParse(text)) return 'not-a-url';
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackHost(url.hostname))) return 'not-https';
  if (url.username !== '' || url.password !== '') return 'has-credentials';
  if (url.hash !== '' || [...url.searchParams.keys()].some((name) => !KNOWN_PARAMETERS.has(name))) return 'has-query';
  let path = withoutSlashes(url.pathname);
  if (path.endsWith(WELL_KNOWN)) path = withoutSlashes(path.slice(0, -WELL_KNOWN.length));
  const issuer = `${url.origin}${path}`;
  return { issuer, document: `${issuer}${WELL_KNOWN}${url.search}`, host: url.host };
}

/** Linear, unlike `/\/+$/` on a row of slashes. */
function withoutSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

/**
 * Whether a document's issuer is the one its address speaks of. Both sides normalised (RFC 3986 6.2.2.1, 6.2.3: case of
 * the host, default port); one slash at the end makes no difference.
 */
export function isIssuerOf(issuer: string, address: DiscoveryUrl): boolean {
  if (!URL.canParse(issuer)) return false;
  const { href } = new URL(issuer);
  return href === address.issuer || href === `${address.issuer}/`;
}
