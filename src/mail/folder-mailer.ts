import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MailRefused } from './mailer.ts';
import type { Mailer, Message } from './mailer.ts';
import { renderMessage } from './smtp-mailer.ts';

/** How a mail becomes a file name: by time, for the reader; the id keeps two apart. */
const fileName = (message: Message): string => `${message.id}.eml`;

/**
 * Puts mails as `.eml` files into a folder, for a trial without a mail server. They hold links that let people in: the
 * folder and its files are for the owner alone.
 */
export function createFolderMailer(options: { folder: string; from: string }): Mailer {
  return {
    async send(message) {
      const target = join(options.folder, fileName(message));
      try {
        await mkdir(options.folder, { recursive: true, mode: 0o700 });
        await chmod(options.folder, 0o700);
        // Renamed when complete, so that nobody reads half a mail.
        await writeFile(`${target}.part`, await renderMessage(message, options.from), { mode: 0o600 });
        await rename(`${target}.part`, target);
      } catch (error) {
        throw new MailRefused('folder-not-writable', { fault: 'server', cause: error });
      }
    },
    async [Symbol.asyncDispose]() {},
  };
}
