import { LEASE, finishCheck, lookAtDomain } from './check-domain.ts';
import type { CheckDeps } from './check-domain.ts';
import type { Finding } from './diagnose/finding.ts';
import { VERIFIED_STATES } from './domain.ts';
import type { DomainVerification, VerificationState } from './domain.ts';
import { resolverWorks } from './observe/find-zone.ts';
import { postponeChecks, takeDue } from './verification-store.ts';
import { HOUR, after } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';

type Deps = CheckDeps & { log: Log };

/** Domains that one run takes; their leases last until it is over. */
const MOST_IN_A_RUN = 100;
const AT_ONCE = 5;
/** A run that finds so many domains gone at once, and so large a part of them, points to a fault on our side. */
const SUSPICIOUS = { domains: 5, part: 1 / 5 };
const CONTROL_MS = 5000;

/** Checks the attempts that are due. */
export async function checkDueAttempts(deps: Deps): Promise<void> {
  const now = deps.clock.now();
  const when = { now, until: after(now, 10 * LEASE) };
  const rows = await deps.transact(async (db) => takeDue(db, ['pending'], when, MOST_IN_A_RUN));
  await eachOf(rows, async (row) => finish(deps, row, await lookAtDomain(deps, row)));
}

/** Checks the waiting domains that are due. Apart from the verified ones: neither's trouble holds up the others. */
export async function checkWaits(deps: Deps): Promise<void> {
  await recheck(deps, ['waiting']);
}

/** Checks the verified domains that are due. */
export async function recheckDomains(deps: Deps): Promise<void> {
  await recheck(deps, VERIFIED_STATES);
}

/**
 * A run is discarded when the resolver does not even answer for the root, or when a fifth of the domains changed to absent or
 * unknown: our own trouble must not take domains away, nor end what people wait for.
 */
async function recheck(deps: Deps, states: readonly VerificationState[]): Promise<void> {
  const now = deps.clock.now();
  const when = { now, until: after(now, 10 * LEASE) };
  const rows = await deps.transact(async (db) => takeDue(db, states, when, MOST_IN_A_RUN));
  if (rows.length === 0) return;
  if (!(await anyResolverWorks(deps))) {
    await discard(deps, rows, 'no DNS resolver answers for the root');
    return;
  }
  const findings = new Map<DomainVerification, Finding>();
  await eachOf(rows, async (row) => void findings.set(row, await lookAtDomain(deps, row)));
  const changed = rows.filter((row) => wasWell(row) && findings.get(row)?.presence !== 'present').length;
  if (changed >= SUSPICIOUS.domains && changed >= rows.length * SUSPICIOUS.part) {
    await discard(deps, rows, `${changed} of ${rows.length} domains changed at once`);
    return;
  }
  await eachOf(rows, async (row) => finish(deps, row, findings.get(row)!));
}

function wasWell({ state, unknownSince }: DomainVerification): boolean {
  return (state === 'verified' || state === 'waiting') && unknownSince === null;
}

async function anyResolverWorks({ askDns }: Deps): Promise<boolean> {
  const signal = AbortSignal.timeout(CONTROL_MS);
  const works = await Promise.all(askDns.resolvers.map(async (resolver) => resolverWorks(askDns, resolver, signal)));
  return works.includes(true);
}

async function discard(deps: Deps, rows: readonly DomainVerification[], why: string): Promise<void> {
  deps.log.error({ domains: rows.length, why }, 'a check of domains was discarded; it is repeated in an hour');
  await deps.transact(async (db) => postponeChecks(db, rows, after(deps.clock.now(), HOUR)));
}

async function finish(deps: Deps, row: DomainVerification, finding: Finding): Promise<void> {
  try {
    await finishCheck(deps, row, finding);
  } catch (error) {
    // Removed while it was checked: nothing is left to write.
    if (!(error instanceof AppError && error.code === 'domain.not-found')) throw error;
  }
}

/** Some at once, so that a run of many domains with silent servers ends. */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
    }),
  );
}
