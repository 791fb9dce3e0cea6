import { sql } from 'kysely';
import { generate } from 'otplib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { selectPassword } from './authenticator-store.ts';
import {
  keepRecoveryCodes,
  preparePassword,
  prepareSecurityKey,
  prepareTotp,
  removeAuthenticator,
} from './enroll-authenticator.ts';
import { createPasswordHasher, flawOf } from './password.ts';
import { newRecoveryCodes, readRecoveryCode } from './recovery-codes.ts';
import { enrolmentUri, inGroups, newSeed, timeStepOf } from './totp.ts';
import {
  findFactors,
  verifyPassword,
  verifyRecoveryCode,
  verifySecurityKey,
  verifyTotp,
} from './verify-authenticator.ts';
import { SERVICE } from '../audit/audit-event.ts';
import { after } from '../base/clock.ts';
import type { AppError } from '../base/errors.ts';
import { randomSecret } from '../base/random.ts';
import type { Attempt } from '../db/limits/rate-limit.ts';
import { createSecretBox } from '../base/secret-box.ts';
import { createRootOrganization } from '../organizations/create-root-organization.ts';
import { createUser } from '../users/create-user.ts';
import { parseEmailAddress } from '../users/email-address.ts';
import { inTransaction } from '../db/database.ts';
import { createSoftwareSecurityKey } from '../../test/support/software-security-key.ts';
import { queryAs } from '../../test/support/query.ts';
import { createTestDatabase } from '../../test/support/start-database.ts';
import type { TestDatabase } from '../../test/support/start-database.ts';

const CHEAP = { memoryKib: 64, passes: 1, lanes: 1 };

describe('a new password', () => {
  it.each([
    ['eleven long', 'too-short'],
    ['x'.repeat(257), 'too-long'],
    ['password1234', 'too-common'],
    ['Passw0rd2026!', 'too-common'],
    ['123456789012', 'too-common'],
    ['qwertyuiop12', 'too-common'],
    ['aaaaaaaaaaaaaaaa', 'too-common'],
    ['Welcome2026!!', 'too-common'],
    ['gatehouse123', 'too-common'],
    ['Maria.Contoso1', 'too-common'],
    ['Northwind2026', 'too-common'],
  ])('%s is refused as %s', (password, flaw) => {
    expect(flawOf(password, ['Gatehouse', 'Northwind Traders', 'maria@contoso.example'])).toBe(flaw);
  });

  it.each([
    'violet otter harbour',
    ' leading space kept',
    'пароль-для-теста',
    '🦦🦦🦦 seven otters 🦦',
    'x9#Kq!vR2mTz',
    'nul\0in the middle',
  ])('%s is taken as it is', (password) => {
    expect(flawOf(password, ['Gatehouse', 'Contoso', 'maria@contoso.example'])).toBeUndefined();
  });
});

describe('the password hasher', () => {
  it('compares the whole password, up to its last character', async () => {
    const hasher = createPasswordHasher(CHEAP);
    const long = 'é'.repeat(256);
    const stored = await hasher.hash(long);
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
    expect(await hasher.verify(stored, long)).toBe(true);
    expect(await hasher.verify(stored, long.normalize('NFD'))).toBe(true);
    expect(await hasher.verify(stored, `${long.slice(0, -1)}e`)).toBe(false);
    expect(await hasher.verify(await hasher.hash('nul\0one, and more'), 'nul\0two, and more')).toBe(false);
    const endless = 'x'.repeat(1025);
    expect(await hasher.verify(await hasher.hash(endless), endless)).toBe(false);
  });

  it('works as hard for an account that is not there, and says no', async () => {
    const hasher = createPasswordHasher(CHEAP);
    expect(await hasher.verify(null, 'violet otter harbour')).toBe(false);
    expect(hasher.worked).toBe(1);
  });

  it('refuses what would wait too long instead of piling it up', async () => {
    const hasher = createPasswordHasher(CHEAP, { atOnce: 1, ofOneNetwork: 3 });
    const answers = await Promise.allSettled(Array.from({ length: 10 }, async () => hasher.verify(null, 'guess')));
    const refused = answers.filter((answer) => answer.status === 'rejected');
    expect(refused).toHaveLength(6);
    for (const { reason } of refused) expect((reason as AppError).code).toBe('request.too-many');
    expect(await hasher.verify(null, 'again')).toBe(false);
  });

  it('notices a hash made at another cost', async () => {
    const stored = await createPasswordHasher(CHEAP).hash('violet otter harbour');
    expect(createPasswordHasher(CHEAP).isStale(stored)).toBe(false);
    expect(createPasswordHasher({ ...CHEAP, passes: 2 }).isStale(stored)).toBe(true);
  });
});

