import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../db/database.ts';
import { startMailbox } from '../../test/support/mailbox.ts';
import type { Mailbox } from '../../test/support/mailbox.ts';
import { createTestDatabase } from '../../test/support/start-database.ts';
import type { TestDatabase } from '../../test/support/start-database.ts';
import { after } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { createSecretBox } from '../base/secret-box.ts';
import { createFolderMailer } from './folder-mailer.ts';
import type { Mailer } from './mailer.ts';
import { postMail } from './post-mail.ts';
import { sendDueMail, startMailTicker } from './send-due-mail.ts';
import { createSmtpMailer } from './smtp-mailer.ts';

let database: TestDatabase;
let mailbox: Mailbox;
let now = new Date('2026-11-23T10:00:00Z');
const clock = { now: () => now };
const secrets = createSecretBox([Buffer.alloc(32, 7)]);
const from = 'Gatehouse <gatehouse@northwind.example>';

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
  await database.db.deleteFrom('mailOutbox').execute();
});

async function post(recipient: string): Promise<void> {
  const body = { subject: 'Grüße', text: 'Open secret-link', html: '<p>Open secret-link</p>' };
  await inTransaction({ db: database.db, clock, secrets }, async (deps) =>
    postMail(deps, { kind: 'test', recipient, organizationId: null, ...body }),
  );
}
const row = async () => database.db.selectFrom('mailOutbox').selectAll().executeTakeFirstOrThrow();
const deps = (mailer: Mailer) => ({ db: database.db, clock, secrets, mailer, log: silentLog });

describe('the outbox', () => {
  it('keeps the body sealed, sends it once and erases it', async () => {
    await using mailer = createSmtpMailer({ url: mailbox.url, from });
    await post('maria@contoso.example');
    expect((await row()).sealedMessage?.toString('latin1')).not.toContain('secret-link');

    await Promise.all([sendDueMail(deps(mailer)), sendDueMail(deps(mailer)), sendDueMail(deps(mailer))]);
    await sendDueMail(deps(mailer));

    expect(mailbox.mails.map(({ to, subject }) => [to, subject])).toEqual([[['maria@contoso.example'], 'Grüße']]);
    expect(await row()).toMatchObject({ sentAt: now, sealedMessage: null, nextAttemptAt: null, attempts: 1 });
  });

  it('tries again with growing waits and shows what the server said', async () => {
    await using mailer = createSmtpMailer({ url: mailbox.url, from });
    mailbox.refuse('maria@contoso.example', true);
    await post('maria@contoso.example');
    const started = now;
    expect(await sendDueMail(deps(mailer))).toBe(0);
    const waiting = await row();
    expect(waiting).toMatchObject({ attempts: 1, sentAt: null, nextAttemptAt: after(now, 60) });
    expect(waiting.lastError).toContain('451');

    mailbox.acceptAll();
    expect(await sendDueMail(deps(mailer))).toBe(0);
    now = after(started, 61);
    expect(await sendDueMail(deps(mailer))).toBe(1);
    expect(mailbox.mails).toHaveLength(1);
  });

  it('gives up when the server refuses for good, and after 24 hours', async () => {
    await using mailer = createSmtpMailer({ url: mailbox.url, from });
    mailbox.refuse('nobody@contoso.example');
    await post('nobody@contoso.example');
    await sendDueMail(deps(mailer));
    expect(await row()).toMatchObject({ failedAt: now, sealedMessage: null, nextAttemptAt: null });

    await database.db.deleteFrom('mailOutbox').execute();
    mailbox.refuse('nobody@contoso.example', true);
    await post('nobody@contoso.example');
    const started = now;
    let state = await row();
    for (let i = 0; i < 40 && state.nextAttemptAt !== null; i += 1) {
      now = state.nextAttemptAt;
      await sendDueMail(deps(mailer));
      state = await row();
    }
    expect(state).toMatchObject({ failedAt: after(started, 86_400), sealedMessage: null });
    expect(mailbox.mails).toHaveLength(0);
  });

  it('wakes as soon as a mail is committed', async () => {
    await using mailer = createSmtpMailer({ url: mailbox.url, from });
    await using ticker = startMailTicker({ ...deps(mailer), listen: database.open.listen }, 3600);
    expect(ticker).toBeDefined();
    await post('anna@northwind.example');
    const mail = await mailbox.waitForMail({ to: 'anna@northwind.example' });
    expect(mail.from).toContain('gatehouse@northwind.example');
  });

  it('writes to a folder only its owner may read', async () => {
    const folder = join(await mkdtemp(join(tmpdir(), 'gatehouse-mail-')), 'mail');
    await using mailer = createFolderMailer({ folder, from });
    await post('maria@contoso.example');
    await sendDueMail(deps(mailer));
    const [file] = await readdir(folder);
    expect(file).toMatch(/\.eml$/);
    expect((await stat(join(folder, file!))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, file!), 'utf8')).toContain('To: maria@contoso.example');
    await rm(folder, { recursive: true });
  });
});
