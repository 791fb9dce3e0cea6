import { domainClaimNoticeJob } from './domain-claim-notice.ts';
import { endDomainClaims } from './end-wait.ts';
import { WAIT } from './wait.ts';
import type { Elsewhere } from './wait.ts';
import { insertDomainClaims, isUntold, moveDomainClaims, selectElsewhere } from './wait-store.ts';
import type { Decision } from '../decide.ts';
import { nextWaitCheck } from '../domain.ts';
import type { DomainVerification } from '../domain.ts';
import { SERVICE } from '../../audit/audit-event.ts';
import { withoutOrigin } from '../../audit/origin.ts';
import { recordEvent } from '../../audit/record-event.ts';
import { HOUR, after } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { asService } from '../../db/database.ts';
import type { Transaction } from '../../db/database.ts';
import { enqueueJob } from '../../jobs/enqueue-job.ts';
import { findOrganization } from '../../organizations/find-organization.ts';

interface Deps {
  db: Transaction;
  clock: Clock;
  secrets: SecretBox;
}

/** A decision with what the wait makes of it. */
export interface Weighed extends Decision {
  /** Whom a wait that begins concerns. */
  elsewhere: readonly Elsewhere[];
}

/** After so long without an announcement the time of a wait begins anew. Its job runs at once. */
const TOLD_WITHIN = HOUR;

/**
 * What becomes of a decision: a domain that was just proved waits where people with addresses at it live elsewhere. While
 * its organization is suspended the time does not run: nobody reads what was announced, and whoever lifts it decides anew.
 * Nor while one of those whom it concerns was not told of it.
 * @param before the row that the decision is about
 */
export async function weighWait({ db }: Deps, before: DomainVerification, decision: Decision): Promise<Weighed> {
  const { organizationId, domain } = before;
  const nothing = { ...decision, elsewhere: [] };
  const proved = decision.event === 'domain.verified';
  if (!proved && decision.row.state !== 'waiting') return nothing;
  // With the service's rights: whoever checks the domain reaches none of them.
  return asService(db, async (db) => {
    const organization = await findOrganization({ db }, organizationId);
    if (organization === undefined) return nothing;
    const checkedAt = decision.row.checkedAt ?? before.startedAt;
    const takesEffectAt = after(checkedAt, WAIT);
    const nextCheckAt = nextWaitCheck(checkedAt, takesEffectAt);
    if (before.state === 'waiting') {
      const late = before.takesEffectAt === null || before.takesEffectAt < after(checkedAt, WAIT - TOLD_WITHIN);
      const putOff = organization.suspended || (late && (await isUntold(db, before)));
      if (!putOff) return nothing;
      const row = { ...decision.row, state: 'waiting' as const, verifiedAt: before.verifiedAt };
      const { usersElsewhere } = before;
      return { row: { ...row, takesEffectAt, usersElsewhere, nextCheckAt }, event: null, notice: null, elsewhere: [] };
    }
    const elsewhere = await selectElsewhere(db, domain, organization.path);
    if (elsewhere.length === 0) return nothing;
    const usersElsewhere = elsewhere.reduce((sum, { users }) => sum + users, 0);
    const row = { ...decision.row, state: 'waiting' as const, verifiedAt: before.verifiedAt };
    return {
      row: { ...row, takesEffectAt, usersElsewhere, nextCheckAt },
      event: 'domain.waiting',
      notice: null,
      elsewhere,
    };
  });
}

/** Writes what a wait that begins, is put off or ends means for the organizations it concerns. The row is saved before. */
export async function followWait(deps: Deps, before: DomainVerification, weighed: Weighed): Promise<void> {
  const { row, elsewhere } = weighed;
  const { domain, organizationId: claimedBy, takesEffectAt } = row;
  if (before.state === 'waiting' && row.state !== 'waiting') {
    await endDomainClaims(deps, row, row.state === 'verified' ? 'in-effect' : 'not-proved');
    return;
  }
  if (takesEffectAt === null) return;
  await asService(deps.db, async (db) => {
    if (before.state === 'waiting') {
      if (takesEffectAt.getTime() !== before.takesEffectAt?.getTime()) await moveDomainClaims(db, row, takesEffectAt);
      return;
    }
    const claims = elsewhere.map((each) => ({ ...each, domain, claimedBy, takesEffectAt }));
    await insertDomainClaims(db, claims, deps.clock.now());
    for (const { organizationId, users } of elsewhere) {
      const details = { domain, users, takesEffectAt: takesEffectAt.toISOString() };
      const event = { organizationId, kind: 'domain.claimed-elsewhere', actor: SERVICE, details } as const;
      // They do not learn whose claim it is: nor from where.
      await withoutOrigin(async () => recordEvent({ ...deps, db }, event));
    }
    await enqueueJob({ ...deps, db }, domainClaimNoticeJob(row));
  });
}
