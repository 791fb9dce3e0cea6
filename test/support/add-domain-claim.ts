import { after } from '../../src/base/clock.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { Database } from '../../src/db/database.ts';
import { newToken } from '../../src/domains/domain.ts';
import type { Organization } from '../../src/organizations/organization.ts';

/** A domain that waits, as its proof an hour ago left it: so many users of each organization have addresses at it. */
export async function addDomainClaim(
  { db, clock }: { db: Database; clock: Clock },
  claimer: Organization,
  domain: string,
  elsewhere: readonly (readonly [Organization, number])[],
): Promise<void> {
  const now = clock.now();
  const takesEffectAt = after(now, 71 * 3600);
  await db
    .insertInto('domainVerification')
    .values({
      organizationId: claimer.id,
      domain,
      state: 'waiting',
      token: newToken(),
      startedAt: after(now, -7200),
      checkedAt: after(now, -3600),
      nextCheckAt: after(now, 5 * 3600),
      takesEffectAt,
      usersElsewhere: elsewhere.reduce((sum, [, users]) => sum + users, 0),
      createdAt: after(now, -7200),
    })
    .execute();
  for (const [{ id: organizationId }, users] of elsewhere) {
    const row = { organizationId, domain, claimedBy: claimer.id, users, takesEffectAt, createdAt: now };
    await db.insertInto('domainClaim').values(row).execute();
  }
}

/** A domain that an organization verified just now. */
export async function addVerifiedDomain(
  { db, clock }: { db: Database; clock: Clock },
  { id: organizationId }: Organization,
  domain: string,
): Promise<void> {
  const at = clock.now();
  const times = { startedAt: at, nextCheckAt: at, createdAt: at, verifiedAt: at };
  const row = { organizationId, domain, state: 'verified' as const, token: newToken() };
  await db
    .insertInto('domainVerification')
    .values({ ...row, ...times })
    .execute();
}
