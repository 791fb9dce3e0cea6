import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobId } from '../../src/base/ids.ts';
import { DOMAIN_CLAIM_END, DOMAIN_CLAIM_NOTICE } from '../../src/domains/wait/domain-claim-notice.ts';
import { MAIL_JOB } from '../../src/mail/post-mail.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { domainClaimEndHandler } from '../../src/users/notices/mail-domain-claim-end.ts';
import { passTime, prove } from '../support/dns/domain-attempts.ts';
import type { Attempt } from '../support/dns/domain-attempts.ts';
import { startWaitingStage } from '../support/dns/waiting-domains.ts';
import type { WaitingStage } from '../support/dns/waiting-domains.ts';
import type { Mail } from '../support/mailbox.ts';
import { addUser, org } from '../support/people.ts';

// Northwind manages all. Contoso and Fabrikam have administrators, who must not learn of each other.

const HOUR = 3600;
const DAY = 24 * HOUR;

let stage: WaitingStage;
beforeAll(async () => {
  const domains = [
    'reseller.example',
    'own.example',
    'five.example',
    'time.example',
    'now.example',
    'withdrawn.example',
  ];
  stage = await startWaitingStage([...domains, 'gone.example', 'nobody.example']);
});
afterAll(async () => stage?.[Symbol.asyncDispose]());

const deps = () => ({ db: stage.service.database.db, clock: stage.service.clock, url: stage.service.url });

/** The mails about a domain, once all are sent. */
async function mailsAbout(domain: string): Promise<(Pick<Mail, 'subject' | 'text'> & { to: string })[]> {
  const kinds = [DOMAIN_CLAIM_NOTICE, DOMAIN_CLAIM_END, MAIL_JOB].map(({ name }) => name);
  const jobs = deps().db.selectFrom('job').select('kind').where('kind', 'in', kinds);
  await expect.poll(async () => jobs.execute(), { timeout: 20_000 }).toEqual([]);
  return stage.mailbox.mails
    .filter(({ subject }) => subject.includes(domain))
    .map(({ to, subject, text }) => ({ to: to.join(), subject, text }))
    .toSorted((one, other) => `${one.to}${one.text}`.localeCompare(`${other.to}${other.text}`));
}

describe('where nobody administers', () => {
  test('a reseller and both of its customers, who manages the reseller is told', async () => {
    const reseller = await stage.newOrganization('Alpine');
    const claimer = await stage.newOrganization('Alpine Huts', reseller);
    const elsewhere = await stage.newOrganization('Alpine Lifts', reseller);
    await addUser(deps(), elsewhere, 'maria@reseller.example', { proven: true });
    expect((await prove(stage, await stage.attempt('reseller.example', claimer))).state).toBe('waiting');
    const mails = await mailsAbout('reseller.example');
    expect(mails).toMatchObject([
      { to: 'admin@northwind.example', subject: 'Alpine Huts claims reseller.example, with users elsewhere' },
    ]);
    expect(mails[0]!.text).toContain('Alpine Lifts: one user');
  });

  test('a reseller whose customer logs in another way, neither', async () => {
    const below = await stage.newOrganization('Alpine Passes', await stage.newOrganization('Alpine Roads'));
    const path = `/organizations/${org(below)}/authentication`;
    const { version } = (await stage.api.get(path)).body;
    const settings = { method: 'same-as-managing' };
    expect((await stage.api.send('PUT', path, { settings, version })).status).toBe(200);
    const subject = 'People of Alpine Passes log in another way';
    await stage.mailbox.waitForMail({ to: 'admin@northwind.example', subject });
  });

  test('five customers of one manager, who hears of each, and writes to who manages both', async () => {
    const { houses } = stage;
    const names = ['One', 'Two', 'Three', 'Four', 'Five'].map((name) => `Contoso ${name}`);
    for (const name of names) {
      const below = await stage.newOrganization(name, houses.contoso);
      await addUser(deps(), below, `${name.slice(8)}@five.example`);
    }
    const own = await stage.attempt('five.example', houses.fabrikam);
    await prove(stage, own);
    const told = (await mailsAbout('five.example')).filter(({ to }) => to === 'admin@contoso.example');
    expect(told).toHaveLength(5);
    for (const name of names) {
      expect(told.filter(({ text }) => text.includes(`One user of ${name} has an address at it.`))).toHaveLength(1);
    }
    // The whole mail, to a reader who manages the one concerned.
    const at = /takes effect on (.*)$/.exec(told[0]!.subject)![1]!;
    const one = told.find(({ text }) => text.includes('Contoso Four'))!.text.replaceAll(/\s+/g, ' ');
    for (const sentence of [
      'Another organization of this service has proved by a DNS record that it controls five.example.',
      `Until ${at} nothing changes, unless whoever manages both organizations takes it into effect sooner.`,
      'The accounts in Contoso Four and what they may do stay as they are.',
      'You are told when it is in effect, and when it is over without.',
      'or through an application that names Contoso Four.',
      `To object, because the domain is yours or the claim looks wrong: write to Northwind before ${at}.`,
    ]) {
      expect(one).toContain(sentence);
    }
    expect(one).not.toMatch(/Fabrikam|write to Contoso/);

    await stage.api.send('DELETE', `${own.path}/five.example/verification`);
    const ends = (await mailsAbout('five.example')).filter(
      ({ subject }) => subject === 'The claim on five.example is over',
    );
    expect(ends.map(({ text }) => /about the users of (.*)\.$/m.exec(text)?.[1] ?? '').toSorted()).toEqual(
      names.toSorted(),
    );
  });
});

