import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { REPORT_BYTES } from '../../src/mail/bounces/read-report.ts';
import { takeBounce } from '../../src/mail/bounces/take-bounce.ts';
import type { TakenBounce } from '../../src/mail/bounces/take-bounce.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { findUser } from '../../src/users/find-users.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { addSession, addUser } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: a bounce is a mail, and mails are written by anybody. It may say nothing of a mail whose token its sender never saw.

let service: TestService;
let mailbox: Mailbox;
let client: ApiClient;
let root: Organization;
let organization: string;

beforeAll(async () => {
  mailbox = await startMailbox();
  const settings = {
    SMTP_URL: mailbox.url,
    MAIL_FROM: 'gate@northwind.example',
    MAIL_BOUNCES: 'bounces@sso.northwind.example',
  };
  service = await startService({ settings });
  root = await makeRoot(service);
  organization = formatId('org', root.id);
  const ground = { db: service.database.db, clock: service.clock, url: service.url };
  const anna = await addUser(ground, root, 'anna@northwind.example', { role: 'administrator' });
  client = apiClient(service.url, (await addSession(ground, anna)).token);
});
afterAll(async () => {
  await service?.close();
  await mailbox?.stop();
});

/** A report as Postfix writes it. */
function reportTo(address: string, fields = 'Action: failed\nStatus: 5.1.1'): string {
  return `From: MAILER-DAEMON@mx.northwind.example
To: ${address}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.northwind.example

Final-Recipient: rfc822; nobody@contoso.example
${fields}
Diagnostic-Code: smtp; 550 5.1.1 no such user, see https://mx.contoso.example/why

--b--
`.replaceAll('\n', '\r\n');
}

async function take(message: string | Uint8Array, address?: string): Promise<TakenBounce> {
  const deps = { db: service.database.db, clock: service.clock, secrets: service.secrets };
  return takeBounce(deps, { message: Buffer.from(message), address });
}

/** Invites an address and gives where its mail comes back to. */
async function returnPathOf(email: string): Promise<string> {
  await client.send('POST', `/organizations/${organization}/invitations`, { addresses: email });
  await service.app.jobs.runDue();
  return (await mailbox.waitForMail({ to: email })).returnPath;
}

async function stateOf(email: string): Promise<{ state: string; lastError: string | null }> {
  const { body } = await client.send('GET', `/system/mails?limit=10&search=${email}`);
  return (body as { items: { state: string; lastError: string | null }[] }).items[0]!;
}

test('a report without the token, with one made up, or with that of another mail says nothing of this mail', async () => {
  const path = await returnPathOf('maria@contoso.example');
  const other = await returnPathOf('eve@contoso.example');
  expect(path).toMatch(/^bounces\+[0-9a-f]{48}@sso\.northwind\.example$/);
  const token = path.slice(8, 56);
  const forged = [
    'bounces@sso.northwind.example',
    `bounces+${token.slice(0, 32)}@sso.northwind.example`,
    `bounces+${token.slice(0, 32)}${'0'.repeat(16)}@sso.northwind.example`,
    `bounces+${token.slice(0, 32)}${other.slice(40, 56)}@sso.northwind.example`,
    `bounces+${token.slice(0, 47)}${token.endsWith('0') ? '1' : '0'}@sso.northwind.example`,
    'maria@contoso.example',
  ];
  for (const address of forged) {
    expect(await take(reportTo(address), address)).toEqual({ noted: false, why: 'unknown' });
  }
  expect(await stateOf('maria@contoso.example')).toMatchObject({ state: 'sent' });
});

test('a report with the token is noted once, shown to administrators, without its links, and locks nobody out', async () => {
  const path = await returnPathOf('nobody@contoso.example');
  // Mail servers may write it in capitals.
  expect(await take(reportTo(path.toUpperCase()))).toMatchObject({ noted: true, category: 'no-such-address' });
  expect(await take(reportTo(path))).toEqual({ noted: false, why: 'known-already' });
  expect(await take(reportTo(path, 'Action: delayed\nStatus: 4.4.1'))).toEqual({ noted: false, why: 'known-already' });
  const { state, lastError } = await stateOf('nobody@contoso.example');
  expect(state).toBe('bounced');
  expect(lastError).toMatch(/nobody has this address there.*550 5\.1\.1 no such user, see …$/);

  const { body } = await client.send('GET', `/organizations/${organization}/users?search=nobody`);
  const [listed] = (body as { items: { id: string; invitation: { delivery: { state: string } } }[] }).items;
  expect(listed?.invitation.delivery.state).toBe('failed');
  const { body: user } = await client.send('GET', `/organizations/${organization}/users/${listed?.id}`);
  expect(user).toMatchObject({ mailsComeBack: { reason: lastError } });
});

test('whose mails come back logs in as before', async () => {
  const ida = await makePerson(service, root, 'ida@northwind.example', { role: 'administrator' });
  const ground = { db: service.database.db, clock: service.clock, url: service.url };
  const user = await findUser(ground, ida.userId);
  const hers = apiClient(service.url, (await addSession(ground, user!)).token);
  await hers.send('POST', '/system/test-mail', {});
  await service.app.jobs.runDue();
  const { returnPath } = await mailbox.waitForMail({ to: 'ida@northwind.example' });
  expect(await take(reportTo(returnPath))).toMatchObject({ noted: true });
  await using browser = openHttpBrowser();
  const page = await logIn(browser, service, await browser.open(`${service.url}/login/start`), ida);
  expect(page.text).toContain('Your applications');
});

test('a delay is only noted; an answer by a person changes nothing', async () => {
  const path = await returnPathOf('slow@contoso.example');
  const away = `From: slow@contoso.example\r\nTo: ${path}\r\nAuto-Submitted: auto-replied\r\nSubject: Away\r\n\r\nslow@contoso.example: 550 I am away\r\n`;
  expect(await take(away)).toEqual({ noted: false, why: 'no-report' });
  expect(await take(reportTo(path, 'Action: delayed\nStatus: 4.4.1'))).toMatchObject({
    noted: true,
    category: 'delayed',
  });
  expect(await stateOf('slow@contoso.example')).toMatchObject({ state: 'sent' });
});

test('a message of any size and form is read to an end', async () => {
  const path = await returnPathOf('big@contoso.example');
  const nested = `To: ${path}\r\n${Array.from({ length: 300 }, (_, depth) => `Content-Type: multipart/mixed; boundary="${depth}"\r\n\r\n--${depth}\r\n`).join('')}`;
  for (const message of [nested, Buffer.alloc(1000, 0xff), `To: ${path}`, `${'x'.repeat(REPORT_BYTES * 4)}`, '']) {
    expect(await take(message)).toMatchObject({ noted: false });
  }
  // What is behind the limit is our own mail, quoted.
  const long = reportTo(path).replace(
    '--b--',
    `--b\r\nContent-Type: message/rfc822\r\n\r\n${'y'.repeat(REPORT_BYTES * 2)}`,
  );
  expect(await take(long)).toMatchObject({ noted: true });
});
