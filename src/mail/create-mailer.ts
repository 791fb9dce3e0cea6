import { join } from 'node:path';
import { createFolderMailer } from './folder-mailer.ts';
import type { Mailer } from './mailer.ts';
import { createSmtpMailer } from './smtp-mailer.ts';

/** Sends through the mail server of `SMTP_URL`; without one, mails are files in the data folder. */
export function createMailer(settings: { smtpUrl: string | undefined; mailFrom: string; dataFolder: string }): Mailer {
  const { smtpUrl, mailFrom, dataFolder } = settings;
  if (smtpUrl === undefined) return createFolderMailer({ folder: join(dataFolder, 'mail'), from: mailFrom });
  return createSmtpMailer({ url: smtpUrl, from: mailFrom });
}
