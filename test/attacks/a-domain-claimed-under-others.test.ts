import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginVerification, releaseHeldDomain } from '../../src/domains/claim-domain.ts';
import { SERVICE } from '../../src/audit/audit-event.ts';
import { inTransaction } from '../../src/db/database.ts';
import { challengeValue } from '../../src/domains/domain.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import { passTime, prove, txtRecord } from '../support/dns/domain-attempts.ts';
import { eventsAt, leadsTo, startWaitingStage, suspendOrganization } from '../support/dns/waiting-domains.ts';
import type { WaitingStage } from '../support/dns/waiting-domains.ts';
import { makePerson } from '../support/fixtures.ts';
import { addApiToken, addUser, org } from '../support/people.ts';
import { sendElsewhere } from '../support/stories.ts';

// Lesson: who controls the DNS of a domain today (an expired one bought, a zone taken over) took the log-ins of the people who
// have addresses at it in the same second, and was told about them. Fabrikam is that stranger; the people are Contoso's.

const HOUR = 3600;
const DAY = 24 * HOUR;

let stage: WaitingStage;
beforeAll(async () => {
  stage = await startWaitingStage([
    'redirected.example',
    'again.example',
    'early.example',
    'linked.example',
    'counted.example',
    'pending.example',
    'second.example',
    'above.example',
    'flooded.example',
    'origin.example',
    'held.example',
  ]);
  await sendElsewhere(stage.service, stage.houses.fabrikam);
});
afterAll(async () => stage?.[Symbol.asyncDispose]());

const deps = () => ({ db: stage.service.database.db, clock: stage.service.clock, url: stage.service.url });
const domainsOf = async (of = stage.houses.contoso) => (await stage.api.get(`/organizations/${org(of)}/domains`)).body;

test('nobody is redirected within 72 hours, known or not, and no address is proven by it', async () => {
  const { houses, service } = stage;
  await makePerson(service, houses.contoso, 'maria@redirected.example');
  const eve = await addUser(deps(), houses.fabrikam, 'eve@redirected.example');
  const own = await stage.attempt('redirected.example', houses.fabrikam);
  await prove(stage, own);
  const leads = async (): Promise<unknown[]> =>
    Promise.all(['maria', 'eve', 'nobody'].map(async (name) => leadsTo(stage, `${name}@redirected.example`)));
  expect(await leads()).toEqual([undefined, undefined, undefined]);
  await passTime(stage, 3 * DAY - HOUR, own);
  expect(await leads()).toEqual([undefined, undefined, undefined]);
  // A pane that asks for a typed host does so still: the domain proves nothing yet.
  const simulated = await stage.api.send('POST', `/organizations/${org(houses.fabrikam)}/logins/simulation`, {
    email: eve.email,
  });
  expect(JSON.stringify(simulated.body)).toContain('which waits until');
});

test('removed and added again it waits again, with another record', async () => {
  const { houses } = stage;
  await addUser(deps(), houses.contoso, 'maria@again.example');
  // An organization of its own, here and below: each checks only so often in a minute.
  const adatum = await stage.newOrganization('Adatum');
  const first = await stage.attempt('again.example', adatum);
  await prove(stage, first);
  await passTime(stage, 3 * DAY - HOUR, first);
  expect((await stage.api.send('DELETE', `${first.path}/again.example/verification`)).status).toBe(204);
  const second = await stage.attempt('again.example', adatum);
  expect(second.value).not.toBe(first.value);
  expect((await second.check()).state).toBe('pending');
  expect((await prove(stage, second)).state).toBe('waiting');
  expect((await passTime(stage, 2 * HOUR + DAY, second))[0]!.state).toBe('waiting');
});

test('no check and no call of the claimer ends it early', async () => {
  const { houses } = stage;
  await addUser(deps(), houses.contoso, 'maria@early.example');
  const own = await stage.attempt('early.example', houses.fabrikam);
  const { wait } = await prove(stage, own);
  const fabrikam = await stage.administrator(houses.fabrikam);
  for (let round = 0; round < 3; round += 1) {
    expect(await own.check(fabrikam)).toMatchObject({ state: 'waiting', wait: { takesEffectAt: wait!.takesEffectAt } });
  }
  const path = `${own.path}/early.example/effect`;
  const program = apiClient(stage.service.url, await addApiToken(deps(), houses.fabrikam, 'administrator'));
  for (const client of [fabrikam, program]) {
    const refused = await client.send('POST', path);
    expect([refused.status, refused.body.code]).toEqual([403, 'caller.denied']);
  }
  const contoso = await stage.administrator(houses.contoso);
  expect((await contoso.send('POST', path)).status).toBe(404);
  // Nor once those elsewhere are gone.
  await deps().db.deleteFrom('domainClaim').where('domain', '=', 'early.example').execute();
  expect((await fabrikam.send('POST', path)).body.code).toBe('caller.denied');
  // Added again, it is the same attempt.
  await stage.attempt('early.example', houses.fabrikam);
  expect(await own.read()).toMatchObject({ state: 'waiting', wait: { takesEffectAt: wait!.takesEffectAt } });
});

