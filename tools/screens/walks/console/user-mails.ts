import { formatId } from '../../../../src/base/ids.ts';
import type { MailId } from '../../../../src/base/ids.ts';
import { timeOrderedUuid } from '../../../../src/base/random.ts';
import type { Walk } from '../../screen.ts';
import type { SetStage } from '../../stage.ts';
import { button, dialog, enterConsole, openConsole, settled } from './the-console.ts';

/** A user's mails: that failed, that wait, that went to an earlier address; sending one again; the page after. */
export const userMails: Walk = {
  title: 'Mails of a user',
  async walk(stage, see) {
    const page = await enterConsole(stage);
    await stage.service.database.db.deleteFrom('mailOutbox').where('userId', '=', stage.anna.userId).execute();
    await openConsole(stage, page, `/users/${formatId('usr', stage.anna.userId)}`);
    await page.getByText('No mails yet').waitFor();
    await see(page, 'User, without a mail');
    const mails = await writeMails(stage);
    await page.reload();
    await button(page, 'Send again: Invitation to anna@northwind.example').waitFor();
    await settled(page);
    await see(page, 'User, mails that were not taken');
    await button(page, 'Send again: Invitation to anna@northwind.example').click();
    await dialog(page).waitFor();
    await see(page, 'Send a mail to a user again');
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('link', { name: 'Older' }).click();
    await page.getByRole('link', { name: 'Newest' }).waitFor();
    await settled(page);
    await see(page, 'User, earlier mails');
    await stage.service.database.db.deleteFrom('mailOutbox').where('id', 'in', mails).execute();
  },
};

/** Writes one in each state, and one more than a page shows. */
async function writeMails(stage: SetStage): Promise<MailId[]> {
  const { db } = stage.service.database;
  const { userId, organizationId, email } = stage.anna;
  const now = stage.service.clock.now();
  const minutes = (count: number): Date => new Date(now.getTime() + count * 60_000);
  const mail = {
    organizationId,
    userId,
    recipient: email,
    sealedMessage: Buffer.from('sealed'),
    attempts: 1,
    expiresAt: minutes(600),
    sentAt: null,
    failedAt: null,
    errorCode: null,
  };
  const refused = { failedAt: minutes(1), errorCode: 'recipient-refused', lastError: '552 5.2.2 mailbox is full' };
  const at = (place: number) => ({
    id: timeOrderedUuid(minutes(place - 20)) as MailId,
    createdAt: minutes(place - 20),
  });
  const mails = await db
    .insertInto('mailOutbox')
    .values([
      { ...mail, ...at(6), kind: 'invitation', ...refused },
      { ...mail, ...at(5), kind: 'password-reset', ...refused, sealedMessage: null },
      { ...mail, ...at(4), kind: 'address-proof', errorCode: 'passing', lastError: '451 try again later' },
      {
        ...mail,
        ...at(3),
        kind: 'address-changed',
        recipient: `before.${email}`,
        sentAt: minutes(4),
        sealedMessage: null,
      },
      { ...mail, ...at(2), kind: 'password-changed', sealedMessage: null },
      { ...mail, ...at(1), kind: 'emergency', sentAt: minutes(2), sealedMessage: null },
    ])
    .returning('id')
    .execute();
  return mails.map(({ id }) => id);
}
