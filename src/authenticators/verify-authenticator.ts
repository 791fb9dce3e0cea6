import {
  selectPassword,
  selectSecurityKeys,
  selectTotps,
  takeTimeStep,
  updatePasswordUse,
  updateSignatureCount,
} from './authenticator-store.ts';
import { seedPlace } from './authenticator.ts';
import type { AuthenticatorFacts, EnrolledFactors, Owner } from './authenticator.ts';
import type { PasswordHasher } from './password.ts';
import { countRecoveryCodes, takeRecoveryCode } from './recovery-code-store.ts';
import { readRecoveryCode, recoveryCodeMacs } from './recovery-codes.ts';
import { credentialIdOf, verifyAuthentication } from './security-key.ts';
import type { RelyingParty } from './security-key.ts';
import { timeStepOf } from './totp.ts';
import { recordEvent } from '../audit/record-event.ts';
import { rethrowUnless } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import { after, DAY, MINUTE } from '../base/clock.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Database } from '../db/database.ts';
import { openAndReseal } from '../db/sealed/open-and-reseal.ts';
import { inTransaction } from '../db/database.ts';
import type { Attempt, RateLimit } from '../db/limits/rate-limit.ts';

/** Counts attempts, over all server processes, before they are made. */
export type AttemptLimit = Omit<RateLimit, 'deleteExpired'>;

/** Counts one more, where what is over the limit is left out and refused to nobody: whether it is within. */
export async function isWithin(
  { rateLimit }: { rateLimit: Pick<AttemptLimit, 'consume'> },
  limit: Parameters<AttemptLimit['consume']>[0],
  key: string,
): Promise<boolean> {
  try {
    await rateLimit.consume(limit, key);
    return true;
  } catch (error) {
    rethrowUnless(error, 'request.too-many');
    return false;
  }
}

/** By account, whatever its login, session or browser: 200 guesses at once are still 200 guesses at one account. */
export const PASSWORD_ATTEMPTS = { name: 'password', points: 10, seconds: 5 * MINUTE };
/** Wrong passwords in a row, whatever the pace: 100 by NIST SP 800-63B 5.2.2. A right one and a new password start again. */
export const PASSWORD_FAILURES = { name: 'password-in-a-row', points: 100, seconds: 30 * DAY };
/** Wrong second factors in a row, whatever the pace, until their owner is told: whoever tries them knows the password. */
const FACTOR_FAILURES = { name: 'wrong-factors', points: 7, seconds: 30 * DAY };
export const FACTOR_ATTEMPTS = { name: 'factor', points: 6, seconds: 5 * MINUTE };

/**
 * Whether this is the password of the user, or of nobody: without a user, or one without a password, the same work is
 * done for the answer no. Attempts are counted by the address key, so that all spellings of an address and addresses of
 * nobody share the rule; those from a browser its owner logged in with before (`browserName`) apart from all others, so that strangers do not lock
 * the owner out there.
 * @param account `before`: what a guess at any account counts as, counted first
 * @param known what this request read of the owner already
 * @throws request.too-many; password.blocked after {@link PASSWORD_FAILURES}, until a new password is set
 */
export async function verifyPassword(
  deps: { db: Database; clock: Clock; passwords: PasswordHasher; rateLimit: AttemptLimit },
  account: { emailKey: string; owner: Owner | null; browserName?: string | undefined; before?: Attempt },
  password: string,
  known?: Pick<AuthenticatorFacts, 'password'>,
): Promise<boolean> {
  const counted = account.browserName === undefined ? account.emailKey : `${account.emailKey} ${account.browserName}`;
  const attempts = passwordAttempts(counted);
  await deps.rateLimit.consumeAll(account.before === undefined ? attempts : [account.before, ...attempts]);
  const { owner } = account;
  const stored = known === undefined ? await selectPassword(deps.db, owner ?? NOBODY) : (known.password ?? undefined);
  const right = await deps.passwords.verify(stored?.hash ?? null, password);
  if (!right || owner === null || stored === undefined) return false;
  const rehashed = deps.passwords.isStale(stored.hash) ? { passwordHash: await deps.passwords.hash(password) } : {};
  const use = { ...rehashed, lastUsedAt: deps.clock.now(), counters: deps.rateLimit.countersOf(attempts) };
  await updatePasswordUse(deps.db, owner, stored, use);
  return true;
}

function passwordAttempts(key: string): Attempt[] {
  return [
    { limit: PASSWORD_ATTEMPTS, key },
    { limit: PASSWORD_FAILURES, key, code: 'password.blocked' },
  ];
}

/** Deletes the counts of wrong passwords for an address, after a new password. */
export async function resetPasswordFailures(deps: { rateLimit: AttemptLimit }, emailKey: string): Promise<void> {
  await deps.rateLimit.reset(passwordAttempts(emailKey));
}

/** Whether a password that was proved at an instant is the user's still: neither changed nor deactivated since. */
export async function isPasswordOf(deps: { db: Database }, owner: Owner, provedAt: Date): Promise<boolean> {
  const stored = await selectPassword(deps.db, owner);
  // One that is chosen within a login is set a moment after the login says so.
  return stored !== undefined && stored.setAt <= after(provedAt, 1);
}

