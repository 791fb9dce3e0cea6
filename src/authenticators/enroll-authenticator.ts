import {
  deleteAuthenticator,
  deleteFactors,
  insertSecurityKey,
  insertTotp,
  lockFactors,
  selectAuthenticators,
  selectSecurityKeys,
  upsertPassword,
} from './authenticator-store.ts';
import { seedPlace } from './authenticator.ts';
import type { Authenticator, Owner } from './authenticator.ts';
import type { PasswordFlaw, PasswordHasher } from './password.ts';
import { flawOf } from './password.ts';
import { deleteRecoveryCodes, replaceRecoveryCodes } from './recovery-code-store.ts';
import { recoveryCodeMac } from './recovery-codes.ts';
import { verifyRegistration } from './security-key.ts';
import type { RelyingParty } from './security-key.ts';
import { timeStepOf } from './totp.ts';
import type { AuditKind } from '../audit/audit-event.ts';
import { recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import type { AuthenticatorId } from '../base/ids.ts';
import { randomUuid } from '../base/random.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Database } from '../db/database.ts';
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
): Promise<{ flaw: PasswordFlaw } | { set: (tx: Database) => Promise<void> }> {
  const flaw = flawOf(password, [...words, person.email]);
  if (flaw !== undefined) return { flaw };
  const hash = await deps.passwords.hash(password);
  return {
    set: async (tx) => {
      await upsertPassword(tx, person, newId(), hash, deps.clock.now());
      await record({ db: tx, clock: deps.clock }, person, 'password.changed', {});
    },
  };
}

/**
 * Enrols an authenticator app once a code of its shows that the seed arrived. The seed is ours, kept sealed until then.
 * @returns false when the code is not right
 */
export async function enrollTotp(
  deps: Ground & { secrets: SecretBox },
  person: Person,
  input: { seed: string; code: string; name: string },
): Promise<boolean> {
  const now = deps.clock.now();
  const timeStep = await timeStepOf(input.seed, input.code, now);
  if (timeStep === undefined) return false;
  const id = newId();
  const sealedSeed = deps.secrets.seal(input.seed, seedPlace(id, person));
  await inTransaction(deps.db, async (tx) => {
    await insertTotp(tx, person, { id, name: input.name, sealedSeed, timeStep }, now);
    await record({ db: tx, clock: deps.clock }, person, 'authenticator.enrolled', { kind: 'totp', name: input.name });
  });
  return true;
}

/**
 * Enrols a security key by the browser's answer to `challenge`.
 * @returns false when it proves nothing or the key is enrolled already
 */
export async function enrollSecurityKey(
  deps: Ground & { party: RelyingParty },
  person: Person,
  input: { challenge: string; response: unknown; name: string },
): Promise<boolean> {
  const key = await verifyRegistration(deps.party, input.challenge, input.response);
  if (key === undefined) return false;
  const known = await selectSecurityKeys(deps.db, person);
  if (known.some((one) => one.key.credentialId === key.credentialId)) return false;
  const id = newId();
  try {
    await inTransaction(deps.db, async (tx) => {
      await insertSecurityKey(tx, person, { ...key, id, name: input.name }, deps.clock.now());
      await record({ db: tx, clock: deps.clock }, person, 'authenticator.enrolled', {
        kind: 'security-key',
        name: input.name,
      });
    });
    return true;
  } catch (error) {
    if (isUniqueViolation(error)) return false;
    throw error;
  }
}

/** Puts a set of recovery codes in the place of the one before, which is void from then on. */
export async function keepRecoveryCodes(
  deps: Ground & { secrets: SecretBox },
  person: Person,
  codes: readonly string[],
): Promise<void> {
  const macs = codes.map((code) => recoveryCodeMac(deps.secrets, person.userId, code));
  await inTransaction(deps.db, async (tx) => {
    await replaceRecoveryCodes(tx, person, macs, deps.clock.now());
    await record({ db: tx, clock: deps.clock }, person, 'recovery-codes.made', { count: codes.length });
  });
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
  return inTransaction(deps.db, async (tx) => {
    const factors = await lockFactors(tx, person);
    if (factors.length < 2 || !factors.includes(id)) return undefined;
    const removed = await deleteAuthenticator(tx, person, id);
    if (removed === undefined) return undefined;
    await record({ db: tx, clock: deps.clock }, person, 'authenticator.removed', removed);
    return removed;
  });
}

/** Removes all second factors and recovery codes, so that the next login enrols anew. Part of a transaction. */
export async function removeFactors(deps: Ground, owner: Owner): Promise<void> {
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

async function record(deps: Ground, person: Person, kind: AuditKind, details: Record<string, unknown>): Promise<void> {
  await recordEvent(deps, {
    organizationId: person.organizationId,
    kind,
    actor: { kind: 'user', id: person.userId, name: person.email },
    userId: person.userId,
    details,
  });
}
