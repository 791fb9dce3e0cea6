import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../demo/free-port.ts';
import { invite } from '../../../demo/gatehouse/seed.ts';
import { startExternalPostgres } from '../../support/external-postgres.ts';
import { startMailbox } from '../../support/mailbox.ts';
import type { Figure } from '../figures.ts';
import { LOGIN_SETTINGS, setUpForLogins } from '../ground/logins.ts';
import { underFault } from '../ground/under-fault.ts';
import type { FaultCase } from '../ground/under-fault.ts';
import { start } from '../installation.ts';
import { startLink } from '../link.ts';

const LASTS_MS = 6000;
const MEGABYTES_10 = 10 * 1024 * 1024;
/** Longer than the pause of an outbox that failed once. */
const PATIENCE_MS = 100_000;
const INVITED = 'invited';

/** The mail server misbehaves: whoever causes a mail is served at once, and the mail comes once, by itself, afterwards. */
export async function mailServerAway(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-mail-'));
  await using server = await startExternalPostgres();
  await using mailbox = await startMailbox();
  const link = await startLink(new URL(mailbox.url));
  const service = await start({
    ...LOGIN_SETTINGS,
    PORT: String(await freePort()),
    DATABASE_URL: server.url,
    GATEHOUSE_MASTER_KEY: randomBytes(32).toString('base64'),
    GATEHOUSE_DATA: folder,
    SMTP_URL: link.url,
    MAIL_FROM: 'Gatehouse <no-reply@northwind.example>',
    LOG_LEVEL: 'silent',
  });
  await using ground = await setUpForLogins(service);
  const reset = async (): Promise<void> => {
    await link.heal();
    link.reset();
  };
  const cases: Pick<FaultCase, 'name' | 'begin' | 'end'>[] = [
    { name: 'refused', begin: link.refuse, end: link.heal },
    { name: 'hanging', begin: link.silence, end: reset },
    { name: 'a byte a second', begin: link.drip, end: reset },
    { name: '10 MB greeting', begin: () => link.flood('', '220-welcome\r\n', MEGABYTES_10, true), end: reset },
  ];
  const databaseUrl = Object.assign(new URL(server.superuserUrl), { pathname: new URL(server.url).pathname }).href;
  const place = { ground, url: service.url, pid: service.pid, databaseUrl };
  const figures: Figure[] = [];
  for (const [number, each] of cases.entries()) {
    console.error(`the mail server: ${each.name} …`);
    const address = `paul-${number}@northwind.example`;
    let healed = 0;
    const fault: FaultCase = {
      ...each,
      // Connections that are kept from before would not meet it.
      async begin() {
        await each.begin();
        link.reset();
      },
      async end() {
        await each.end();
        healed = performance.now();
      },
      lastsMs: LASTS_MS,
      mostGapMs: 10_000,
      look: async () => {
        await invite(ground.api, ground.root, [address]);
        return INVITED;
      },
    };
    figures.push(...(await underFault(place, fault)));
    const came = await mailbox.waitForMail({ to: address, timeoutMs: PATIENCE_MS }).then(
      () => true,
      () => false,
    );
    const copies = mailbox.mails.filter(({ to }) => to.includes(address)).length;
    figures.push(
      { case: each.name, what: 'mails caused meanwhile that came', measured: came ? 1 : 0, wanted: 1 },
      { case: each.name, what: 'each so often', measured: copies, wanted: 1 },
      { case: each.name, what: 'after it was well', measured: `${Math.round((performance.now() - healed) / 1000)} s` },
    );
  }
  await service.stop();
  await link.stop();
  await rm(folder, { recursive: true });
  return figures;
}