describe('an authenticator app', () => {
  const at = new Date('2026-03-02T09:00:10Z');
  const codeAt = async (seed: string, seconds: number) =>
    generate({ secret: seed, epoch: Math.floor(after(at, seconds).getTime() / 1000) });

  it('may be a step early or late, not two', async () => {
    const seed = newSeed();
    const step = Math.floor(at.getTime() / 30_000);
    expect(await timeStepOf(seed, await codeAt(seed, 0), at)).toBe(step);
    expect(await timeStepOf(seed, await codeAt(seed, -30), at)).toBe(step - 1);
    expect(await timeStepOf(seed, await codeAt(seed, 30), at)).toBe(step + 1);
    expect(await timeStepOf(seed, await codeAt(seed, -60), at)).toBeUndefined();
    expect(await timeStepOf(seed, await codeAt(seed, 60), at)).toBeUndefined();
  });

  it('is typed with or without spaces; anything else is no code', async () => {
    const seed = newSeed();
    const code = await codeAt(seed, 0);
    expect(await timeStepOf(seed, ` ${code.slice(0, 3)} ${code.slice(3)} `, at)).toBeDefined();
    for (const typed of ['', '12345', '1234567', 'abcdef', '１２３４５６', `${code}\0`]) {
      expect(await timeStepOf(seed, typed, at)).toBeUndefined();
    }
    const wrong = code === '000000' ? '000001' : '000000';
    expect(await timeStepOf(seed, wrong, at)).toBeUndefined();
  });

  it('learns product, account and seed from its QR code; the seed is typed in groups of four', () => {
    const uri = new URL(
      enrolmentUri({ seed: 'JBSWY3DPEHPK3PXP', product: 'Gatehouse', email: 'maria@contoso.example' }),
    );
    expect(uri.protocol).toBe('otpauth:');
    expect(uri.searchParams.get('secret')).toBe('JBSWY3DPEHPK3PXP');
    expect(uri.searchParams.get('issuer')).toBe('Gatehouse');
    expect(inGroups('JBSWY3DPEHPK3PXP')).toBe('JBSW Y3DP EHPK 3PXP');
  });

  it('learns the same product from both places of its QR code, also when the name has a colon', () => {
    const uri = new URL(
      enrolmentUri({ seed: 'JBSWY3DPEHPK3PXP', product: 'Northwind: Log in', email: 'maria@contoso.example' }),
    );
    const label = decodeURIComponent(uri.pathname).split('/').at(-1);
    expect(label).toBe('Northwind Log in:maria@contoso.example');
    expect(uri.searchParams.get('issuer')).toBe('Northwind Log in');
  });
});

describe('recovery codes', () => {
  it('are ten, legible, and read whatever the case, spaces and dashes', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) {
      expect(code).toMatch(/^[2-9A-Z]{5}-[2-9A-Z]{5}$/);
      expect(readRecoveryCode(code.toLowerCase().replace('-', ' '))).toBe(code);
    }
    expect(readRecoveryCode('short')).toBeUndefined();
  });
});

