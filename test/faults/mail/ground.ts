import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { projectFolder } from '../../../tools/project.ts';
import { formatId } from '../../../src/base/ids.ts';
import type { Organization } from '../../../src/organizations/organization.ts';
import type { User } from '../../../src/users/user.ts';
import { apiClient } from '../../support/api-client.ts';
import type { ApiClient } from '../../support/api-client.ts';
import { makeDataFolder, openEmbedded } from '../../support/backups.ts';
import { makeTestCertificates } from '../../support/certificates.ts';
import { makeRoot } from '../../support/fixtures.ts';
import { startMailbox } from '../../support/mailbox.ts';
import type { Mailbox } from '../../support/mailbox.ts';
import { MASTER_KEY } from '../../support/master-key.ts';
import { addSession, addUser } from '../../support/people.ts';
import { gatehouseHere } from '../../support/run-here.ts';
import { startService } from '../../support/start-service.ts';
import type { TestService } from '../../support/start-service.ts';
import type { MailServerOptions } from './servers.ts';

/** What all ways stand on: one database, one next hop, one certificate. */
export interface MailGround extends AsyncDisposable {
  options: MailServerOptions;
  nextHop: Mailbox;
  /** The service with this mail server. */
  serve(url: string): Promise<Sender>;
  /** What `doctor` says of this mail server. */
  doctor(url: string): Promise<string>;
}

/** What becomes of a mail, as the page *System* shows it. */
export interface Shown {
  state: string;
  lastError: string | null;
}

/** A service that sends by one mail server. */
export interface Sender extends AsyncDisposable {
  /** Invites an address, tries to send, and gives what *System* shows. */
  invite(address: string): Promise<Shown>;
  /** Presses *Send a test mail*, which goes to anna. */
  sendTestMail(): Promise<Shown>;
  /** Lets time pass until what waits is tried again. */
  later(seconds: number): Promise<void>;
  shown(address: string): Promise<Shown>;
  /** Waits until *System* shows this state. */
  until(address: string, state: string): Promise<Shown>;
  /** Why all mails wait, as *System* shows it. */
  paused(): Promise<string>;
  /** What the page of the user with this address says of returned mails. */
  userPage(address: string): Promise<string>;
}

const WAIT_MS = 30_000;
const ANNA = 'maria@contoso.example';

/** Makes the ground; the next hop refuses `nobody@fabrikam.example`. */
export async function makeMailGround(): Promise<MailGround> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-mails-'));
  const dataFolder = join(folder, 'data');
  await makeDataFolder(dataFolder, MASTER_KEY);
  const open = await openEmbedded(dataFolder);
  const nextHop = await startMailbox();
  nextHop.refuse('nobody@fabrikam.example');
  const certificates = await makeTestCertificates();
  const settings = { DATABASE_URL: open.url, GATEHOUSE_MASTER_KEY: MASTER_KEY.toString('base64') };
  const bounced = `#!/bin/sh
cat > /var/tmp/returned.$$
export DATABASE_URL='${settings.DATABASE_URL}' GATEHOUSE_MASTER_KEY='${settings.GATEHOUSE_MASTER_KEY}' HOME=/tmp
exec ${process.execPath} ${join(projectFolder, 'gatehouse')} mail bounced --address "$1" < /var/tmp/returned.$$
`;
  const database = { db: open.db, url: open.url, open, close: async () => {}, [Symbol.asyncDispose]: async () => {} };
  let people: { root: Organization; anna: User } | undefined;
  return {
    options: {
      certificate: certificates.certificate,
      key: certificates.key,
      nextHop: Number(new URL(nextHop.url).port),
      bounced,
    },
    nextHop,
    async serve(url) {
      const mail = {
        SMTP_URL: url,
        MAIL_FROM: 'gate@sso.northwind.example',
        MAIL_BOUNCES: 'bounces@sso.northwind.example',
      };
      const service = await startService({ database, masterKeys: [MASTER_KEY], settings: mail });
      if (people === undefined) {
        const root = await makeRoot(service);
        const ground = { db: open.db, clock: service.clock, url: service.url };
        people = { root, anna: await addUser(ground, root, ANNA, { role: 'administrator' }) };
      }
      return senderOf(service, people);
    },
    async doctor(url) {
      const { out } = await gatehouseHere(['doctor', '--json'], {
        ...settings,
        SMTP_URL: url,
        MAIL_FROM: 'gate@northwind.example',
      });
      const { findings } = JSON.parse(out) as { findings: { check: string; message: string }[] };
      return findings.find(({ check }) => check === 'mail')?.message ?? 'nothing';
    },
    async [Symbol.asyncDispose]() {
      await nextHop.stop();
      await certificates.remove();
      await open.close();
      await rm(folder, { recursive: true });
    },
  };
}

function senderOf(service: TestService, { root, anna }: { root: Organization; anna: User }): Sender {
  const ground = { db: service.database.db, clock: service.clock, url: service.url };
  // Each with a session of now: time is moved on by more than one lasts.
  const client = {
    send: async (...request: Parameters<ApiClient['send']>) =>
      apiClient(service.url, (await addSession(ground, anna)).token).send(...request),
  };
  const organization = formatId('org', root.id);
  const shown = async (address: string): Promise<Shown> => {
    const { body } = await client.send('GET', `/system/mails?limit=50&search=${encodeURIComponent(address)}`);
    const { items } = body as { items: (Shown & { recipient: string })[] };
    return items.at(-1) ?? { state: 'none', lastError: null };
  };
  const run = async (): Promise<void> => {
    await service.app.jobs.runDue();
  };
  return {
    shown,
    async invite(address) {
      await client.send('POST', `/organizations/${organization}/invitations`, { addresses: address });
      await run();
      return shown(address);
    },
    async sendTestMail() {
      // More than a person may send in an hour.
      await service.database.db.deleteFrom('rateLimit').execute();
      await client.send('POST', '/system/test-mail', {});
      await run();
      return shown(ANNA);
    },
    async later(seconds) {
      service.clock.advance(seconds);
      await run();
    },
    async until(address, state) {
      for (let waited = 0; waited < WAIT_MS; waited += 500) {
        const now = await shown(address);
        if (now.state === state) return now;
        await pause(500);
      }
      return shown(address);
    },
    async paused() {
      const { body } = await client.send('GET', '/system');
      return (body as { mails: { pause: { reason: string } | null } }).mails.pause?.reason ?? 'not';
    },
    async userPage(address) {
      const { body } = await client.send(
        'GET',
        `/organizations/${organization}/users?search=${encodeURIComponent(address)}`,
      );
      const id = (body as { items: { id: string }[] }).items[0]?.id ?? '';
      const { body: user } = await client.send('GET', `/organizations/${organization}/users/${id}`);
      return (user as { mailsComeBack: { reason: string } | null }).mailsComeBack?.reason ?? 'nothing';
    },
    [Symbol.asyncDispose]: async () => service.close(),
  };
}
