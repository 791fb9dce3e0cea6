import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMailbox } from '../../test/support/mailbox.ts';
import type { Mailbox } from '../../test/support/mailbox.ts';
import { createTestDatabase } from '../../test/support/start-database.ts';
import type { TestDatabase } from '../../test/support/start-database.ts';
import { after } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { createSecretBox } from '../base/secret-box.ts';
import { inTransaction } from '../db/database.ts';
import { createJobRunner } from '../jobs/job-runner.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import { createFolderMailer } from './folder-mailer.ts';
import type { Mailer } from './mailer.ts';
import { postMail, revokeMail } from './post-mail.ts';
import { mailHandlers, retryMailNow } from './send-mail.ts';
import { createSmtpMailer } from './smtp-mailer.ts';

const from = 'Gatehouse <gatehouse@northwind.example>';
const clientName = 'sso.northwind.example';
const secrets = createSecretBox([Buffer.alloc(32, 9)]);
let database: TestDatabase;
let mailbox: Mailbox;
let now = new Date('2026-03-02T09:00:00Z');
const clock = { now: () => now };

beforeAll(async () => {
  database = await createTestDatabase();
  mailbox = await startMailbox();
});
afterAll(async () => {
  await mailbox.stop();
  await database.close();
});
beforeEach(async () => {
  mailbox.clear();
  mailbox.acceptAll();
  for (const table of ['mailOutbox', 'job', 'mailPause'] as const) await database.db.deleteFrom(table).execute();
});

interface More {
  subject?: string;
  replaceKey?: string;
  urgent?: boolean;
  seconds?: number;
}

async function post(recipient: string, more: More = {}): Promise<void> {
  const { replaceKey = recipient, urgent = false, seconds } = more;
  const carried = { carries: { replaceKey, urgent, expiresAt: after(now, seconds ?? 600) } };
  await inTransaction({ db: database.db, clock, secrets }, async (deps) =>
    postMail(deps, {
      kind: 'test',
      recipient,
      organizationId: null,
      subject: more.subject ?? 'Grüße',
      text: 'Open secret-link',
      html: '<p>Open secret-link</p>',
      ...(seconds === undefined && more.replaceKey === undefined && !urgent ? {} : carried),
    }),
  );
}

const rows = async () =>
  database.db
    .selectFrom('mailOutbox')
    .selectAll()
    .orderBy('createdAt')
    .orderBy('recipient')
    .orderBy('sentAt')
    .execute();
const row = async () => (await rows())[0]!;
const pause = async () => database.db.selectFrom('mailPause').selectAll().executeTakeFirst();
const sent = () => mailbox.mails.map(({ to }) => String(to[0])).toSorted((a, b) => a.localeCompare(b));
const deps = (mailer: Mailer) => ({ db: database.db, clock, secrets, mailer, log: silentLog });
const runner = (mailer: Mailer): JobRunner => createJobRunner(deps(mailer), mailHandlers(deps(mailer)));
const smtp = (user = ''): Mailer =>
  createSmtpMailer({
    url: user === '' ? mailbox.url : `${mailbox.url.replace('//', `//${user}@`)}?tls=optional`,
    from,
    clientName,
  });
const people = Array.from({ length: 13 }, (_, i) => `person-${String(i).padStart(2, '0')}@contoso.example`);

