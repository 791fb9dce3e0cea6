import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { freePort } from '../../demo/free-port.ts';
import { apiClient } from '../support/api-client.ts';
import { CommandLine } from '../support/command-line.ts';
import { administratorOf, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { addApiToken } from '../support/people.ts';
import { gatehouseHere } from '../support/run-here.ts';
import { createTestDatabase } from '../support/start-database.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { keepRecoveryCodes } from '../../src/authenticators/enroll-authenticator.ts';
import { newRecoveryCodes } from '../../src/authenticators/recovery-codes.ts';
import { SERVICE } from '../../src/audit/audit-event.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { openInstallation } from '../../src/cli/installation/installation.ts';
import { readConfig } from '../../src/config.ts';
import { createRootOrganization } from '../../src/organizations/create-root-organization.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { createSecretBox } from '../../src/base/secret-box.ts';
import { verifySeals } from '../../src/audit/verify-seals.ts';
import { createKeySet } from '../../src/connections/keys/manage-client-keys.ts';
import { selectSealedColumns } from '../../src/db/sealed/sealed-value-store.ts';
import { readKeyStatus } from '../../src/keys/read-status.ts';
import { sealOver } from '../../src/keys/seal-over.ts';

const OLD = Buffer.alloc(32, 7);
const NEW = Buffer.alloc(32, 8);
const folders: string[] = [];
const running: CommandLine[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map(async (each) => each.stop()));
});
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

async function withRecoveryCode(
  service: TestService,
  browser: HttpBrowser,
  person: Parameters<typeof logIn>[3],
  code: string,
): Promise<string> {
  const address = await browser.open(`${service.url}/login/start`);
  const password = await browser.submit(address, { email: person.email }, { button: 'Continue' });
  const factor = await browser.submit(password, { password: person.password }, { button: 'Continue' });
  const recovery = await browser.submit(factor, {}, { button: 'Use a recovery code' });
  return (await browser.submit(recovery, { code }, { button: 'Continue' })).text;
}

test('everything is sealed over without being used, and then the old key may be left out', async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  const first = await startService({ database, masterKeys: [OLD] });
  const deps = { db, clock: first.clock, secrets: first.secrets };
  const root = await makeRoot(first);
  const maria = await makePerson(first, root, 'maria@northwind.example');
  const leo = await makePerson(first, root, 'leo@northwind.example');
  const codes = newRecoveryCodes();
  await keepRecoveryCodes(deps, maria, codes);
  const contoso = await makeManaged(first, root, 'Contoso');
  const set = { organizationId: contoso.id, credential: 'private-key' } as const;
  await createKeySet(deps, administratorOf(contoso, first), set);
  const token = await addApiToken(deps, root, 'administrator');
  await apiClient(first.url, token).send('POST', '/organizations', { name: 'Fabrikam' }, { 'idempotency-key': 'one' });
  first.clock.advance(10);
  await first.app.jobs.runDue();
  await first.close();

  const second = await startService({ database, port: first.port, masterKeys: [NEW, OLD] });
  const both = { db, clock: second.clock, secrets: createSecretBox([NEW, OLD]) };
  const [newest, older] = both.secrets.fingerprints;
  second.clock.advance(120);
  await second.app.jobs.runDue();
  const status = await readKeyStatus(both);
  expect(status.closed).toBe(0);
  expect(status.masterKeys).toEqual([
    { fingerprint: newest, newest: true, values: expect.any(Number), unused: false, sealedOver: expect.any(Number) },
    { fingerprint: older, newest: false, values: 0, unused: true, sealedOver: 0 },
  ]);
  expect(status.masterKeys[0]!.sealedOver).toBeGreaterThanOrEqual(4);
  const told = db.selectFrom('auditEvent').select('details').where('kind', '=', 'master-key.sealed-over');
  expect(await told.execute()).toEqual([{ details: { key: newest } }]);
  await second.close();

  // Nobody logged in meanwhile. A TOTP seed, a recovery code, the keys of a connection and the seals of the audit log:
  await using third = await startService({ database, port: first.port, masterKeys: [NEW] });
  await using browser = openHttpBrowser();
  expect((await logIn(browser, third, await browser.open(`${third.url}/login/start`), leo)).text).toContain(
    'Your applications',
  );
  await using other = openHttpBrowser();
  expect(await withRecoveryCode(third, other, maria, codes[0]!)).toContain('Your applications');
  await using thief = openHttpBrowser();
  expect(await withRecoveryCode(third, thief, maria, codes[0]!)).not.toContain('Your applications');
  expect((await verifySeals({ db, clock: third.clock, secrets: third.secrets })).broken).toBeNull();
});