test('who manages the claimer alone ends it neither', async () => {
  const { houses } = stage;
  const reseller = houses.contoso;
  const shop = await stage.newOrganization('Contoso Shop', reseller);
  await addUser(deps(), houses.fabrikam, 'ines@above.example');
  const own = await stage.attempt('above.example', shop);
  expect(await prove(stage, own)).toMatchObject({ state: 'waiting', wait: { mayEnd: true } });
  const contoso = await stage.administrator(reseller);
  const seen = await contoso.get(own.path);
  expect(seen.body.items[0].verification.wait).toMatchObject({ users: 1, organizations: [], mayEnd: false });
  const refused = await contoso.send('POST', `${own.path}/above.example/effect`);
  expect([refused.status, refused.body.code]).toEqual([403, 'caller.denied']);
  expect(JSON.stringify(seen.body)).not.toContain('Fabrikam');
});

test('a domain that a setup link entered waits as well, once an administrator lets it count', async () => {
  const { houses, dns } = stage;
  await addUser(deps(), houses.contoso, 'maria@linked.example');
  const litware = await stage.newOrganization('Litware');
  const about = { organizationId: litware.id, domain: 'linked.example' };
  const begun = await inTransaction(deps(), async (inside) =>
    beginVerification(inside, SERVICE, { ...about, createdBy: null, held: true }),
  );
  await dns.ns1.publish(dns.zone('linked.example', [txtRecord(challengeValue(begun.token))]));
  await inTransaction(deps(), async (inside) => releaseHeldDomain(inside, about));
  const check = async (): Promise<string> => {
    const path = `/organizations/${org(litware)}/domains/linked.example/check`;
    return (await stage.api.send('POST', path)).body.verification.state;
  };
  await check();
  stage.service.clock.advance(150);
  expect(await check()).toBe('waiting');
});

test('the claimer learns one number of one moment, and those elsewhere learn theirs and no name', async () => {
  const { houses, mailbox } = stage;
  const wingtip = await stage.newOrganization('Wingtip');
  for (const name of ['a', 'b', 'c']) await addUser(deps(), houses.contoso, `${name}@counted.example`);
  await addUser(deps(), wingtip, 'd@counted.example');
  const own = await stage.attempt('counted.example', houses.fabrikam);
  await prove(stage, own);
  await addUser(deps(), wingtip, 'e@counted.example');
  const fabrikam = await stage.administrator(houses.fabrikam);
  const claimer = await fabrikam.get(own.path);
  const ofClaim = claimer.body.items.find((each: { domain: string }) => each.domain === 'counted.example').verification;
  expect(ofClaim.wait).toMatchObject({ users: 4, organizations: [], mayEnd: false });
  expect(JSON.stringify(claimer.body)).not.toMatch(/Contoso|Wingtip/);

  const contoso = await stage.administrator(houses.contoso);
  const theirs = await contoso.get(`/organizations/${org(houses.contoso)}/domains`);
  expect(theirs.body.domainClaims.find((each: { domain: string }) => each.domain === 'counted.example')).toMatchObject({
    users: 3,
    claimedBy: null,
  });
  expect(JSON.stringify(theirs.body)).not.toMatch(/Fabrikam|Wingtip/);
  const told = await mailbox.waitForMail({ to: 'admin@contoso.example', subject: /counted.example/ });
  expect(told.text).toContain('3 users of Contoso');
  expect(`${told.text} ${told.html}`).not.toMatch(/Fabrikam|Wingtip|4 (?:users|people)/);
  const logs = [
    await contoso.get(`/organizations/${org(houses.contoso)}/audit-events`),
    await fabrikam.get(`/organizations/${org(houses.fabrikam)}/audit-events`),
  ].map(({ body }) => JSON.stringify(body.items));
  expect(logs[0]).toContain('domain.claimed-elsewhere');
  expect(logs[0]).not.toMatch(/Fabrikam|Wingtip/);
  expect(logs[1]).not.toMatch(/Contoso|Wingtip/);
});