test('whoever manages both and has users there itself is told the truth about who was told', async () => {
  const { houses } = stage;
  await addUser(deps(), houses.contoso, 'maria@own.example');
  const shop = await stage.newOrganization('Contoso Shop', houses.contoso);
  await prove(stage, await stage.attempt('own.example', shop));
  const [told, ...more] = await mailsAbout('own.example');
  expect([told?.to, told?.subject, more]).toEqual([
    'admin@contoso.example',
    'Contoso Shop claims own.example, with users elsewhere',
    [],
  ]);
  expect(told!.text.replaceAll(/\s+/g, ' ')).toMatch(
    /Contoso: one user .*Where organizations of this list below yours have administrators, these were told the number of their own users/,
  );
});

describe('who was told that it waits is told of its end', () => {
  /** Fabrikam claims it under a user of Contoso, and all three have been told. */
  const claimed = async (domain: string): Promise<Attempt> => {
    await addUser(deps(), stage.houses.contoso, `maria@${domain}`);
    const own = await stage.attempt(domain, stage.houses.fabrikam);
    await prove(stage, own);
    expect(await mailsAbout(domain)).toHaveLength(3);
    return own;
  };
  const ends = async (domain: string, what: RegExp) =>
    (await mailsAbout(domain))
      .filter(({ subject }) => what.test(subject))
      .map(({ to, subject }) => [to.replace('.example', ''), subject]);
  const inEffect = (domain: string) => [
    ['admin@contoso', `The claim on ${domain} is in effect now`],
    ['admin@fabrikam', `The claim of Fabrikam on ${domain} is in effect now`],
    ['admin@northwind', `The claim of Fabrikam on ${domain} is in effect now`],
  ];

  test('in effect after 72 hours, once, though the job runs again', async () => {
    const { houses, service } = stage;
    const own = await claimed('time.example');
    await passTime(stage, 3 * DAY, own);
    expect(await ends('time.example', /in effect now/)).toEqual(inEffect('time.example'));
    const { database, clock, secrets, config } = service;
    const handler = domainClaimEndHandler({ db: database.db, clock, secrets, config, texts: createTexts('Gatehouse') });
    const payload = { domain: 'again.example', outcome: 'in-effect' as const, concerned: [houses.contoso.id] };
    const id = '01890000-0000-7000-8000-000000000001' as JobId;
    const job = {
      id,
      organizationId: houses.fabrikam.id,
      uniqueKey: null,
      payload,
      attempts: 1,
      createdAt: clock.now(),
    };
    await handler.run(job, AbortSignal.timeout(60_000));
    await handler.run({ ...job, attempts: 2 }, AbortSignal.timeout(60_000));
    expect(await ends('again.example', /in effect now/)).toEqual(inEffect('again.example'));
  });

  test('taken into effect at once', async () => {
    const own = await claimed('now.example');
    const anna = await stage.administrator(stage.houses.northwind);
    expect((await anna.send('POST', `${own.path}/now.example/effect`)).status).toBe(200);
    expect(await ends('now.example', /in effect now/)).toEqual(inEffect('now.example'));
    const toContoso = (await mailsAbout('now.example')).filter(({ to }) => to === 'admin@contoso.example');
    for (const { text } of toContoso) expect(text).not.toContain('Fabrikam');
  });

  test('withdrawn', async () => {
    const own = await claimed('withdrawn.example');
    await stage.api.send('DELETE', `${own.path}/withdrawn.example/verification`);
    expect(await ends('withdrawn.example', /is over/)).toEqual([
      ['admin@contoso', 'The claim on withdrawn.example is over'],
      ['admin@fabrikam', 'The claim of Fabrikam on withdrawn.example is over'],
      ['admin@northwind', 'The claim of Fabrikam on withdrawn.example is over'],
    ]);
    const [told] = (await mailsAbout('withdrawn.example')).filter(({ text }) => text.includes('It was withdrawn'));
    expect(told!.text).toContain('Nothing changed for anybody.');
  });

  test('its record gone: the claimer hears that as before, with what was found', async () => {
    const { dns } = stage;
    const own = await claimed('gone.example');
    await dns.ns1.publish(dns.zone(own.domain, [], { serial: 2, absence: 0 }));
    await passTime(stage, 6 * HOUR, own);
    await stage.mailbox.waitForMail({ to: 'admin@fabrikam.example', subject: /its record was not found/ });
    expect(await ends('gone.example', /is over|not found/)).toEqual([
      ['admin@contoso', 'The claim on gone.example is over'],
      ['admin@fabrikam', 'gone.example does not take effect: its record was not found'],
      ['admin@northwind', 'The claim of Fabrikam on gone.example is over'],
    ]);
  });

  test('and the list of managed organizations marks those whose domains are claimed, as long as it waits', async () => {
    const { houses } = stage;
    const litware = await stage.newOrganization('Litware');
    await addUser(deps(), litware, 'maria@nobody.example');
    const own = await stage.attempt('nobody.example', houses.fabrikam);
    const marked = async (): Promise<unknown> => {
      const { body } = await stage.api.get('/organizations?search=Litware');
      return body.items.map(({ id, domainClaims }: { id: string; domainClaims: number }) => [id, domainClaims]);
    };
    await prove(stage, own);
    expect(await marked()).toEqual([[org(litware), 1]]);
    await stage.api.send('DELETE', `${own.path}/nobody.example/verification`);
    expect(await marked()).toEqual([[org(litware), 0]]);
  });
});
