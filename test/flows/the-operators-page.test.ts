import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { silentLog } from '../../src/base/log.ts';
import { deleteOldMails } from '../../src/mail/queue/delete-old-mails.ts';
import { revokeMail } from '../../src/mail/post-mail.ts';
import { diagnose } from '../../src/cli/doctor.ts';
import { watchDisk } from '../../src/cli/installation/data-folder.ts';
import { showStatus } from '../../src/cli/status.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { deleteOldNodes, noteServer } from '../../src/system/note-server.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { formatId } from '../../src/base/ids.ts';
import type { ApplicationId, JobId } from '../../src/base/ids.ts';
import { randomUuid } from '../../src/base/random.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { administratorOf, makeRoot } from '../support/fixtures.ts';
import { beginRotation } from '../../src/keys/rotate-signing-keys.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { MASTER_KEY } from '../support/master-key.ts';
import { addSession, addUser } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let mailbox: Mailbox;
let root: Organization;
let anna: ApiClient;
const t = createTexts('Gatehouse').default;

beforeAll(async () => {
  mailbox = await startMailbox();
  service = await startService({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
  root = await makeRoot(service);
  const ground = { db: service.database.db, clock: service.clock, url: service.url };
  const administrator = await addUser(ground, root, 'anna@northwind.example', { role: 'administrator' });
  anna = apiClient(service.url, (await addSession(ground, administrator)).token);
});
afterAll(async () => {
  await service?.close();
  await mailbox?.stop();
});

/** The service as a command sees it; other settings in the place of its own. */
const command = (settings: Record<string, string> = {}) => ({
  config: readConfig({
    GATEHOUSE_URL: service.url,
    DATABASE_URL: service.database.url,
    GATEHOUSE_DATA: service.config.dataFolder,
    GATEHOUSE_MASTER_KEY: MASTER_KEY.toString('base64'),
    SMTP_URL: mailbox.url,
    MAIL_FROM: 'gate@northwind.example',
    ...settings,
  }),
  clock: service.clock,
  log: silentLog,
  t,
});

async function invite(address: string): Promise<void> {
  await anna.send('POST', `/organizations/${formatId('org', root.id)}/invitations`, { addresses: address });
  await service.app.jobs.runDue();
}

interface Listed {
  id: string;
  recipient: string;
  state: string;
  lastError: string | null;
  canBeSentAgain: boolean;
}
async function mails(query = ''): Promise<Listed[]> {
  return ((await anna.get(`/system/mails${query}`)).body as { items: Listed[] }).items;
}
const mailTo = async (address: string): Promise<Listed> => (await mails(`?search=${address}`))[0]!;
const again = async (id: string) => anna.send('POST', `/system/mails/${id}/send-again`);
const warned = async (): Promise<string[]> =>
  ((await anna.get('/system')).body as { warnings: { code: string }[] }).warnings.map(({ code }) => code);

test('the page and the command show the same facts, and a server that notes itself', async () => {
  const { db } = service.database;
  await beginRotation({ db, clock: service.clock, secrets: service.secrets }, administratorOf(root, service));
  const forget = await noteServer({ db, clock: service.clock, log: silentLog }, { version: '0.1.0', workers: 2 });
  const { status, body } = await anna.get('/system');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    versions: { gatehouse: '0.1.0', postgres: expect.stringMatching(/^\d+/) },
    servers: [{ version: '0.1.0', workers: 2, lost: false }],
    database: { encryption: null, local: true },
    mails: { byServer: true, pause: null },
    masterKeys: [expect.stringMatching(/^[0-9a-f]{8}$/)],
  });
  expect(body.database.connections.used).toBeGreaterThan(0);
  expect(body.database.bytes).toBeGreaterThan(1_000_000);
  const keys = (body.signingKeys as { algorithm: string; state: string }[]).map(
    (key) => `${key.algorithm} ${key.state}`,
  );
  expect(keys.toSorted()).toEqual(['ES256 next', 'ES256 signing', 'RS256 next', 'RS256 signing']);
  const shown = await showStatus(command());
  expect(shown.good).not.toBe(false);
  expect(shown.text).toContain('Gatehouse 0.1.0');
  expect(shown.data).toMatchObject({ nodes: [{ workers: 2 }] });
  await forget();
  expect((await anna.get('/system')).body.servers).toEqual([]);
});

