import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DnsWorld } from '../support/dns/dns-world.ts';
import { NS1, NS2, SILENT, startDomainStage, txtRecord } from '../support/dns/domain-attempts.ts';
import type { Checked, DomainStage } from '../support/dns/domain-attempts.ts';

/** Domain and the servers that its parent names; a test takes one and no other test touches it. */
const DELEGATIONS = {
  'good.example': [NS1],
  'quoted.example': [NS1],
  'two-records.example': [NS1],
  'lame.example': [NS1, NS2],
  'half-silent.example': [NS1],
  'signed.example': [NS1],
} as const;

let stage: DomainStage;
let dns: DnsWorld;
let attempt: DomainStage['attempt'];
beforeAll(async () => {
  stage = await startDomainStage({
    delegations: DELEGATIONS,
    signed: ['signed.example'],
  });
  ({ dns, attempt } = stage);
});
afterAll(async () => stage?.[Symbol.asyncDispose]());

describe('a domain is verified', () => {
  test('by the record at its name, seen twice, minutes apart', async () => {
    const { domain, path, value, check } = await attempt('good.example');
    expect(value).toMatch(/^gatehouse-verify=[a-z2-7]{32}$/);
    await dns.ns1.publish(dns.zone(domain, [txtRecord(value)]));
    const first = await check();
    expect([first.state, first.finding.code]).toEqual(['pending', 'confirming']);
    expect((await check()).state).toBe('pending');
    stage.service.clock.advance(121);
    const second = await check();
    expect([second.state, second.finding.code, second.finding.nameServers]).toEqual([
      'verified',
      'verified',
      [{ name: NS1, answer: 'record' }],
    ]);
    const events = await stage.api.get(`${path.replace('/domains', '/audit-events')}`);
    expect(events.body.items.map(({ kind }: { kind: string }) => kind)).toContain('domain.verified');
  });

  test('at once where the resolver checked signatures', async () => {
    const { domain, value, check } = await attempt('signed.example');
    await dns.ns1.publish(dns.zone(domain, [txtRecord(value)], { signed: true, serial: 10 }));
    expect((await check()).state).toBe('verified');
  });

  test('with quotes, blanks and capitals around and in the value', async () => {
    const { domain, value, check } = await attempt('quoted.example');
    await dns.ns1.publish(dns.zone(domain, [txtRecord(` \\"${value.toUpperCase()}\\"\\226\\128\\139 `)]));
    expect((await check()).finding.code).toBe('confirming');
  });

  test('with another record beside it, which may be deleted', async () => {
    const { domain, value, check } = await attempt('two-records.example');
    await dns.ns1.publish(dns.zone(domain, [txtRecord('gatehouse-verify=old'), txtRecord(value)]));
    const { finding } = await check();
    expect([finding.code, finding.notes.map(({ code }) => code)]).toEqual(['confirming', ['another-record']]);
    expect(finding.notes[0]!.sentence).toContain('gatehouse-verify=old');
  });

  test('although one name server no longer serves it, or does not answer', async () => {
    const lame = await attempt('lame.example');
    const silent = await attempt('half-silent.example');
    await dns.ns1.publish(
      dns.zone(lame.domain, [txtRecord(lame.value)], { nameServers: [NS1, NS2] }),
      dns.zone(silent.domain, [txtRecord(silent.value)], { nameServers: [NS1, SILENT] }),
    );
    const again = `${silent.path}/${silent.domain}/check`;
    const [one, ...both] = await Promise.all([
      lame.check(),
      stage.api.send('POST', again),
      stage.api.send('POST', again),
    ]);
    // One check of a domain runs at a time.
    const [running, refused] = both.toSorted((left, right) => left.status - right.status);
    expect([refused!.status, refused!.body.code]).toEqual([409, 'domain.being-checked']);
    const other: Checked = running!.body.verification;
    expect([one.finding.code, one.finding.notes]).toMatchObject([
      'confirming',
      [{ code: 'server-refuses', sentence: `${NS2} refuses to answer for ${lame.domain}. Remove or repair it.` }],
    ]);
    expect(other.finding.notes).toMatchObject([{ code: 'server-silent' }]);
    expect(other.finding.nameServers).toContainEqual({ name: SILENT, answer: 'silent' });
  });
});

test('an organization checks at most ten times in a minute', async () => {
  const { domain, path } = await attempt('often.example');
  const answers = [];
  for (let check = 0; check < 11; check += 1) answers.push(await stage.api.send('POST', `${path}/${domain}/check`));
  expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
});
