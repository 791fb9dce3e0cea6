import { decide } from './decide.ts';
import type { DomainEvent } from './decide.ts';
import { diagnose } from './diagnose/diagnose.ts';
import type { Finding } from './diagnose/finding.ts';
import type { AskDns } from './dns/ask-dns.ts';
import { isVerified } from './domain.ts';
import type { DomainVerification } from './domain.ts';
import { readMailDomain } from './mail-domain.ts';
import { registeredDomain } from './observe/find-zone.ts';
import { observeDomain } from './observe/observe-domain.ts';
import { domainNoticeJob } from './domain-notice.ts';
import { followWait, weighWait } from './wait/begin-wait.ts';
import { saveCheck, selectVerification, takeLease } from './verification-store.ts';
import { SERVICE } from '../audit/audit-event.ts';
import type { Actor } from '../audit/audit-event.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import { MINUTE, after } from '../base/clock.ts';
import type { Clock, Seconds } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { isUniqueViolation } from '../db/database.ts';
import type { Transaction } from '../db/database.ts';
import { enqueueJob } from '../jobs/enqueue-job.ts';
import { requireAccess } from '../organizations/access.ts';
import type { Caller } from '../organizations/access.ts';
import { findOrganization } from '../organizations/find-organization.ts';

/** What a check needs. `transact` opens a transaction: DNS is asked outside of one. */
export interface CheckDeps {
  clock: Clock;
  secrets: SecretBox;
  askDns: AskDns;
  transact: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
}

/** Lease of a check, longer than a check takes; it expires when the process dies. */
export const LEASE: Seconds = MINUTE;

/** Of an organization, by the people of one: so that nobody uses up another's. */
const CHECKS_OF_AN_ORGANIZATION = { name: 'domain-check', points: 10, seconds: MINUTE };

/**
 * *Check now*: asks DNS for an organization's record, and begins the schedule of checks again. One check of a domain runs
 * at a time.
 * @throws organization.not-found, caller.denied, domain.not-found, domain.being-checked, request.too-many
 */
export async function checkNow(
  deps: CheckDeps & { rateLimit: { consume(limit: typeof CHECKS_OF_AN_ORGANIZATION, key: string): Promise<void> } },
  caller: Caller,
  input: { organizationId: OrganizationId; domain: string },
): Promise<DomainVerification> {
  const { organizationId } = input;
  // Before the transaction: the limit is counted on a connection of its own.
  await deps.rateLimit.consume(CHECKS_OF_AN_ORGANIZATION, `${caller.organizationId} ${organizationId}`);
  return checkVerification(deps, actorOf(caller), input, async (db) => {
    requireAccess(caller, 'edit-authentication', await findOrganization({ db }, organizationId));
  });
}

/**
 * Asks DNS for an organization's record, and begins the schedule of checks again.
 * @param allow refuses whoever may not, in the transaction that takes the lease
 * @throws domain.not-found, domain.being-checked
 */
export async function checkVerification(
  deps: CheckDeps,
  actor: Actor,
  input: { organizationId: OrganizationId; domain: string },
  allow: (db: Transaction) => Promise<void>,
): Promise<DomainVerification> {
  const { organizationId } = input;
  const domain = readMailDomain(input.domain);
  const leased = await deps.transact(async (db) => {
    await allow(db);
    if (domain === undefined) throw new AppError('domain.not-found');
    const now = deps.clock.now();
    const row = await takeLease(db, { organizationId, domain }, now, after(now, LEASE));
    if (row?.state === 'waiting' || (row !== undefined && isVerified(row))) return row;
    if (row !== undefined) return { ...row, state: 'pending' as const, startedAt: now };
    const present = await selectVerification(db, organizationId, domain);
    throw new AppError(present === undefined ? 'domain.not-found' : 'domain.being-checked');
  });
  return finishCheck(deps, leased, await lookAtDomain(deps, leased), actor);
}

/** Asks DNS for the record of a verification. Changes nothing. */
export async function lookAtDomain(deps: Pick<CheckDeps, 'askDns'>, row: DomainVerification): Promise<Finding> {
  const { domain, token, formerTokens } = row;
  const sought = {
    domain,
    token,
    formerNameServers: row.nameServers,
    again: isVerified(row) || row.state === 'waiting',
  };
  const observation = await observeDomain(deps.askDns, sought);
  const serial = row.finding?.serial ?? null;
  return diagnose(observation, { token, formerTokens, serial, registered: registeredDomain(domain) });
}

/**
 * Writes what a finding changes, with its event and its notice to administrators, in one transaction. A domain that another organization has
 * verified stays there.
 * @param row as it was when the lease was taken
 */
export async function finishCheck(
  deps: CheckDeps,
  row: DomainVerification,
  finding: Finding,
  actor: Actor = SERVICE,
): Promise<DomainVerification> {
  try {
    return await write(deps, row, finding, actor);
  } catch (error) {
    if (!isUniqueViolation(error, 'domain_verification_one_owner')) throw error;
    return write(deps, row, { ...finding, code: 'held-elsewhere', proof: false }, actor);
  }
}

async function write(
  deps: CheckDeps,
  row: DomainVerification,
  finding: Finding,
  actor: Actor,
): Promise<DomainVerification> {
  return deps.transact(async (db) => {
    const now = deps.clock.now();
    const decision = await weighWait({ ...deps, db }, row, decide(row, finding, now));
    // Removed, given another token, or taken into effect while DNS was asked.
    if (!(await saveCheck(db, decision.row, row))) throw new AppError('domain.not-found');
    const { organizationId } = row;
    if (decision.event !== null) {
      await recordEvent({ ...deps, db }, { organizationId, actor, ...eventOf(decision.event, decision.row, finding) });
    }
    await followWait({ ...deps, db }, row, decision);
    if (decision.notice !== null) {
      await enqueueJob({ ...deps, db }, domainNoticeJob(decision.notice, decision.row, now));
    }
    return decision.row;
  });
}

function eventOf(kind: DomainEvent, row: DomainVerification, finding: Finding) {
  const { domain, nameServers, takesEffectAt, usersElsewhere } = row;
  const details = { domain, finding: finding.code, nameServers };
  if (kind !== 'domain.waiting') return { kind, details };
  const wait = { takesEffectAt: takesEffectAt?.toISOString() ?? '', usersElsewhere: usersElsewhere ?? 0 };
  return { kind, details: { ...details, ...wait } };
}