const NIL = '00000000-0000-0000-0000-000000000000';
const NOBODY = { organizationId: NIL, userId: NIL } as Owner;

/** Counts a wrong second factor; whether it is the eighth in a row. */
export async function countWrongFactor(deps: { rateLimit: AttemptLimit }, owner: Owner): Promise<boolean> {
  try {
    await deps.rateLimit.consume(FACTOR_FAILURES, owner.userId);
    return false;
  } catch (error) {
    rethrowUnless(error, 'request.too-many');
    await deps.rateLimit.reset([{ limit: FACTOR_FAILURES, key: owner.userId }]);
    return true;
  }
}

/** What a right second factor deletes the counts of. */
function factorAttempts({ userId: key }: Owner): Attempt[] {
  return [
    { limit: FACTOR_ATTEMPTS, key },
    { limit: FACTOR_FAILURES, key },
  ];
}

/** What a user can prove a second factor with. */
export async function findFactors(deps: { db: Database }, owner: Owner): Promise<EnrolledFactors> {
  return factorsOf({
    totps: await selectTotps(deps.db, owner),
    securityKeys: await selectSecurityKeys(deps.db, owner),
    recoveryCodes: await countRecoveryCodes(deps.db, owner),
  });
}

/** As {@link findFactors}, of what this request read already. */
export function factorsOf(facts: Omit<AuthenticatorFacts, 'password'>): EnrolledFactors {
  const { totps, securityKeys, recoveryCodes } = facts;
  const [last] = [...totps, ...securityKeys].toSorted(
    (a, b) => (b.lastUsedAt?.getTime() ?? 0) - (a.lastUsedAt?.getTime() ?? 0),
  );
  const lastUsed = last === undefined || last.kind === 'password' ? null : last.kind;
  return { totp: totps.length > 0, securityKeys, recoveryCodes, lastUsed };
}

/** Whether a user has a second factor at all; recovery codes alone are none. */
export function hasFactor(factors: EnrolledFactors): boolean {
  return factors.totp || factors.securityKeys.length > 0;
}

/**
 * Takes a code of one of the user's authenticator apps: each time step once, over all logins and servers.
 * @param known what this request read of the owner already
 * @throws request.too-many
 */
export async function verifyTotp(
  deps: { db: Database; clock: Clock; secrets: SecretBox; rateLimit: AttemptLimit },
  owner: Owner,
  code: string,
  known?: Pick<AuthenticatorFacts, 'totps'>,
): Promise<boolean> {
  await deps.rateLimit.consume(FACTOR_ATTEMPTS, owner.userId);
  const now = deps.clock.now();
  const counters = deps.rateLimit.countersOf(factorAttempts(owner));
  for (const totp of known?.totps ?? (await selectTotps(deps.db, owner))) {
    const seed = await openAndReseal(deps, totp.sealedSeed, seedPlace(totp.id, owner));
    const timeStep = await timeStepOf(seed, code, now);
    if (timeStep === undefined) continue;
    if (await takeTimeStep(deps.db, owner, { id: totp.id, timeStep, now, counters })) return true;
  }
  return false;
}

/**
 * Whether a browser's answer to `challenge` comes from one of the user's own security keys.
 * @throws request.too-many
 */
export async function verifySecurityKey(
  deps: { db: Database; clock: Clock; rateLimit: AttemptLimit; party: RelyingParty },
  owner: Owner,
  challenge: string,
  response: unknown,
): Promise<boolean> {
  await deps.rateLimit.consume(FACTOR_ATTEMPTS, owner.userId);
  const id = credentialIdOf(response);
  const enrolled = (await selectSecurityKeys(deps.db, owner)).find((one) => one.key.credentialId === id);
  if (enrolled === undefined) return false;
  const count = await verifyAuthentication(deps.party, challenge, response, {
    userId: owner.userId,
    key: enrolled.key,
  });
  if (count === undefined) return false;
  const change = { from: enrolled.key.signatureCount, to: count };
  if (!(await updateSignatureCount(deps.db, owner, enrolled.id, change, deps.clock.now()))) return false;
  await deps.rateLimit.reset(factorAttempts(owner));
  return true;
}

/**
 * Takes a recovery code; how many are left, or undefined when it was none.
 * @throws request.too-many
 */
export async function verifyRecoveryCode(
  deps: { db: Database; clock: Clock; secrets: SecretBox; rateLimit: AttemptLimit },
  owner: Owner & { email: string },
  typed: string,
): Promise<number | undefined> {
  await deps.rateLimit.consume(FACTOR_ATTEMPTS, owner.userId);
  const code = readRecoveryCode(typed);
  if (code === undefined) return undefined;
  const macs = recoveryCodeMacs(deps.secrets, owner.userId, code);
  const left = await inTransaction(deps, async (deps) => {
    if (!(await takeRecoveryCode(deps.db, owner, macs, deps.clock.now()))) return undefined;
    const remaining = await countRecoveryCodes(deps.db, owner);
    await recordEvent(deps, {
      organizationId: owner.organizationId,
      kind: 'recovery-code.used',
      actor: { kind: 'user', id: owner.userId, name: owner.email },
      userId: owner.userId,
      details: { left: remaining },
    });
    return remaining;
  });
  if (left !== undefined) await deps.rateLimit.reset(factorAttempts(owner));
  return left;
}
