import { endDomainClaims } from './end-wait.ts';
import { mayEndWait } from './find-domain-claims.ts';
import { LEASE } from '../check-domain.ts';
import type { DomainVerification } from '../domain.ts';
import { readMailDomain } from '../mail-domain.ts';
import { saveCheck, selectVerification, takeLease } from '../verification-store.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import { DAY, after } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { requireAccess, requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { keepOrganization } from '../../organizations/find-organization.ts';

/**
 * *Take effect now*: an administrator above the organization and above everybody whom its claim concerns ends the wait.
 * @throws organization.not-found, caller.denied, caller.stale-factor, domain.not-found, domain.not-waiting,
 *   domain.being-checked
 */
export async function takeEffectNow(
  deps: { db: Database; clock: Clock; secrets: SecretBox },
  caller: Caller,
  input: { organizationId: OrganizationId; domain: string },
): Promise<DomainVerification> {
  const { organizationId } = input;
  return inTransaction(deps, async (deps) => {
    const found = await keepOrganization(deps, organizationId);
    const organization = requireAccess(caller, 'edit-authentication', found);
    const now = deps.clock.now();
    requireFreshFactor(caller, now);
    const domain = readMailDomain(input.domain);
    const present = domain === undefined ? undefined : await selectVerification(deps.db, organizationId, domain);
    if (present === undefined) throw new AppError('domain.not-found');
    // A check that runs beside would write what it read before.
    const row = await takeLease(deps.db, present, now, after(now, LEASE));
    if (row === undefined) throw new AppError('domain.being-checked');
    const { takesEffectAt } = row;
    if (row.state !== 'waiting' || takesEffectAt === null) throw new AppError('domain.not-waiting');
    if (organization.suspended || !(await mayEndWait(deps, caller, organization, row))) {
      throw new AppError('caller.denied', { detail: 'the wait is ended by whoever administers all it concerns' });
    }
    const verified: DomainVerification = {
      ...row,
      state: 'verified',
      verifiedAt: now,
      takesEffectAt: null,
      usersElsewhere: null,
      nextCheckAt: after(now, DAY),
    };
    if (!(await saveCheck(deps.db, verified, row))) throw new AppError('domain.not-found');
    const details = { domain: row.domain, takesEffectAt: takesEffectAt.toISOString() };
    await recordEvent(deps, { organizationId, kind: 'domain.wait-cut-short', actor: actorOf(caller), details });
    await endDomainClaims(deps, row, 'in-effect');
    return verified;
  });
}
