import type { ExplanationCode, Finding } from '../../explanation-codes.ts';
import { foundValue } from '../../found-value.ts';
import type { DiscoveryUrl } from './discovery-url.ts';

/**
 * Providers that name another issuer by their design, and have a switch or an address for it: whoever runs them is told
 * where. By the host of the Discovery URL.
 */
const BY_DESIGN: readonly (readonly [host: RegExp, ExplanationCode])[] = [
  [/\.identity\.oraclecloud\.com$/, 'discovery.issuer-mismatch-oracle'],
  [/\.b2clogin\.(?:com|us|cn)$/, 'discovery.issuer-mismatch-b2c'],
  [/\.ciamlogin\.(?:com|us)$/, 'discovery.issuer-mismatch-external-id'],
];

/** A document that names another issuer than its address speaks of (OpenID Connect Discovery 4.3): both are shown. */
export function issuerMismatch(issuer: string, address: DiscoveryUrl): Finding {
  const { hostname } = new URL(address.issuer);
  const known = BY_DESIGN.find(([host]) => host.test(hostname))?.[1];
  const values = { found: foundValue(issuer), wanted: foundValue(address.issuer) };
  return { fault: known ?? 'discovery.issuer-mismatch', values };
}
