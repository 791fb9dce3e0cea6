import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { DnsWorld } from '../support/dns/dns-world.ts';
import { DC1, NS1, NS2, SILENT, startDomainStage, txtRecord } from '../support/dns/domain-attempts.ts';
import type { Checked, DomainStage } from '../support/dns/domain-attempts.ts';
import { addApiToken } from '../support/people.ts';
import { startService } from '../support/start-service.ts';

// What an IT person does with the record and what they are told: every line against real name servers (Knot) and a real
// resolver (Unbound), each in a process of its own.

/** Domain and the servers that its parent names; a test takes one and no other test touches it. */
const DELEGATIONS = {
  'empty.example': [NS1],
  'doubled.example': [NS1],
  'apex.example': [NS1],
  'www.example': [NS1],
  'plain.example': [NS1],
  'more.example': [NS1],
  'cut.example': [NS1],
  'typo.example': [NS1],
  'former.example': [NS1],
  'corrected.example': [NS1],
  'looked-up.example': [NS1],
  'inside.example': [NS1],
  'inside-alone.example': [DC1],
  'moved.example': [NS1],
  'parent.example': [NS1],
  'sub.parent.example': [NS2],
  'secondary.example': [NS1, NS2],
  'providers.example': [NS1, NS2],
  'refused.example': [NS2],
  'silent.example': [SILENT],
  'broken.example': [NS1],
  'alias.example': [NS1],
  'wild.example': [NS1],
  'wild-alias.example': [NS1],
  'address.example': [NS1],
  'mail.example': [NS1],
} as const;

const deps = () => ({ db: stage.service.database.db, clock: stage.service.clock });

let stage: DomainStage;
let dns: DnsWorld;
let attempt: DomainStage['attempt'];
beforeAll(async () => {
  stage = await startDomainStage({
    delegations: DELEGATIONS,
    inside: { 'inside.example': [DC1], 'inside-alone.example': [DC1] },
    broken: ['broken.example'],
  });
  ({ dns, attempt } = stage);
});
afterAll(async () => stage?.[Symbol.asyncDispose]());

