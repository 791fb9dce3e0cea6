import { randomUuid, timeOrderedUuid } from '../../../../src/base/random.ts';
import { formatId } from '../../../../src/base/ids.ts';
import type { ApplicationId, JobId, MailId } from '../../../../src/base/ids.ts';
import type { Walk } from '../../screen.ts';
import type { SetStage } from '../../stage.ts';
import { button, dialog, enterConsole, openConsole, settled } from './the-console.ts';

/** The operator's page: on a quiet day, with what needs attention, sending a mail again, no mail found. */
export const system: Walk = {
  title: 'System',
  async walk(stage, see) {
    const console = await enterConsole(stage);
    await openConsole(stage, console, '/system');
    await console.getByRole('heading', { name: 'Mails' }).waitFor();
    await see(console, 'System, as it is');
    const mails = await trouble(stage);
    await openConsole(stage, console, '/system');
    await console.getByText('Needs attention').waitFor();
    await button(console, 'Show each job').click();
    await settled(console);
    await see(console, 'System, needs attention');
    await button(console, 'Send again to lena@fabrikam.example').click();
    await dialog(console).waitFor();
    await see(console, 'Send a mail again');
    await dialog(console).getByRole('button', { name: 'Cancel' }).click();
    await button(console, 'Send a test mail').click();
    await dialog(console).waitFor();
    await see(console, 'Send a test mail');
    await dialog(console).getByRole('button', { name: 'Cancel' }).click();
    await openConsole(stage, console, '/system?search=nobody');
    await console.getByText('Clear').first().waitFor();
    await see(console, 'System, no mail found');
    const { db } = stage.service.database;
    await db.deleteFrom('unknownClientId').execute();
    await db.deleteFrom('mailPause').execute();
    await db.deleteFrom('serverNode').execute();
    await db.deleteFrom('mailOutbox').where('id', 'in', mails).execute();
    await db.deleteFrom('job').where('kind', '=', 'logout-notice').execute();
  },
};

/** A mail server that takes no mail, refused addresses, a mail that waits, a job given up, and a server that is gone; the ids of the mails. */
async function trouble(stage: SetStage): Promise<MailId[]> {
  const { service, houses } = stage;
  const { db } = service.database;
  const now = service.clock.now();
  const minutes = (count: number): Date => new Date(now.getTime() + count * 60_000);
  const node = { version: '0.1.0', workers: 1, startedAt: minutes(-3000) };
  await db
    .insertInto('serverNode')
    .values([
      { ...node, id: crypto.randomUUID(), hostName: 'gate-1.northwind.example', seenAt: now },
      { ...node, id: crypto.randomUUID(), hostName: 'gate-2.northwind.example', seenAt: minutes(-45) },
    ])
    .execute();
  await db
    .insertInto('unknownClientId')
    .values([
      {
        clientId: formatId('app', randomUuid() as ApplicationId),
        count: 42,
        firstAt: minutes(-4000),
        lastAt: minutes(-3),
      },
      { clientId: 'wiki… (17)', count: 1, firstAt: minutes(-90), lastAt: minutes(-90) },
      { clientId: 'https://agent.example', count: 7, firstAt: minutes(-9000), lastAt: minutes(-700) },
    ])
    .execute();
  const mail = {
    organizationId: houses.fabrikam.id,
    kind: 'invitation',
    sealedMessage: Buffer.from('sealed'),
    attempts: 1,
    createdAt: minutes(-20),
    expiresAt: minutes(600),
  };
  const refused = { failedAt: minutes(-19), errorCode: 'recipient-refused', lastError: '552 5.2.2 mailbox is full' };
  const mails = await db
    .insertInto('mailOutbox')
    .values([
      { ...mail, id: timeOrderedUuid(minutes(-20)) as MailId, recipient: 'lena@fabrikam.example', ...refused },
      {
        ...mail,
        id: timeOrderedUuid(minutes(-19)) as MailId,
        recipient: 'otto@fabrikam.example',
        ...refused,
        sealedMessage: null,
      },
      { ...mail, id: timeOrderedUuid(minutes(-5)) as MailId, recipient: 'kim@fabrikam-trading.example' },
    ])
    .returning('id')
    .execute();
  await db
    .insertInto('mailPause')
    .values({
      since: minutes(-12),
      until: minutes(8),
      attempts: 4,
      errorCode: 'server-login',
      lastError: '535 5.7.8 authentication failed',
    })
    .execute();
  await db
    .insertInto('job')
    .values({
      id: timeOrderedUuid(now) as JobId,
      kind: 'logout-notice',
      attempts: 12,
      createdAt: minutes(-90),
      failedAt: minutes(-30),
      lastError: 'the application answered 500',
    })
    .execute();
  return mails.map(({ id }) => id);
}