test('client IDs of no application that requests named are told, each with how often and when, and for 30 days', async () => {
  const unknown = async () => (await anna.get('/system')).body.unknownClientIds as Record<string, unknown>[];
  expect(await unknown()).toEqual([]);
  const mistyped = formatId('app', randomUuid() as ApplicationId);
  for (const id of [mistyped, 'wiki', mistyped]) {
    await fetch(`${service.url}/oauth2/authorize?client_id=${id}&scope=openid`, { redirect: 'manual' });
  }
  expect(await unknown()).toMatchObject([
    { clientId: mistyped, count: 2 },
    { clientId: 'wiki… (4)', count: 1 },
  ]);
  service.clock.advance(31 * 86_400);
  const later = await showStatus(command());
  expect(later.data).toMatchObject({ unknownClientIds: [] });
  service.clock.advance(-31 * 86_400);
});

test('a server that ended without saying so is named, until another takes its place or a week is over', async () => {
  const deps = { db: service.database.db, clock: service.clock, log: silentLog };
  const server = { version: '0.0.9', workers: 1 };
  await noteServer(deps, server);
  expect(await warned()).not.toContain('servers-lost');
  service.clock.advance(300);
  expect(await warned()).toContain('servers-lost');
  const forget = await noteServer(deps, server);
  expect(await warned()).not.toContain('servers-lost');
  await forget();
  service.clock.advance(-300);
  await deps.db
    .updateTable('serverNode')
    .set({ seenAt: new Date(service.clock.now().getTime() - 8 * 86_400_000) })
    .execute();
  await deleteOldNodes(deps);
  expect((await anna.get('/system')).body.servers).toEqual([]);
});

test('a mail that was refused is sent again as it was, and its link works', async () => {
  mailbox.refuse('maria@contoso.example');
  await invite('maria@contoso.example');
  const refused = await mailTo('maria@contoso.example');
  expect(refused).toMatchObject({
    state: 'failed',
    lastError: expect.stringContaining('550 no such mailbox'),
    canBeSentAgain: true,
  });
  expect(await warned()).toContain('mails-failed');
  expect((await mails('?state=failed')).map(({ id }) => id)).toEqual([refused.id]);
  mailbox.acceptAll();
  // A job that an ending server left behind sends nothing by itself.
  const { db, clock } = { db: service.database.db, clock: service.clock };
  const { id: uniqueKey } = await db.selectFrom('mailOutbox').select('id').executeTakeFirstOrThrow();
  const left = { id: randomUuid() as JobId, kind: 'mail', uniqueKey, attempts: 1 };
  await db
    .insertInto('job')
    .values({ ...left, dueAt: clock.now(), createdAt: clock.now() })
    .execute();
  await service.app.jobs.runDue();
  expect(await mailTo('maria@contoso.example')).toMatchObject({ state: 'failed' });
  expect((await again(refused.id)).status).toBe(204);
  await service.app.jobs.runDue();
  expect((await mailbox.waitForMail({ to: 'maria@contoso.example' })).text).toContain(
    `${service.url}/login/invitation/`,
  );
  expect(await mailTo('maria@contoso.example')).toMatchObject({ state: 'sent', lastError: null });
  expect((await again(refused.id)).body).toMatchObject({ code: 'mail.not-failed' });
  const { body } = await anna.get(`/organizations/${formatId('org', root.id)}/audit-events?kind=mail.sent-again`);
  expect(body.items[0].details).toMatchObject({ kind: 'invitation', recipient: 'maria@contoso.example' });
});

test('a mail whose link was revoked or has expired is not sent again', async () => {
  for (const address of ['paul@contoso.example', 'lee@contoso.example']) mailbox.refuse(address);
  await invite('paul@contoso.example');
  await invite('lee@contoso.example');
  const { db } = service.database;
  const of = async (recipient: string) =>
    db.selectFrom('mailOutbox').selectAll().where('recipient', '=', recipient).executeTakeFirstOrThrow();
  await revokeMail({ db }, (await of('paul@contoso.example')).replaceKey!);
  const revoked = await mailTo('paul@contoso.example');
  expect(revoked.canBeSentAgain).toBe(false);
  expect((await again(revoked.id)).body).toMatchObject({ status: 409, code: 'mail.erased' });

  await db
    .updateTable('mailOutbox')
    .set({ expiresAt: service.clock.now() })
    .where('recipient', '=', 'lee@contoso.example')
    .execute();
  const expired = await mailTo('lee@contoso.example');
  expect(expired.canBeSentAgain).toBe(false);
  expect((await again(expired.id)).body).toMatchObject({ code: 'mail.erased' });
  expect((await of('lee@contoso.example')).sealedMessage).not.toBeNull();
  await deleteOldMails({ db, clock: service.clock });
  expect((await of('lee@contoso.example')).sealedMessage).toBeNull();
  await service.app.jobs.runDue();
  expect(mailbox.mails.flatMap(({ to }) => to)).not.toContain('paul@contoso.example');
});

