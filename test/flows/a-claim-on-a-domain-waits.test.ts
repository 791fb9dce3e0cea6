import { inTransaction } from '../../src/db/database.ts';
import {
  DOMAIN_CLAIM_END,
  DOMAIN_CLAIM_NOTICE,
  domainClaimNoticeJob,
} from '../../src/domains/wait/domain-claim-notice.ts';
import { enqueueJob } from '../../src/jobs/enqueue-job.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsAt, leadsTo, startWaitingStage, suspendOrganization } from '../support/dns/waiting-domains.ts';
import type { WaitingStage } from '../support/dns/waiting-domains.ts';
import { NS2, passTime, prove, txtRecord } from '../support/dns/domain-attempts.ts';
import { addUser, org } from '../support/people.ts';
import { sendElsewhere } from '../support/stories.ts';
import { startService } from '../support/start-service.ts';

// Fabrikam proves domains at which people of Contoso have addresses. Northwind manages both.

const HOUR = 3600;
const DAY = 24 * HOUR;

let stage: WaitingStage;
beforeAll(async () => {
  const domains = [
    'announced.example',
    'gone.example',
    'now.example',
    'withdrawn.example',
    'suspended.example',
    'graced.example',
    'below.example',
    'servers.example',
  ];
  stage = await startWaitingStage(domains, { 'unknown.example': [NS2] });
  await sendElsewhere(stage.service, stage.houses.fabrikam);
});
afterAll(async () => stage?.[Symbol.asyncDispose]());

const deps = () => ({ db: stage.service.database.db, clock: stage.service.clock, url: stage.service.url });

test('it is announced, takes effect after 72 hours, and changes nothing before', async () => {
  const { houses, mailbox, service } = stage;
  await addUser(deps(), houses.contoso, 'maria@announced.example', { proven: true });
  await addUser(deps(), houses.contoso, 'lena@announced.example', { proven: true });
  await addUser(deps(), houses.contosoRetail, 'rosa@announced.example', { proven: true });
  await addUser(deps(), houses.fabrikam, 'ines@announced.example', { proven: true });
  const own = await stage.attempt('announced.example', houses.fabrikam);
  const before = service.clock.now().getTime();
  const waiting = await prove(stage, own);
  expect(waiting).toMatchObject({ state: 'waiting', verifiedAt: null, wait: { users: 3, mayEnd: true } });
  const takesEffectAt = new Date(waiting.wait!.takesEffectAt).getTime();
  expect(takesEffectAt - before).toBeGreaterThanOrEqual(72 * HOUR * 1000);
  expect(waiting.wait!.organizations).toMatchObject([
    { organization: { name: 'Contoso' }, users: 2 },
    { organization: { name: 'Contoso Retail' }, users: 1 },
  ]);

  // Contoso, about its own users and, since Retail has no administrators, about Retail's.
  const about = 'A claim on announced.example takes effect on';
  const mails = [
    await mailbox.waitForMail({ to: 'admin@contoso.example', subject: new RegExp(about) }),
    await mailbox.waitForMail({ to: 'admin@contoso.example', subject: new RegExp(about) }),
  ].map(({ text }) => text);
  expect(mails.find((text) => text.includes('2 users of Contoso have'))).toContain('write to Northwind before');
  expect(mails.find((text) => text.includes('One user of Contoso Retail has'))).toBeDefined();
  for (const text of mails) expect(text).not.toContain('Fabrikam');
  const own3 = await mailbox.waitForMail({ to: 'admin@fabrikam.example', subject: /announced.example takes effect/ });
  expect(own3.text).toContain('3 people with an address at it log in through other organizations');
  expect(own3.text).not.toContain('Contoso');
  const above = await mailbox.waitForMail({ to: 'admin@northwind.example' });
  expect(above.subject).toBe('Fabrikam claims announced.example, with users elsewhere');
  expect(above.text).toMatch(/Contoso: 2 users[^]*Contoso Retail: one user/);

  // On the pages of those whom it concerns.
  const claims = async (of = houses.contoso) =>
    (await stage.api.get(`/organizations/${org(of)}/domains`)).body.domainClaims;
  expect(await claims()).toEqual([
    {
      domain: 'announced.example',
      users: 2,
      takesEffectAt: waiting.wait!.takesEffectAt,
      claimedBy: { id: org(houses.fabrikam), name: 'Fabrikam' },
    },
  ]);
  expect(await leadsTo(stage, 'maria@announced.example')).toBeUndefined();

  expect((await passTime(stage, 3 * DAY - HOUR, own))[0]).toMatchObject({ state: 'waiting' });
  expect((await passTime(stage, HOUR, own))[0]).toMatchObject({ state: 'verified', wait: null });
  expect(await leadsTo(stage, 'maria@announced.example')).toBe('login.contoso.example');
  expect(await claims()).toEqual([]);
  expect(await eventsAt(stage, houses.fabrikam, 'announced.example')).toEqual([
    'domain.added',
    'domain.waiting',
    'domain.verified',
  ]);
  for (const each of [houses.contoso, houses.contosoRetail]) {
    expect(await eventsAt(stage, each, 'announced.example')).toEqual([
      'domain.claimed-elsewhere',
      'domain.claim-ended',
    ]);
  }
  // Told once, and once of its end.
  const jobs = service.database.db.selectFrom('job').select('kind');
  await expect.poll(async () => jobs.where('kind', 'in', ['mail', DOMAIN_CLAIM_END.name]).execute()).toEqual([]);
  const subjects = mailbox.mails.map(({ subject }) => subject).filter((one) => one.includes('announced.example'));
  const ends = subjects.filter((one) => one.endsWith('in effect now'));
  expect([subjects.length - ends.length, ends.length]).toEqual([4, 4]);
});

