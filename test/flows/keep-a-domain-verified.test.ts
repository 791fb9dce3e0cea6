import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DnsWorld } from '../support/dns/dns-world.ts';
import { NS1, NS2, passTime, startDomainStage, txtRecord } from '../support/dns/domain-attempts.ts';
import type { Attempt, Checked, DomainStage } from '../support/dns/domain-attempts.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { addUser } from '../support/people.ts';

// The daily check of verified domains, run by the service's own jobs as the clock goes on.

const HOUR = 3600;
const DAY = 24 * HOUR;
const MANY = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}.many.example`);
const DELEGATIONS = {
  'kept.example': [NS1],
  'back.example': [NS1],
  vanish: [NS1],
  'copied.vanish': [NS1],
  'unknown.example': [NS2],
  ...Object.fromEntries(MANY.map((domain) => [domain, [NS1] as const])),
};

let stage: DomainStage;
let mailbox: Mailbox;
let dns: DnsWorld;
beforeAll(async () => {
  mailbox = await startMailbox();
  stage = await startDomainStage(
    { delegations: DELEGATIONS },
    { SMTP_URL: mailbox.url, MAIL_FROM: 'Gatehouse <gatehouse@northwind.example>' },
  );
  ({ dns } = stage);
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
  await mailbox?.stop();
});

/** A domain that was just verified, with an administrator who gets mails. */
async function verified(domain: string): Promise<Attempt> {
  const own = await stage.attempt(domain);
  const { database, clock } = stage.service;
  await addUser({ db: database.db, clock }, own.organization, `admin@${domain}`, { role: 'administrator' });
  await dns.ns1.publish(dns.zone(domain, [txtRecord(own.value)]));
  await own.check();
  clock.advance(150);
  const checked = await own.check();
  expect([checked.state, checked.finding.code]).toEqual(['verified', 'verified']);
  return own;
}

const pass = async (seconds: number, ...domains: Attempt[]): Promise<Checked[]> => passTime(stage, seconds, ...domains);

const mailsTo = (domain: string): string[] =>
  mailbox.mails.filter(({ to }) => to.includes(`admin@${domain}`)).map(({ subject }) => subject);

describe('the record of a verified domain', () => {
  test('is missed for a week, with mails on day 1, 4 and 6, and then the domain is lost', async () => {
    const own = await verified('kept.example');
    expect((await pass(DAY, own))[0]).toMatchObject({ state: 'verified', graceUntil: null });
    await dns.ns1.publish(dns.zone(own.domain, [], { serial: 2 }));
    const [missing] = await pass(DAY, own);
    expect(missing).toMatchObject({ state: 'grace', finding: { code: 'published-without' } });
    const mail = await mailbox.waitForMail({ to: 'admin@kept.example' });
    expect(mail.text).toContain('have no TXT record at _gatehouse-challenge.kept.example');
    // Again after an hour, which counts for the same day.
    await pass(HOUR + 1, own);
    const { verifiedAt } = await own.read();
    for (let day = 0; day < 6; day += 1)
      expect((await pass(DAY, own))[0]).toMatchObject({ state: 'grace', verifiedAt });
    await pass(DAY, own);
    const lost = await own.read();
    expect(lost.state).toBe('lost');
    expect(lost.record.value).not.toBe(own.value);
    await expect
      .poll(() => mailsTo(own.domain))
      .toEqual([
        ...Array.from({ length: 3 }, () => 'The DNS record of kept.example is missing'),
        'kept.example is no longer verified',
      ]);
  });

  test('is there again within the week, and nothing was lost', async () => {
    const own = await verified('back.example');
    await dns.ns1.publish(dns.zone(own.domain, [], { serial: 2 }));
    expect((await pass(DAY, own))[0]!.state).toBe('grace');
    await dns.ns1.publish(dns.zone(own.domain, [txtRecord(own.value)], { serial: 3 }));
    expect((await pass(5 * DAY, own))[0]).toMatchObject({ state: 'verified', graceUntil: null });
  });
});

test('administrators are told at once of a domain that vanished', async () => {
  await dns.ns1.publish(dns.zone('vanish', [`copied NS ${NS1}.`]));
  const own = await verified('copied.vanish');
  await dns.ns1.publish(dns.zone('vanish', [], { serial: 2, absence: 0 }));
  await dns.ns1.withdraw(own.domain);
  expect((await pass(DAY, own))[0]).toMatchObject({ state: 'grace', finding: { code: 'no-such-domain' } });
  await expect.poll(() => mailsTo(own.domain)).toEqual(['copied.vanish is gone from DNS']);
});

test('answers that say nothing never take a domain away', async () => {
  const own = await stage.attempt('unknown.example');
  const { clock } = stage.service;
  await dns.ns2.publish(dns.zone(own.domain, [txtRecord(own.value)], { nameServers: [NS2] }));
  await own.check();
  clock.advance(150);
  expect((await own.check()).state).toBe('verified');
  await dns.ns2.stop();
  for (const days of [1, 8]) {
    expect((await pass(days * DAY, own))[0]).toMatchObject({ state: 'verified', graceUntil: null });
  }
});

// Last: a discarded run puts off every domain in it.
test('a fifth of the domains gone at once is our own trouble: nothing is taken away', async () => {
  const owns = [];
  for (const domain of MANY) owns.push(await verified(domain));
  await dns.ns1.publish(...MANY.map((domain) => dns.zone(domain, [], { serial: 2 })));
  for (const own of await pass(DAY, ...owns)) expect(own).toMatchObject({ state: 'verified', graceUntil: null });
});