describe('the outbox', () => {
  it('keeps the body sealed, sends it once and erases it', async () => {
    await using mailer = smtp();
    await post('maria@contoso.example');
    expect((await row()).sealedMessage?.toString('latin1')).not.toContain('secret-link');

    await Promise.all([runner(mailer).runDue(), runner(mailer).runDue(), runner(mailer).runDue()]);
    await runner(mailer).runDue();

    expect(mailbox.mails.map(({ to, subject }) => [to, subject])).toEqual([[['maria@contoso.example'], 'Grüße']]);
    expect(await row()).toMatchObject({ sentAt: now, sealedMessage: null, errorCode: null, attempts: 1 });
  });

  it('sends as soon as a mail is committed', async () => {
    await using mailer = smtp();
    await using jobs = createJobRunner({ ...deps(mailer), listen: database.open.listen }, mailHandlers(deps(mailer)));
    await jobs.start();
    await post('anna@northwind.example');
    const mail = await mailbox.waitForMail({ to: 'anna@northwind.example' });
    expect(mail.from).toContain('gatehouse@northwind.example');
  });

  it('tries a mail again with growing waits, and the first success wakes the others of its domain', async () => {
    await using mailer = smtp();
    const jobs = runner(mailer);
    mailbox.refuse('maria@contoso.example', true);
    mailbox.refuse('paul@contoso.example', true);
    await post('maria@contoso.example');
    now = after(now, 50);
    await post('paul@contoso.example');
    await jobs.runDue();
    expect(await rows()).toMatchObject([
      { attempts: 1, sentAt: null, errorCode: 'passing', lastError: '451 try again later' },
      { attempts: 1, sentAt: null, errorCode: 'passing' },
    ]);
    now = after(now, 60);
    await jobs.runDue();
    expect((await rows()).map(({ attempts }) => attempts)).toEqual([2, 2]);

    mailbox.refuse('paul@contoso.example');
    mailbox.acceptAll();
    await post('lee@contoso.example');
    await jobs.runDue();
    expect(sent()).toEqual(['lee@contoso.example']);
    now = after(now, 300);
    await jobs.runDue();
    expect(sent()).toEqual(['lee@contoso.example', 'maria@contoso.example', 'paul@contoso.example']);
  });

  it('does not send what expired, was revoked or replaced', async () => {
    await using mailer = smtp();
    await post('expired@contoso.example', { seconds: 600 });
    now = after(now, 600);
    await post('revoked@contoso.example', { replaceKey: 'reset 1' });
    await revokeMail({ db: database.db }, 'reset 1');
    await post('twice@contoso.example', { replaceKey: 'reset 2', subject: 'old link' });
    await post('twice@contoso.example', { replaceKey: 'reset 2', subject: 'new link' });
    await runner(mailer).runDue();
    expect(mailbox.mails.map(({ subject }) => subject)).toEqual(['new link']);
    expect(await rows()).toMatchObject([
      { recipient: 'expired@contoso.example', errorCode: 'expired', failedAt: now, sealedMessage: null },
      { recipient: 'revoked@contoso.example', sentAt: null, sealedMessage: null },
      { recipient: 'twice@contoso.example', sentAt: now },
      { recipient: 'twice@contoso.example', sentAt: null, sealedMessage: null },
    ]);
    expect(await database.db.selectFrom('job').select('id').execute()).toEqual([]);
  });

  it('gives a mail up that its recipient or content is refused for, and no other', async () => {
    await using mailer = smtp();
    mailbox.refuse('nobody@contoso.example');
    await post('nobody@contoso.example');
    await post('maria@contoso.example');
    await runner(mailer).runDue();
    expect(sent()).toEqual(['maria@contoso.example']);
    expect((await rows())[1]).toMatchObject({
      failedAt: now,
      errorCode: 'recipient-refused',
      lastError: '550 no such mailbox',
    });
    mailbox.fail('data', '554 5.7.1 looks like spam');
    await post('anna@contoso.example');
    await runner(mailer).runDue();
    expect((await rows())[0]).toMatchObject({ errorCode: 'content-refused', failedAt: now });
  });

  it('lets a slow domain delay only itself, and codes pass the rest', async () => {
    await using mailer = smtp();
    const release = mailbox.hold('slow.example');
    for (let i = 0; i < 12; i += 1) await post(`person-${i}@slow.example`);
    await post('bulk@contoso.example');
    await post('code@slow-too.example', { urgent: true });
    const all = runner(mailer).runDue();
    await mailbox.waitForMail({ to: 'bulk@contoso.example' });
    await mailbox.waitForMail({ to: 'code@slow-too.example' });
    expect(mailbox.mails).toHaveLength(2);
    release();
    await all;
    expect(mailbox.mails).toHaveLength(14);
  });
});

