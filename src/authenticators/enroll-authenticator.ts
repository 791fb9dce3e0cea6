import {
  deleteAuthenticator,
  deleteFactors,
  insertSecurityKey,
  insertTotp,
  lockAndFindFactor,
  lockFactors,
  selectAuthenticators,
  selectSecurityKeys,
  selectTotps,
  upsertPassword,
} from './authenticator-store.ts';
import { seedPlace } from './authenticator.ts';
import type { Authenticator, Owner } from './authenticator.ts';
import type { PasswordFlaw, PasswordHasher } from './password.ts';
import { flawOf } from './password.ts';
import { deleteRecoveryCodes, replaceRecoveryCodes, selectRecoveryCodesMadeAt } from './recovery-code-store.ts';
import { recoveryCodeMac } from './recovery-codes.ts';
import { verifyRegistration } from './security-key.ts';
import type { RelyingParty } from './security-key.ts';
import { timeStepOf } from './totp.ts';
import type { AuditFact } from '../audit/audit-event.ts';
import { recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { AuthenticatorId } from '../base/ids.ts';
import { randomUuid } from '../base/random.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Database, Inside, Transaction } from '../db/database.ts';
import { inTransaction, isUniqueViolation } from '../db/database.ts';

/** The person at the keyboard, proved by the step before. */
export interface Person extends Owner {
  email: string;
}

interface Ground {
  db: Database;
  clock: Clock;
}

/**
 * Makes a new password ready: checked and hashed, outside of any transaction. The function it gives sets it, as part of
 * one.
 * @param words what the person would use first: product, organization
 */
export async function preparePassword(
  deps: { clock: Clock; passwords: PasswordHasher },
  person: Person,
  password: string,
  words: readonly string[],
): Promise<{ flaw: PasswordFlaw } | { set: (tx: Transaction) => Promise<void> }> {
  const flaw = flawOf(password, [...words, person.email]);
  if (flaw !== undefined) return { flaw };
  const hash = await deps.passwords.hash(password);
  return {
    set: async (tx) => {
      await upsertPassword(tx, person, newId(), hash, deps.clock.now());
      await record({ db: tx, clock: deps.clock }, person, { kind: 'password.changed' });
    },
  };
}

/** Stores what was proved; part of the transaction of what it is proved for, so that of two at once one enrols. */
export type Enrolment = (tx: Transaction) => Promise<void>;

/**
 * An authenticator app, once a code of its shows that the seed arrived. The seed is ours, kept sealed until then.
 * @returns undefined when the code is not right, or the seed is enrolled already: each code would count twice
 */
export async function prepareTotp(
  deps: Ground & { secrets: SecretBox },
  person: Person,
  input: { seed: string; code: string; name: string },
): Promise<Enrolment | undefined> {
  const now = deps.clock.now();
  const timeStep = await timeStepOf(input.seed, input.code, now);
  if (timeStep === undefined) return undefined;
  const known = await selectTotps(deps.db, person);
  if (known.some((one) => deps.secrets.open(one.sealedSeed, seedPlace(one.id, person)) === input.seed))
    return undefined;
  const id = newId();
  const sealedSeed = deps.secrets.seal(input.seed, seedPlace(id, person));
  return async (tx) => {
    await insertTotp(tx, person, { id, name: input.name, sealedSeed, timeStep }, now);
    await record({ db: tx, clock: deps.clock }, person, {
      kind: 'authenticator.enrolled',
      details: { kind: 'totp', name: input.name },
    });
  };
}

/**
 * A security key, by the browser's answer to `challenge`. Storing it throws login.out-of-order when another request
 * enrolled it meanwhile.
 * @returns undefined when it proves nothing or the key is enrolled already
 */
export async function prepareSecurityKey(
  deps: Ground & { party: RelyingParty },
  person: Person,
  input: { challenge: string; response: unknown; name: string },
): Promise<Enrolment | undefined> {
  const key = await verifyRegistration(deps.party, input.challenge, input.response);
  if (key === undefined) return undefined;
  const known = await selectSecurityKeys(deps.db, person);
  if (known.some((one) => one.key.credentialId === key.credentialId)) return undefined;
  const id = newId();
  return async (tx) => {
    try {
      await insertSecurityKey(tx, person, { ...key, id, name: input.name }, deps.clock.now());
    } catch (error) {
      if (isUniqueViolation(error)) throw new AppError('login.out-of-order', { detail: 'enrolled meanwhile' });
      throw error;
    }
    const details = { kind: 'security-key', name: input.name };
    await record({ db: tx, clock: deps.clock }, person, { kind: 'authenticator.enrolled', details });
  };
}

/**
 * An enrolment within a login, which has proved a password and no factor yet: it counts only as the first one.
 * @throws login.refused when a factor was enrolled meanwhile: by whoever else knows the password
 */
export function asFirstFactor(person: Person, enrolment: Enrolment): Enrolment {
  return async (tx) => {
    if (await lockAndFindFactor(tx, person)) {
      throw new AppError('login.refused', { detail: 'a second factor was enrolled meanwhile' });
    }
    await enrolment(tx);
  };
}

/** Replaces a user's recovery codes; earlier ones no longer work. */
export async function keepRecoveryCodes(
  deps: Ground & { secrets: SecretBox },
  person: Person,
  codes: readonly string[],
): Promise<void> {
  const macs = codes.map((code) => recoveryCodeMac(deps.secrets, person.userId, code));
  await inTransaction(deps, async (deps) => {
    await replaceRecoveryCodes(deps.db, person, macs, deps.clock.now());
    await record(deps, person, {
      kind: 'recovery-codes.made',
      details: { count: codes.length },
    });
  });
}

/** When the set of recovery codes was made that a new one would replace, in milliseconds; null without one. */
export async function recoveryCodesMadeAt(deps: { db: Database }, owner: Owner): Promise<number | null> {
  return (await selectRecoveryCodesMadeAt(deps.db, owner))?.getTime() ?? null;
}

/** A user's authenticators, for their owner's page. */
export async function findAuthenticators(deps: { db: Database }, owner: Owner): Promise<Authenticator[]> {
  return selectAuthenticators(deps.db, owner);
}

/**
 * Removes a second factor. The last one stays: MFA is required.
 * @returns what was removed, undefined when nothing was
 */
export async function removeAuthenticator(
  deps: Ground,
  person: Person,
  id: AuthenticatorId,
): Promise<Pick<Authenticator, 'kind' | 'name'> | undefined> {
  return inTransaction(deps, async (deps) => {
    const factors = await lockFactors(deps.db, person);
    if (factors.length < 2 || !factors.includes(id)) return undefined;
    const removed = await deleteAuthenticator(deps.db, person, id);
    if (removed === undefined) return undefined;
    await record(deps, person, { kind: 'authenticator.removed', details: removed });
    return removed;
  });
}

/** Removes all second factors and recovery codes, so that the next login enrols anew. Part of a transaction. */
export async function removeFactors(deps: Inside<Ground>, owner: Owner): Promise<void> {
  const removed = await deleteFactors(deps.db, owner);
  await deleteRecoveryCodes(deps.db, owner);
  if (removed === 0) return;
  await recordEvent(deps, {
    organizationId: owner.organizationId,
    kind: 'authenticator.removed',
    actor: { kind: 'service', id: null, name: null },
    userId: owner.userId,
    details: { all: removed },
  });
}

function newId(): AuthenticatorId {
  return randomUuid() as AuthenticatorId;
}

async function record(deps: Inside<Ground>, person: Person, fact: AuditFact): Promise<void> {
  const { organizationId, userId, email } = person;
  await recordEvent(deps, { ...fact, organizationId, userId, actor: { kind: 'user', id: userId, name: email } });
}
