import { MOST_LABELS } from './api-resource.ts';
import { AppError } from '../../base/errors.ts';
import { fieldError } from '../../base/field-errors.ts';
import type { FieldErrorCode } from '../../base/field-errors.ts';
import type { Transaction } from '../../db/database.ts';
import { asService } from '../../db/database.ts';
import { findDomainOwners } from '../../domains/find-domains.ts';
import type { Organization } from '../../organizations/organization.ts';

/**
 * Refuses an identifier that an organization may not take for its API. Whoever has an identifier makes tokens of this issuer
 * for it, so nobody takes ours, or one below a domain that another organization verified. True where it is below a domain
 * that this organization verified: nobody else may have it.
 * @throws input.malformed, api-resource.audience-taken
 */
export async function checkAudience(
  deps: { db: Transaction; config: { publicUrl: URL } },
  owner: Organization,
  audience: string,
): Promise<boolean> {
  const problem = problemOfAudience(audience, deps.config.publicUrl);
  if (problem !== undefined) throw new AppError('input.malformed', { fields: [fieldError('audience', problem)] });
  const host = URL.parse(audience)?.hostname ?? '';
  const labels = host.split('.').slice(-MOST_LABELS);
  for (let i = 0; i < labels.length - 1; i += 1) {
    // With the service's rights: it may be verified by an organization that the caller does not see.
    const { verified } = await asService(deps.db, async (db) => findDomainOwners({ db }, labels.slice(i).join('.')));
    if (verified === null) continue;
    if (verified === owner.id) return true;
    throw new AppError('api-resource.audience-taken', { detail: 'below a domain of another organization' });
  }
  return false;
}

/** What is wrong with an identifier (RFC 8707 section 2: an absolute URI without a fragment); undefined when nothing is. */
export function problemOfAudience(audience: string, publicUrl: URL): FieldErrorCode | undefined {
  if (!/^[\u0021-\u007e]{1,500}$/.test(audience)) return 'uri.characters';
  if (audience.includes('#')) return 'uri.fragment';
  const url = URL.parse(audience);
  if (url === null) return 'uri.none';
  if (url.username !== '' || url.password !== '') return 'uri.user';
  // As it is read everywhere: no backslash, no other spelling of the host.
  const plainStart = `${url.protocol}//${url.host}`;
  if (url.host !== '' && !audience.toLowerCase().startsWith(plainStart)) return 'uri.characters';
  if (url.host === publicUrl.host) return 'audience-ours';
  if (!['https:', 'http:', 'urn:', 'api:'].includes(url.protocol)) return 'audience-scheme';
  return undefined;
}