test('those who live elsewhere still come to their own organization by its login address', async () => {
  const { houses } = stage;
  const link = `${stage.service.url}/login/o/${org(houses.contoso)}`;
  expect(await leadsTo(stage, 'maria@announced.example', link)).toBeUndefined();
});

describe('the wait ends without effect', () => {
  test('when the record is gone, and begins anew once it is back', async () => {
    const { dns, houses, mailbox } = stage;
    await addUser(deps(), houses.contoso, 'maria@gone.example');
    const own = await stage.attempt('gone.example', houses.fabrikam);
    await prove(stage, own);
    await dns.ns1.publish(dns.zone(own.domain, [], { serial: 2, absence: 0 }));
    const [gone] = await passTime(stage, 6 * HOUR, own);
    expect(gone).toMatchObject({ state: 'pending', wait: null, record: { value: own.value } });
    const mail = await mailbox.waitForMail({ to: 'admin@fabrikam.example', subject: /its record was not found/ });
    expect(mail.text).toContain('Nothing changed for anybody');
    expect((await stage.api.get(`/organizations/${org(houses.contoso)}/domains`)).body.domainClaims).toEqual([]);

    await dns.ns1.publish(dns.zone(own.domain, [txtRecord(own.value)], { serial: 3 }));
    // What the first answer was is told with a failure of the second.
    expect((await own.check()).finding).toMatchObject({ code: 'confirming' });
    stage.service.clock.advance(150);
    const again = await own.check();
    expect(again.state).toBe('waiting');
    const left = new Date(again.wait!.takesEffectAt).getTime() - stage.service.clock.now().getTime();
    expect(left).toBeGreaterThan(71 * HOUR * 1000);
    expect(await eventsAt(stage, houses.contoso, 'gone.example')).toEqual([
      'domain.claimed-elsewhere',
      'domain.claim-ended',
      'domain.claimed-elsewhere',
    ]);
  });

  test('when it is withdrawn from above', async () => {
    const { houses } = stage;
    await addUser(deps(), houses.contoso, 'maria@withdrawn.example');
    const own = await stage.attempt('withdrawn.example', await stage.newOrganization('Adatum'));
    await prove(stage, own);
    expect((await stage.api.send('DELETE', `${own.path}/withdrawn.example/verification`)).status).toBe(204);
    expect(await eventsAt(stage, houses.contoso, 'withdrawn.example')).toEqual([
      'domain.claimed-elsewhere',
      'domain.claim-ended',
    ]);
  });

  test('when its organization is removed', async () => {
    const { houses, service } = stage;
    const litware = await stage.newOrganization('Litware');
    await addUser(deps(), houses.contoso, 'maria@below.example');
    const own = await stage.attempt('below.example', litware);
    expect((await prove(stage, own)).state).toBe('waiting');
    expect((await stage.api.send('DELETE', `/organizations/${org(litware)}?confirm=Litware`)).status).toBe(204);
    expect(await service.database.db.selectFrom('domainClaim').where('domain', '=', 'below.example').execute()).toEqual(
      [],
    );
  });
});

test('while its organization is suspended the time does not run', async () => {
  const { houses } = stage;
  const own = await stage.attempt('suspended.example', await stage.newOrganization('Tailspin'));
  await addUser(deps(), houses.contoso, 'maria@suspended.example');
  await prove(stage, own);
  await suspendOrganization(stage, own.organization, true);
  const [later] = await passTime(stage, 4 * DAY, own);
  expect(later).toMatchObject({ state: 'waiting', wait: { mayEnd: false } });
  await suspendOrganization(stage, own.organization, false);
  expect((await passTime(stage, 6 * HOUR, own))[0]).toMatchObject({ state: 'waiting' });
  expect((await passTime(stage, 3 * DAY, own))[0]).toMatchObject({ state: 'verified' });
});

