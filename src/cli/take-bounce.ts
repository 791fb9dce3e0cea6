import { formatId } from '../base/ids.ts';
import { REPORT_BYTES } from '../mail/bounces/read-report.ts';
import { takeBounce } from '../mail/bounces/take-bounce.ts';
import { openInstallation } from './installation/installation.ts';
import type { InstallationDeps } from './installation/installation.ts';
import type { Result } from './terminal.ts';

/**
 * `gatehouse mail bounced < MESSAGE`: a mail server delivers what came to the bounce address. What is no report of ours is
 * dropped: an answer would come back in its turn. When the database is away it throws, and the mail server keeps the message.
 */
export async function takeBouncedMail(
  deps: InstallationDeps & { input: AsyncIterable<Uint8Array> },
  options: { address?: string },
): Promise<Result> {
  const { t, clock } = deps;
  const message = await readBeginning(deps.input);
  await using installation = await openInstallation(deps);
  const { database, secrets } = installation;
  const taken = await takeBounce({ db: database.db, clock, secrets }, { message, address: options.address });
  const text = taken.noted
    ? t('cli.mail.bounced.noted', { mail: formatId('mai', taken.mail), category: taken.category })
    : t(`cli.mail.bounced.${taken.why}`);
  return { data: taken.noted ? { ...taken, mail: formatId('mai', taken.mail) } : taken, text };
}

/** All of it is read, or the mail server would see a broken pipe; what follows the report is let go. */
async function readBeginning(input: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    if (bytes < REPORT_BYTES) chunks.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, REPORT_BYTES);
}