test('it goes on where it ended, and what somebody wrote or holds meanwhile is left to them', async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  const service = await startService({ database, masterKeys: [OLD] });
  const root = await makeRoot(service);
  const before = createSecretBox([OLD]);
  const both = { db, clock: service.clock, secrets: createSecretBox([NEW, OLD]) };
  const maria = await makePerson(service, root, 'maria@northwind.example');
  // From here on nothing else is written.
  await service.close();
  const rows = db.selectFrom('authenticator').select(['id', 'sealedSeed']).where('userId', '=', maria.userId);
  const seed = (await rows.where('sealedSeed', 'is not', null).execute())[0]!;
  const place = { table: 'authenticator', column: 'sealed_seed', row: seed.id, organization: root.id };
  const written = before.seal('WRITTEN MEANWHILE', place);
  const held = Promise.withResolvers<void>();
  const letGo = Promise.withResolvers<void>();
  // A server that knows the old key alone writes the seed in a transaction that is still open.
  const writing = db.transaction().execute(async (tx) => {
    await tx.updateTable('authenticator').set({ sealedSeed: written }).where('id', '=', seed.id).execute();
    held.resolve();
    await letGo.promise;
  });
  await held.promise;
  expect(await sealOver(both)).toBe(false);
  letGo.resolve();
  await writing;
  const left = (await readKeyStatus(both)).masterKeys[1]!;
  expect([left.values, left.unused]).toEqual([1, false]);
  service.clock.advance(301);
  expect(await sealOver(both)).toBe(true);
  const sealed = (await rows.where('id', '=', seed.id).executeTakeFirstOrThrow()).sealedSeed!;
  expect(createSecretBox([NEW]).open(sealed, place)).toBe('WRITTEN MEANWHILE');

  // A server that was not started anew goes on under the old key: that is found an hour later.
  await db.updateTable('authenticator').set({ sealedSeed: written }).where('id', '=', seed.id).execute();
  expect((await readKeyStatus(both)).masterKeys[1]!.unused).toBe(false);
  service.clock.advance(3601);
  await sealOver(both);
  expect((await readKeyStatus(both)).masterKeys[1]!.unused).toBe(true);
  // Many rows take several statements, and a run ends after some of them: the next one goes on.
  const tables = (await selectSealedColumns(db)).map(({ table, column }) => `${table}.${column}`);
  expect(tables).toEqual(expect.arrayContaining(['signing_key.sealed_private_jwk', 'kept_key.sealed_key']));
});

test('the data folder’s key is replaced by two commands and a start, and nothing running is disturbed', async () => {
  const outer = await mkdtemp(join(tmpdir(), 'master-key-'));
  folders.push(outer);
  const data = join(outer, 'data');
  const file = join(data, 'master.key');
  const settings = { GATEHOUSE_DATA: data, PORT: String(await freePort()) };
  const keys = async (...words: string[]) => {
    const { code, out, err } = await gatehouseHere(['keys', ...words, '--json'], settings);
    return { code, said: JSON.parse(code === 0 ? out : err) as Record<string, unknown> };
  };
  const serve = async (): Promise<CommandLine> => {
    const service = new CommandLine(['serve'], settings);
    running.push(service);
    await service.says('is ready at');
    return service;
  };
  const states = async () => {
    const { said } = await keys('status');
    return (said['masterKeys'] as { state: string; unused: boolean }[]).map(
      ({ state, unused }) => `${state} ${unused}`,
    );
  };
  const keysIn = async (): Promise<string[]> => (await readFile(file, 'utf8')).trim().split('\n');
  const first = await serve();
  expect((await keys('rotate', '--master')).said).toMatchObject({ error: { code: 'organization.not-found' } });
  const config = readConfig(settings);
  const t = createTexts('Gatehouse').default;
  {
    await using installation = await openInstallation({ config, clock: systemClock, log: silentLog, t });
    const { db } = installation.database;
    await createRootOrganization({ db, clock: systemClock }, SERVICE, { name: 'Northwind' });
  }
  const [old] = await keysIn();
  expect((await keys('forget')).said).toMatchObject({ error: { code: 'key.nothing-old' } });
  expect((await keys('rotate', '--master')).said).toEqual({ masterKey: expect.stringMatching(/^[0-9a-f]{8}$/) });
  expect((await keys('rotate', '--master')).said).toMatchObject({ error: { code: 'key.waiting' } });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const waiting = (await keysIn())[1];
  expect([await keysIn(), waiting]).toEqual([[old, waiting], expect.stringMatching(/^next:/)]);
  // Until the next start everything is sealed under the old one, which the running service knows.
  expect(await states()).toEqual(['newest false', 'next false']);
  expect((await keys('forget')).said).toMatchObject({ error: { code: 'key.nothing-old' } });
  await first.stop();

  const second = await serve();
  expect(await keysIn()).toEqual([waiting!.slice('next:'.length), old]);
  await expect.poll(states, { timeout: 60_000, interval: 1000 }).toEqual(['newest false', 'older true']);
  expect((await gatehouseHere(['keys', 'status'], settings)).out).toContain(
    'Unused: remove it with “gatehouse keys forget”.',
  );
  expect((await keys('forget')).said).toEqual({ forgotten: [expect.stringMatching(/^[0-9a-f]{8}$/)] });
  expect(await keysIn()).toEqual([waiting!.slice('next:'.length)]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await second.stop();
  await serve();
  await using installation = await openInstallation({ config, clock: systemClock, log: silentLog, t });
  const events = installation.database.db.selectFrom('auditEvent').select('kind').where('kind', 'like', 'master-key.%');
  expect((await events.orderBy('id').execute()).map(({ kind }) => kind)).toEqual([
    'master-key.added',
    'master-key.taken-into-use',
    'master-key.sealed-over',
    'master-key.forgotten',
  ]);
});

test('a master key that is a setting is left to whoever sets it', async () => {
  const settings = { DATABASE_URL: 'postgres://localhost:1/none', GATEHOUSE_MASTER_KEY: OLD.toString('base64') };
  for (const words of [['rotate', '--master'], ['forget']]) {
    const { code, err } = await gatehouseHere(['keys', ...words, '--json'], settings);
    expect([code, JSON.parse(err)]).toEqual([
      1,
      { error: { code: 'key.given', message: expect.stringContaining('GATEHOUSE_MASTER_KEY') } },
    ]);
  }
});