test('a test mail goes to the caller alone, and a mail server that takes none is a warning', async () => {
  mailbox.acceptAll();
  expect(await anna.send('POST', '/system/test-mail')).toMatchObject({ body: { recipient: 'anna@northwind.example' } });
  await service.app.jobs.runDue();
  expect((await mailbox.waitForMail({ to: 'anna@northwind.example' })).subject).toContain('test mail');
  expect((await anna.send('POST', '/system/test-mail', { to: 'eve@fabrikam.example' })).status).toBe(422);

  mailbox.fail('sender', '550 5.4.5 daily limit reached');
  await anna.send('POST', '/system/test-mail');
  await service.app.jobs.runDue();
  const { body } = await anna.get('/system');
  expect(body.mails).toMatchObject({ waiting: 1, pause: { reason: expect.stringContaining('daily limit reached') } });
  expect(await warned()).toContain('mails-paused');
  expect(await mails('?state=waiting')).toMatchObject([{ lastError: expect.stringContaining('daily limit') }]);
  expect((await showStatus(command())).text).toContain('daily limit reached');
  mailbox.acceptAll();
});

test('a disk that is nearly full, here a file system without a free byte, is a warning and a line of the log', async () => {
  const full = command({ GATEHOUSE_DATA: '/proc' });
  const lines: unknown[] = [];
  const stop = watchDisk(full.config, { ...silentLog, warn: (facts, text) => lines.push([facts, text]) });
  const line = [{ folder: '/proc', freeBytes: 0 }, 'the disk of the data folder is nearly full'];
  await expect.poll(() => lines).toEqual([line]);
  stop();
  expect((await showStatus(full)).text).toContain('The disk of the data folder /proc is nearly full');
});

test('mails are listed the newest first, searched by address, a page at a time', async () => {
  await service.database.db.deleteFrom('mailPause').execute();
  for (const name of ['ines', 'inga', 'otto']) await invite(`${name}@northwind.example`);
  const newest = await mails();
  expect(newest.slice(0, 3).map(({ recipient }) => recipient)).toEqual(
    ['otto', 'inga', 'ines'].map((name) => `${name}@northwind.example`),
  );
  const pages: string[] = [];
  let next = '';
  do {
    const { body } = await anna.get(`/system/mails?search=IN&limit=1${next}`);
    pages.push(...body.items.map(({ recipient }: Listed) => recipient));
    next = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
  } while (next !== '');
  expect(pages).toEqual(['ines@northwind.example', 'inga@northwind.example']);
  const all = await mails('?limit=200');
  const two = (await anna.get('/system/mails?limit=2')).body;
  const rest = await mails(`?limit=200&cursor=${two.nextCursor}`);
  expect([...two.items, ...rest].map(({ id }: Listed) => id)).toEqual(all.map(({ id }) => id));
});

test('jobs that nobody takes or that were given up are warnings, with their count', async () => {
  const { db, clock } = { db: service.database.db, clock: service.clock };
  const job = { kind: 'logout-notice', attempts: 12, createdAt: clock.now() };
  await db
    .insertInto('job')
    .values([
      { ...job, id: randomUuid() as JobId, failedAt: clock.now(), lastError: 'the application answered 500' },
      {
        ...job,
        id: randomUuid() as JobId,
        dueAt: new Date(clock.now().getTime() - 600_000),
        kind: 'nobody-runs-this',
      },
    ])
    .execute();
  const { body } = await anna.get('/system');
  expect(body.warnings).toEqual(
    expect.arrayContaining(
      ['jobs-late', 'jobs-given-up'].map((code) =>
        expect.objectContaining({ code, what: expect.stringContaining('One job') }),
      ),
    ),
  );
  expect(body.jobs).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: 'logout-notice', failed: 1, lastError: 'the application answered 500' }),
      expect.objectContaining({ kind: 'nobody-runs-this', due: 1 }),
    ]),
  );
  await db.deleteFrom('job').where('kind', 'in', ['logout-notice', 'nobody-runs-this']).execute();
});

test.each([
  ['takes it', {}, undefined, true, 'answers; the connection is not encrypted'],
  ['does not answer', { SMTP_URL: 'smtp://127.0.0.1:1' }, undefined, false, 'does not answer'],
  ['greets with a refusal', {}, '554 no service here', false, '554 no service here'],
] as const)('doctor speaks to the mail server, which %s', async (_, settings, greeting, good, says) => {
  mailbox.acceptAll();
  if (greeting !== undefined) mailbox.fail('greeting', greeting);
  const before = mailbox.mails.length;
  const { data } = await diagnose(command(settings));
  const found = (data['findings'] as { check: string; good: boolean; message: string }[]).find(
    ({ check }) => check === 'mail',
  );
  expect(found).toMatchObject({ good, message: expect.stringContaining(says) });
  expect(mailbox.mails).toHaveLength(before);
});