test('who manages all of them takes it into effect at once', async () => {
  const { houses } = stage;
  await addUser(deps(), houses.contoso, 'maria@now.example');
  const own = await stage.attempt('now.example', await stage.newOrganization('Alpine'));
  const anna = await stage.administrator(houses.northwind);
  await prove(stage, own);
  const path = `${own.path}/now.example/effect`;
  const stale = await stage.administrator(houses.northwind, { factorAt: null });
  expect((await stale.send('POST', path)).body.code).toBe('caller.stale-factor');
  // Not while a check runs, which would write what it read before.
  const checking = async (checkingUntil: Date | null): Promise<unknown> =>
    deps().db.updateTable('domainVerification').set({ checkingUntil }).where('domain', '=', own.domain).execute();
  await checking(new Date(stage.service.clock.now().getTime() + 60_000));
  expect((await anna.send('POST', path)).body.code).toBe('domain.being-checked');
  await checking(null);
  const taken = await anna.send('POST', path);
  expect([taken.status, taken.body.verification.state]).toEqual([200, 'verified']);
  expect((await anna.send('POST', path)).body.code).toBe('domain.not-waiting');
  expect(await eventsAt(stage, own.organization, 'now.example')).toEqual([
    'domain.added',
    'domain.waiting',
    'domain.wait-cut-short',
  ]);
  expect(await eventsAt(stage, houses.contoso, 'now.example')).toEqual([
    'domain.claimed-elsewhere',
    'domain.claim-ended',
  ]);
});

test('a week of grace never begins it anew', async () => {
  const { dns, houses } = stage;
  const own = await stage.attempt('graced.example', await stage.newOrganization('Relecloud'));
  expect((await prove(stage, own)).state).toBe('verified');
  await addUser(deps(), houses.contoso, 'maria@graced.example');
  await dns.ns1.publish(dns.zone(own.domain, [], { serial: 2 }));
  expect((await passTime(stage, DAY, own))[0]!.state).toBe('grace');
  await dns.ns1.publish(dns.zone(own.domain, [txtRecord(own.value)], { serial: 3 }));
  expect((await passTime(stage, 2 * DAY, own))[0]).toMatchObject({ state: 'verified', wait: null });
});

test('of two servers one takes it into effect, and one announces it', async () => {
  const { houses, service, mailbox } = stage;
  await addUser(deps(), houses.contoso, 'maria@servers.example');
  const { database, config } = service;
  const settings = { ...stage.settings, GATEHOUSE_URL: config.publicUrl.href };
  await using second = await startService({ database, settings, masterKeys: [Buffer.alloc(32, 7)] });
  second.clock.advance(stage.moved());
  const own = await stage.attempt('servers.example', houses.fabrikam);
  second.clock.advance(150);
  expect((await prove(stage, own)).state).toBe('waiting');
  for (const to of ['admin@northwind.example', 'admin@contoso.example', 'admin@fabrikam.example']) {
    await mailbox.waitForMail({ to, subject: /servers.example/ });
  }
  // A job that runs twice, as after a server that died in it.
  const { secrets } = service;
  const claimed = { organizationId: houses.fabrikam.id, domain: own.domain };
  await inTransaction({ ...deps(), secrets }, async (inside) => enqueueJob(inside, domainClaimNoticeJob(claimed)));
  const jobs = deps().db.selectFrom('job').select('kind');
  await expect.poll(async () => jobs.where('kind', 'in', ['mail', DOMAIN_CLAIM_NOTICE.name]).execute()).toEqual([]);
  second.clock.advance(3 * DAY);
  expect((await passTime(stage, 3 * DAY, own))[0]).toMatchObject({ state: 'verified' });
  expect(await eventsAt(stage, houses.fabrikam, 'servers.example')).toEqual([
    'domain.added',
    'domain.waiting',
    'domain.verified',
  ]);
  await expect.poll(async () => jobs.where('kind', 'in', ['mail', DOMAIN_CLAIM_END.name]).execute()).toEqual([]);
  const subjects = mailbox.mails.map(({ subject }) => subject).filter((one) => one.includes('servers.example'));
  const ends = subjects.filter((one) => one.endsWith('in effect now'));
  expect([subjects.length - ends.length, ends.length]).toEqual([3, 3]);
});

// Last: the checks of a silent server hold up others.
test('answers that say nothing end it neither way, until a week after its time', async () => {
  const { dns, houses, mailbox } = stage;
  await addUser(deps(), houses.contoso, 'maria@unknown.example');
  const own = await stage.attempt('unknown.example', await stage.newOrganization('Proseware'));
  await addUser(deps(), own.organization, 'admin@proseware.example', { role: 'administrator', proven: true });
  await dns.ns2.publish(dns.zone(own.domain, [txtRecord(own.value)], { nameServers: [NS2] }));
  await own.check();
  stage.service.clock.advance(150);
  const { wait } = await own.check();
  await dns.ns2.stop();
  // Neither lost, nor in effect without the record.
  for (const days of [4, 6]) {
    expect((await passTime(stage, days * DAY, own))[0]).toMatchObject({ state: 'waiting', wait });
  }
  // It holds the place of whoever else proves the domain.
  expect((await passTime(stage, DAY, own))[0]).toMatchObject({ state: 'pending', wait: null });
  await mailbox.waitForMail({ to: 'admin@proseware.example', subject: /^unknown.example does not take effect/ });
  expect(await eventsAt(stage, own.organization, 'unknown.example')).toEqual([
    'domain.added',
    'domain.waiting',
    'domain.wait-ended',
  ]);
  expect(await eventsAt(stage, houses.contoso, 'unknown.example')).toEqual([
    'domain.claimed-elsewhere',
    'domain.claim-ended',
  ]);
});