test('those elsewhere do not learn from where it is claimed and withdrawn', async () => {
  const { houses } = stage;
  await addUser(deps(), houses.contoso, 'maria@origin.example');
  const own = await stage.attempt('origin.example', houses.fabrikam);
  const fabrikam = await stage.administrator(houses.fabrikam);
  expect((await prove(stage, own, fabrikam)).state).toBe('waiting');
  expect((await fabrikam.send('DELETE', `${own.path}/origin.example/verification`)).status).toBe(204);
  const seen = async (of: Organization): Promise<unknown[]> => {
    const { body } = await (await stage.administrator(of)).get(`/organizations/${org(of)}/audit-events`);
    return body.items
      .filter((each: { details: { domain?: string } }) => each.details.domain === 'origin.example')
      .map(({ kind, network, browser }: Record<string, unknown>) => ({ kind, network, browser }));
  };
  const nowhere = { network: null, browser: null };
  expect(await seen(houses.contoso)).toEqual([
    { kind: 'domain.claim-ended', ...nowhere },
    { kind: 'domain.claimed-elsewhere', ...nowhere },
  ]);
  // The claimer's own log has it.
  expect(await seen(houses.fabrikam)).toContainEqual({
    kind: 'domain.waiting',
    network: '127.0.0.1',
    browser: expect.any(String),
  });
});

test('a suspended organization whose record is gone keeps nobody else from the domain', async () => {
  const { houses, dns } = stage;
  await addUser(deps(), houses.contoso, 'maria@held.example');
  const own = await stage.attempt('held.example', await stage.newOrganization('Tailspin'));
  expect((await prove(stage, own)).state).toBe('waiting');
  await suspendOrganization(stage, own.organization, true);
  await dns.ns1.publish(dns.zone(own.domain, [], { serial: 2, absence: 0 }));
  expect((await passTime(stage, 6 * HOUR, own))[0]).toMatchObject({ state: 'pending', wait: null });
});

test('a user whom anybody could have made delays nobody’s claim, and its maker hears nothing', async () => {
  const { houses } = stage;
  await addUser(deps(), houses.contoso, 'ceo@pending.example', { status: 'pending' });
  const own = await stage.attempt('pending.example', await stage.newOrganization('Alpine'));
  expect((await prove(stage, own)).state).toBe('verified');
  expect(await eventsAt(stage, houses.contoso, 'pending.example')).toEqual([]);
  expect((await domainsOf()).domainClaims).not.toContainEqual(expect.objectContaining({ domain: 'pending.example' }));
});

test('a second claim of the same domain neither displaces the first, nor learns who it is or how many', async () => {
  const { houses, dns } = stage;
  await addUser(deps(), houses.contoso, 'maria@second.example');
  const first = await stage.attempt('second.example', await stage.newOrganization('Relecloud'));
  await prove(stage, first);
  const second = await stage.attempt('second.example', await stage.newOrganization('Proseware'));
  await dns.ns1.publish(dns.zone('second.example', [txtRecord(first.value), txtRecord(second.value)], { serial: 2 }));
  await second.check();
  stage.service.clock.advance(150);
  const other = await second.check();
  expect([other.state, other.finding.code, other.wait]).toEqual(['pending', 'held-elsewhere', null]);
  expect(JSON.stringify(await second.read())).not.toMatch(/Relecloud|Contoso/);
  expect((await first.read()).state).toBe('waiting');
});

test('claimed again and again it is not mailed again and again', async () => {
  const { houses, mailbox } = stage;
  await addUser(deps(), houses.contoso, 'maria@flooded.example');
  const none = async (kinds: string[]): Promise<void> =>
    expect.poll(async () => deps().db.selectFrom('job').select('id').where('kind', 'in', kinds).execute()).toEqual([]);
  for (let round = 0; round < 5; round += 1) {
    // By another organization of the stranger's each time.
    const own = await stage.attempt('flooded.example', await stage.newOrganization(`Fabrikam ${round}`));
    expect((await prove(stage, own)).state).toBe('waiting');
    await none(['domain-claim-notice']);
    await stage.api.send('DELETE', `${own.path}/flooded.example/verification`);
  }
  await none(['domain-claim-end', 'mail']);
  const mails = mailbox.mails.filter(({ subject }) => subject.includes('flooded.example'));
  for (const who of ['admin@contoso.example', 'admin@northwind.example']) {
    const told = mails.filter(({ to }) => to.includes(who));
    const ends = told.filter(({ subject }) => subject.endsWith('is over'));
    expect([who, told.length - ends.length, ends.length]).toEqual([who, 3, 3]);
  }
  expect((await eventsAt(stage, houses.contoso, 'flooded.example')).length).toBe(10);
});