describe('it is not verified, and the IT person is told why', () => {
  /** Publishes and checks; what is said, and that the service looks again by itself. */
  async function told(domain: string, records: (value: string) => string[]): Promise<Checked['finding']> {
    const { value, check } = await attempt(domain);
    await dns.ns1.publish(dns.zone(domain, records(value)));
    const { state, finding, nextCheckAt } = await check();
    expect([state, nextCheckAt !== null]).toEqual(['pending', true]);
    return finding;
  }

  test('nothing was saved yet; the zone was published without the record', async () => {
    const { domain, check } = await attempt('empty.example');
    await dns.ns1.publish(dns.zone(domain, []));
    const before = await check();
    expect(before.finding.code).toBe('not-there');
    expect(before.finding.sentence).toContain(NS1);
    expect((await check()).finding.code).toBe('not-there');
    await dns.ns1.publish(dns.zone(domain, ['www A 192.0.2.1'], { serial: 2 }));
    expect((await check()).finding.code).toBe('published-without');
  });

  test('the whole name went into a field that appends the domain', async () => {
    const finding = await told('doubled.example', (value) => [
      txtRecord(value, '_gatehouse-challenge.doubled.example'),
    ]);
    expect(finding.code).toBe('doubled');
    expect(finding.sentence).toContain('_gatehouse-challenge.doubled.example.doubled.example');
  });

  test.each([
    ['apex.example', '@', 'apex.example'],
    ['www.example', 'www', 'www.www.example'],
    ['plain.example', 'gatehouse-challenge', 'gatehouse-challenge.plain.example'],
  ])('the record of %s is at %s', async (domain, name, found) => {
    const finding = await told(domain, (value) => [txtRecord(value, name)]);
    expect([finding.code, finding.sentence]).toEqual([
      'elsewhere',
      `The value was found at ${found}. Move it to the name _gatehouse-challenge.${domain}.`,
    ]);
  });

  test('the value holds more, is cut, or has a wrong character', async () => {
    const more = await told('more.example', (value) => [txtRecord(`_gatehouse-challenge.more.example ${value}`)]);
    expect(more.code).toBe('more-in-value');
    expect((await told('cut.example', (value) => [txtRecord(value.slice(0, -5))])).code).toBe('incomplete');
    const typo = await told('typo.example', (value) => [txtRecord(`${value.slice(0, 30)}0${value.slice(31)}`)]);
    expect(typo.code).toBe('differs');
    expect(typo.sentence).toContain('at character 31');
  });

  test('the value is one of an earlier attempt', async () => {
    const { domain, path, value, check } = await attempt('former.example');
    await dns.ns1.publish(dns.zone(domain, []));
    stage.service.clock.advance(31 * 24 * 3600);
    await expect
      .poll(async () => (await stage.api.get(path)).body.items[0].verification.state, { timeout: 30_000 })
      .toBe('expired');
    const { record: fresh } = (await stage.api.get(path)).body.items[0].verification;
    expect(fresh.value).not.toBe(value);
    await dns.ns1.publish(dns.zone(domain, [txtRecord(value)]));
    const { finding, state } = await check();
    expect([state, finding.code]).toEqual(['pending', 'former-value']);
  });

  test('it was corrected minutes ago, or looked up before it was there', async () => {
    const corrected = await attempt('corrected.example');
    const early = await attempt('looked-up.example');
    await dns.ns1.publish(
      dns.zone(corrected.domain, ['_gatehouse-challenge 600 TXT "gatehouse-verify=old"']),
      dns.zone(early.domain, []),
    );
    for (const { domain } of [corrected, early]) await dns.resolve(`_gatehouse-challenge.${domain}`);
    await dns.ns1.publish(
      dns.zone(corrected.domain, [txtRecord(corrected.value)], { serial: 2 }),
      dns.zone(early.domain, [txtRecord(early.value)], { serial: 2 }),
    );
    const old = await corrected.check();
    expect([old.state, old.finding.code]).toEqual(['pending', 'old-answer']);
    expect(old.finding.sentence).toMatch(/up to (9|10) minutes/);
    const absent = await early.check();
    expect([absent.state, absent.finding.code]).toEqual(['pending', 'remembered-absent']);
    expect(absent.finding.sentence).toMatch(/up to (9|10) minutes/);
  });

  test('it was entered in the internal DNS', async () => {
    await using inside = await startService({ settings: dns.settingsInside, database: stage.service.database });
    const client = apiClient(inside.url, await addApiToken(deps(), stage.houses.northwind, 'administrator'));
    const { domain, value, check } = await attempt('inside.example');
    const alone = await attempt('inside-alone.example');
    await dns.ns1.publish(dns.zone(domain, []));
    await dns.dc1.publish(
      dns.zone(domain, [txtRecord(value)], { primary: DC1, nameServers: [DC1] }),
      dns.zone(alone.domain, [txtRecord(alone.value)], { primary: DC1, nameServers: [DC1] }),
    );
    const { finding, state } = await check(client);
    expect([state, finding.code]).toEqual(['pending', 'internal-only']);
    expect(finding.sentence).toBe(
      `The record is only in your internal DNS (${DC1}). Enter it at the public host of ${domain}: ${NS1}.`,
    );
    expect((await alone.check(client)).finding.code).toBe('internal-servers');
  });

  test('it was entered at the former DNS host', async () => {
    const { domain, value, check } = await attempt('moved.example');
    await dns.ns2.publish(dns.zone(domain, []));
    await dns.ns1.publish(dns.zone(domain, [], { nameServers: [NS2] }));
    expect((await check()).finding.code).toBe('not-there');
    await dns.ns2.publish(dns.zone(domain, [txtRecord(value)]));
    await dns.ns1.publish(dns.zone(domain, [], { serial: 2 }));
    const { finding } = await check();
    expect(finding.code).toBe('former-host');
    expect(finding.sentence).toContain(`is served by ${NS1}`);
  });

  test('the subdomain is a zone of its own', async () => {
    const { domain, value, check } = await attempt('sub.parent.example');
    await dns.ns1.publish(dns.zone('parent.example', [`sub NS ${NS2}.`, txtRecord(value, '_gatehouse-challenge.sub')]));
    await dns.ns2.publish(dns.zone(domain, [], { nameServers: [NS2] }));
    const { finding } = await check();
    expect([finding.code, finding.sentence]).toEqual([
      'delegated',
      `${domain} is delegated to ${NS2}, as a zone of its own. Enter the record there.`,
    ]);
  });

  test('a secondary is not up to date, or a second provider was forgotten', async () => {
    const secondary = await attempt('secondary.example');
    const providers = await attempt('providers.example');
    const nameServers = [NS1, NS2];
    await dns.ns1.publish(
      dns.zone(secondary.domain, [txtRecord(secondary.value)], { nameServers, serial: 2 }),
      dns.zone(providers.domain, [txtRecord(providers.value)], { nameServers, serial: 2026112801 }),
    );
    await dns.ns2.publish(
      dns.zone(secondary.domain, [], { nameServers }),
      dns.zone(providers.domain, [], { nameServers, primary: NS2, serial: 7 }),
    );
    const codes = ({ finding }: Checked): string[] => [finding.code, ...finding.notes.map(({ code }) => code)];
    const [stale, two] = [await secondary.check(), await providers.check()];
    expect(codes(stale)).toContain('stale-secondary');
    expect(JSON.stringify(stale.finding)).toContain(`${NS2} does not have the record (serial 1; ${NS1} has 2)`);
    expect(codes(two)).toContain('two-zones');
    expect(two.finding.nameServers).toContainEqual({ name: NS2, answer: 'absent' });
  });

  test('the servers named at the registrar refuse, or none answers', async () => {
    const refused = await attempt('refused.example');
    const silent = await attempt('silent.example');
    const [one, other] = await Promise.all([refused.check(), silent.check()]);
    expect([one.finding.code, other.finding.code]).toEqual(['all-refuse', 'all-silent']);
  });

  test('DNSSEC is broken', async () => {
    const finding = await told('broken.example', (value) => [txtRecord(value)]);
    expect([finding.code, finding.sentence]).toEqual([
      'dnssec',
      expect.stringContaining('The DNSSEC signatures of broken.example do not check out.'),
    ]);
  });

  test('an alias, a wildcard, or a record of another type is there', async () => {
    const alias = await told('alias.example', () => ['_gatehouse-challenge CNAME verify.hosting.example.']);
    expect([alias.code, alias.sentence]).toEqual(['alias', expect.stringContaining('verify.hosting.example')]);
    expect((await told('wild.example', () => ['* TXT "parked"'])).code).toBe('wildcard');
    expect((await told('wild-alias.example', () => ['* CNAME parking.hosting.example.'])).code).toBe('wildcard');
    const address = await told('address.example', () => ['_gatehouse-challenge A 192.0.2.1']);
    expect([address.code, address.sentence]).toEqual(['other-type', expect.stringContaining('of type A')]);
    expect((await told('mail.example', () => ['_gatehouse-challenge MX 10 mx.hosting.example.'])).code).toBe(
      'other-type',
    );
  });

  test('the domain does not exist', async () => {
    const { check } = await attempt('nowhere.example');
    expect((await check()).finding.code).toBe('no-such-domain');
  });
});
