import type { Database } from '../../db/database.ts';
import { findVerifiedDomains } from '../../domains/find-domains.ts';
import { domainOf } from '../email-address.ts';
import type { User } from '../user.ts';

/**
 * Whether applications are told the address as proven: by the person, or because the organization verified its domain.
 * Same rule as in the statement behind tokens (`oidc/storage/user-access-store`).
 */
export async function isAddressProven(
  deps: { db: Database },
  user: Pick<User, 'organizationId' | 'emailKey' | 'emailProvenAt'>,
): Promise<boolean> {
  if (user.emailProvenAt !== null) return true;
  return (await findVerifiedDomains(deps, user.organizationId)).includes(domainOf(user.emailKey));
}