describe('verifying', () => {
  let database: TestDatabase;
  const clock = { now: () => new Date('2026-03-02T09:00:10Z') };
  const secrets = createSecretBox([Buffer.alloc(32, 1)]);
  const passwords = createPasswordHasher(CHEAP);
  const counted: string[] = [];
  const rateLimit = {
    consume: async (limit: { name: string }, key: string) => void counted.push(`${limit.name} ${key}`),
    consumeAll: async (attempts: readonly Attempt[]) =>
      void counted.push(...attempts.map(({ limit, key }) => `${limit.name} ${key}`)),
    requireLeft: async () => {},
    countersOf: () => [],
    reset: async () => {},
  };
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => database.close());

  it('takes each proof once, of any number at the same moment', async () => {
    const deps = { db: database.db, clock, secrets, passwords, rateLimit };
    const root = await createRootOrganization(deps, SERVICE, { name: 'Northwind' });
    const address = parseEmailAddress('Maria@Contoso.example');
    const user = await createUser(deps, SERVICE, { organizationId: root.id, address });
    const person = { organizationId: root.id, userId: user.id, email: user.email };

    const made = await preparePassword(deps, person, 'violet otter harbour', []);
    if ('flaw' in made) throw new Error(made.flaw);
    await inTransaction(deps, async ({ db }) => made.set(db));
    expect(await verifyPassword(deps, { emailKey: address.key, owner: person }, 'violet otter harbour')).toBe(true);
    expect(await verifyPassword(deps, { emailKey: address.key, owner: person }, 'violet otter harbou')).toBe(false);
    expect(await verifyPassword(deps, { emailKey: address.key, owner: null }, 'violet otter harbour')).toBe(false);
    const each = ['password maria@contoso.example', 'password-in-a-row maria@contoso.example'];
    expect(counted).toEqual([...each, ...each, ...each]);

    const seed = newSeed();
    const epoch = Math.floor(clock.now().getTime() / 1000);
    const code = await generate({ secret: seed, epoch });
    const store = await prepareTotp(deps, person, { seed, code, name: 'Phone' });
    await inTransaction(deps, async ({ db }) => store?.(db));
    // Each code of one seed would count once for each time it is enrolled.
    expect(await prepareTotp(deps, person, { seed, code, name: 'Phone again' })).toBeUndefined();
    expect(await verifyTotp(deps, person, code)).toBe(false); // the code that enrolled it is spent
    const following = await generate({ secret: seed, epoch: epoch + 30 });
    const answers = await Promise.all(Array.from({ length: 8 }, async () => verifyTotp(deps, person, following)));
    expect(answers.filter(Boolean)).toHaveLength(1);

    const codes = newRecoveryCodes();
    await keepRecoveryCodes(deps, person, codes);
    const taken = await Promise.all(Array.from({ length: 8 }, async () => verifyRecoveryCode(deps, person, codes[0]!)));
    expect(taken.filter((left) => left !== undefined)).toEqual([9]);
    await keepRecoveryCodes(deps, person, newRecoveryCodes());
    expect(await verifyRecoveryCode(deps, person, codes[1]!)).toBeUndefined();
    expect(await findFactors(deps, person)).toMatchObject({ totp: true, recoveryCodes: 10, lastUsed: 'totp' });
  });

  it('hashes a password anew at another cost, and does not bring back one that was replaced meanwhile', async () => {
    const deps = { db: database.db, clock, secrets, passwords, rateLimit };
    const root = await database.db.selectFrom('organization').select('id').executeTakeFirstOrThrow();
    const address = parseEmailAddress('lena@contoso.example');
    const user = await createUser(deps, SERVICE, { organizationId: root.id, address });
    const person = { organizationId: root.id, userId: user.id, email: user.email };
    const choose = async (password: string) => {
      const made = await preparePassword(deps, person, password, []);
      if ('flaw' in made) throw new Error(made.flaw);
      return made;
    };
    const chosen = await choose('violet otter harbour');
    await inTransaction(deps, async ({ db }) => chosen.set(db));
    const costlier = { ...deps, passwords: createPasswordHasher({ ...CHEAP, passes: 2 }) };
    const account = { emailKey: address.key, owner: person };
    expect(await verifyPassword(costlier, account, 'violet otter harbour')).toBe(true);
    const rehashed = await selectPassword(database.db, person);
    expect(costlier.passwords.isStale(rehashed!.hash)).toBe(false);

    const following = await choose('slow river under old oaks');
    let late: Promise<boolean> | undefined;
    await inTransaction(deps, async ({ db }) => {
      await following.set(db);
      late = verifyPassword(deps, account, 'violet otter harbour');
      const waiting = sql`select 1 from pg_locks where not granted and pid in (
        select pid from pg_stat_activity where datname = current_database())`;
      await vi.waitUntil(async () => (await waiting.execute(database.db)).rows.length > 0, { timeout: 30_000 });
    });
    expect(await late).toBe(true);
    expect(await verifyPassword(deps, account, 'slow river under old oaks')).toBe(true);
    expect(await verifyPassword(deps, account, 'violet otter harbour')).toBe(false);
  });

  it('enrolls a security key once, and takes its answer once, of two at the same moment', async () => {
    const party = { publicUrl: new URL('https://gate.example'), productName: 'Gatehouse' };
    const deps = { db: database.db, clock, rateLimit, party };
    const root = await database.db.selectFrom('organization').select('id').executeTakeFirstOrThrow();
    const address = parseEmailAddress('kim@contoso.example');
    const user = await createUser(deps, SERVICE, { organizationId: root.id, address });
    const person = { organizationId: root.id, userId: user.id, email: user.email };
    const device = createSoftwareSecurityKey({ origin: 'https://gate.example', rpId: 'gate.example' });
    const challenge = randomSecret();
    const enrolment = { challenge, response: device.register(challenge), name: 'Key' };
    const store = await prepareSecurityKey(deps, person, enrolment);
    await inTransaction(deps, async ({ db }) => store?.(db));
    expect(await prepareSecurityKey(deps, person, enrolment)).toBeUndefined();
    const response = device.authenticate(challenge);
    const waiting = async (): Promise<number> => {
      const statement = `select pid from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      return (await queryAs(database.url, statement)).rows.length;
    };
    // Both have read the counter before either raises it.
    let answers: Promise<boolean[]> = Promise.resolve([]);
    await inTransaction(deps, async ({ db }) => {
      await db.selectFrom('authenticator').select('id').where('userId', '=', user.id).forUpdate().execute();
      answers = Promise.all([1, 2].map(async () => verifySecurityKey(deps, person, challenge, response)));
      await expect.poll(waiting).toBe(2);
    });
    expect((await answers).filter(Boolean)).toHaveLength(1);
  });

  it('never lets the last second factor go, not even to two requests at once', async () => {
    const deps = { db: database.db, clock, secrets };
    const root = await database.db.selectFrom('organization').select('id').executeTakeFirstOrThrow();
    const user = await createUser(deps, SERVICE, {
      organizationId: root.id,
      address: parseEmailAddress('omar@contoso.example'),
    });
    const person = { organizationId: root.id, userId: user.id, email: user.email };
    for (const name of ['Phone', 'Tablet']) {
      const seed = newSeed();
      const code = await generate({ secret: seed, epoch: Math.floor(clock.now().getTime() / 1000) });
      const store = await prepareTotp(deps, person, { seed, code, name });
      await inTransaction(deps, async ({ db }) => store?.(db));
    }
    const ids = await database.db.selectFrom('authenticator').select('id').where('userId', '=', user.id).execute();
    const removed = await Promise.all(ids.map(async ({ id }) => removeAuthenticator(deps, person, id)));
    expect(removed.filter(Boolean)).toHaveLength(1);
  });
});