describe('a mail server that takes no mail', () => {
  it.each([
    ['greets with a refusal', 'greeting', '554 no service here', 'server-refused'],
    ['refuses the sender', 'sender', '553 5.7.1 sender not allowed', 'server-refused'],
    ['says its daily limit is reached', 'sender', '550 5.4.5 daily limit reached', 'server-refused'],
  ] as const)('%s: the outbox waits with all bodies, and goes on when it takes them', async (_, stage, reply, code) => {
    await using mailer = smtp();
    const jobs = runner(mailer);
    mailbox.fail(stage, reply);
    for (const person of people) await post(person);
    await jobs.runDue();
    expect((await rows()).every((mail) => mail.sealedMessage !== null && mail.failedAt === null)).toBe(true);
    const waiting = await pause();
    expect(waiting).toMatchObject({ since: now, until: after(now, 30), errorCode: code });
    expect(waiting?.lastError).toContain(reply);

    mailbox.acceptAll();
    await jobs.runDue();
    expect(sent()).toEqual([]);
    now = after(now, 30);
    // What failed together shares one answer for a moment; a test's clock stands still meanwhile.
    await using fresh = smtp();
    await runner(fresh).runDue();
    expect(sent()).toEqual(people);
    expect(await pause()).toBeUndefined();
  });

  it('refuses the password: one try, then one after each growing pause', async () => {
    await using mailer = smtp('gatehouse:wrong');
    const jobs = runner(mailer);
    mailbox.fail('login', '535 5.7.8 bad credentials');
    const before = mailbox.logins;
    for (const person of people) await post(person);
    await post('urgent@contoso.example', { urgent: true });
    await jobs.runDue();
    expect(mailbox.logins - before).toBe(1);
    const untils: number[] = [];
    for (let i = 2; i <= 4; i += 1) {
      const { until } = (await pause())!;
      untils.push((until.getTime() - now.getTime()) / 1000);
      now = until;
      // What failed together shares one answer for a moment; a test's clock stands still meanwhile.
      await using fresh = smtp('gatehouse:wrong');
      await runner(fresh).runDue();
      expect(mailbox.logins - before).toBe(i);
    }
    expect(untils).toEqual([30, 60, 120]);
    expect(await pause()).toMatchObject({ errorCode: 'server-login', attempts: 4 });
    expect((await rows()).map(({ attempts }) => attempts)).toEqual(Array.from({ length: 14 }, () => 0));

    mailbox.acceptAll();
    await using mended = smtp('gatehouse:right');
    await retryMailNow({ db: database.db, clock });
    await runner(mended).runDue();
    expect(sent()).toHaveLength(14);
  });

  it('does not offer TLS where a password is set: nothing is sent in the open', async () => {
    await using mailer = createSmtpMailer({ url: mailbox.url.replace('//', '//gatehouse:secret@'), from, clientName });
    const before = mailbox.logins;
    await post('maria@contoso.example');
    await runner(mailer).runDue();
    expect(await pause()).toMatchObject({ errorCode: 'server-insecure' });
    expect(mailbox.logins).toBe(before);
    expect((await row()).sealedMessage).not.toBeNull();
  });

  it('does not relay for one recipient: that mail is kept and tried again, the others are sent', async () => {
    await using mailer = smtp();
    mailbox.fail('recipient', '554 5.7.1 relay access denied');
    await post('maria@contoso.example');
    await runner(mailer).runDue();
    expect(await row()).toMatchObject({ errorCode: 'passing', failedAt: null });
    expect((await row()).sealedMessage).not.toBeNull();
    expect(await pause()).toBeUndefined();
    mailbox.acceptAll();
    await post('anna@contoso.example');
    await runner(mailer).runDue();
    expect(sent()).toEqual(['anna@contoso.example']);
  });

  it('has a full disk: the mail is kept', async () => {
    await using mailer = smtp();
    mailbox.fail('data', '552 5.3.1 insufficient system storage');
    await post('maria@contoso.example');
    await runner(mailer).runDue();
    expect(await row()).toMatchObject({ errorCode: 'passing', failedAt: null });
    expect((await row()).sealedMessage).not.toBeNull();
  });
});

describe('a mail', () => {
  it('is a file that only its owner may read where no mail server is set', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'gatehouse-mail-'));
    const folder = join(parent, 'mail');
    await using mailer = createFolderMailer({ folder, from });
    await post('maria@contoso.example');
    await runner(mailer).runDue();
    const [file] = await readdir(folder);
    expect(file).toMatch(/\.eml$/);
    expect((await stat(join(folder, file!))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, file!), 'utf8')).toContain('To: maria@contoso.example');

    await rm(folder, { recursive: true });
    await writeFile(folder, 'a file where the folder should be');
    await post('anna@contoso.example');
    await runner(mailer).runDue();
    expect(await pause()).toMatchObject({ errorCode: 'folder-not-writable' });
    await rm(parent, { recursive: true });
  });
});
