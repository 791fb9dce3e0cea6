import { join } from 'node:path';
import { createFolderMailer } from './folder-mailer.ts';
import type { Mailer } from './mailer.ts';

/** Sends through the mail server of `SMTP_URL`; without one, mails are files in the data folder. */
export async function createMailer(settings: {
  smtpUrl: string | undefined;
  mailFrom: string;
  dataFolder: string;
  publicUrl: URL;
}): Promise<Mailer> {
  const { smtpUrl, mailFrom, dataFolder, publicUrl } = settings;
  if (smtpUrl === undefined) return createFolderMailer({ folder: join(dataFolder, 'mail'), from: mailFrom });
  const { clientNameOf, createSmtpMailer } = await import('./smtp-mailer.ts');
  return createSmtpMailer({ url: smtpUrl, from: mailFrom, clientName: clientNameOf(publicUrl) });
}
