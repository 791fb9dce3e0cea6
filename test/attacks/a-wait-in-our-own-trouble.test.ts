import { afterAll, beforeAll, expect, test } from 'vitest';
import { leadsTo, startWaitingStage } from '../support/dns/waiting-domains.ts';
import type { WaitingStage } from '../support/dns/waiting-domains.ts';
import { passTime, prove } from '../support/dns/domain-attempts.ts';
import { startFaultyResolver } from '../support/dns/faulty-resolver.ts';
import type { FaultyResolver } from '../support/dns/faulty-resolver.ts';
import { addUser } from '../support/people.ts';
import { queryAs } from '../support/query.ts';
import { sendElsewhere } from '../support/stories.ts';

// Lesson: the wait of a claimed domain protects people only while our own side works. A mail that could not be written let the
// claim take effect although nobody had been told; a resolver that denied everything ended every wait.

const HOUR = 3600;
const DAY = 24 * HOUR;
const MANY = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}.many.example`);

let resolver: FaultyResolver;
let stage: WaitingStage;
beforeAll(async () => {
  resolver = await startFaultyResolver();
  stage = await startWaitingStage(
    ['untold.example', 'denied.example', ...MANY],
    {},
    {
      GATEHOUSE_DNS_RESOLVERS: resolver.server,
    },
  );
  resolver.upstream = stage.dns.settings['GATEHOUSE_DNS_RESOLVERS']!;
  await sendElsewhere(stage.service, stage.houses.fabrikam);
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
  await resolver?.[Symbol.asyncDispose]();
});

const deps = () => ({ db: stage.service.database.db, clock: stage.service.clock, url: stage.service.url });
const untold = async (domain: string): Promise<unknown[]> =>
  deps()
    .db.selectFrom('domainClaim')
    .select('organizationId')
    .where('domain', '=', domain)
    .where('announcedAt', 'is', null)
    .execute();

test('a claim takes no effect before everybody is told, and one who cannot be keeps nobody else from hearing', async () => {
  const { houses, mailbox, service } = stage;
  const wingtip = await stage.newOrganization('Wingtip');
  await addUser(deps(), wingtip, 'admin@wingtip.example', { role: 'administrator', proven: true });
  await addUser(deps(), wingtip, 'ines@untold.example');
  await addUser(deps(), houses.contoso, 'maria@untold.example');
  await queryAs(
    service.database.url,
    `create function refuse_mail() returns trigger language plpgsql as $$ begin
       if new.recipient = 'admin@contoso.example' then raise exception 'no mail to this one'; end if;
       return new;
     end $$;
     create trigger refuse_mail before insert on mail_outbox for each row execute function refuse_mail()`,
  );
  const own = await stage.attempt('untold.example', houses.fabrikam);
  expect((await prove(stage, own)).state).toBe('waiting');
  for (const to of ['wingtip', 'fabrikam', 'northwind']) {
    await mailbox.waitForMail({ to: `admin@${to}.example`, subject: /untold.example/ });
  }
  expect(await untold(own.domain)).toEqual([{ organizationId: houses.contoso.id }]);

  const [later] = await passTime(stage, 3 * DAY, own);
  expect(later).toMatchObject({ state: 'waiting' });
  const left = new Date(later!.wait!.takesEffectAt).getTime() - service.clock.now().getTime();
  expect(left).toBeGreaterThan(71 * HOUR * 1000);
  expect(await leadsTo(stage, 'maria@untold.example')).toBeUndefined();

  await queryAs(service.database.url, 'drop trigger refuse_mail on mail_outbox');
  await passTime(stage, 6 * HOUR, own);
  await mailbox.waitForMail({ to: 'admin@contoso.example', subject: /untold.example/ });
  expect(await untold(own.domain)).toEqual([]);
  const toWingtip = mailbox.mails.filter(({ to }) => to.includes('admin@wingtip.example'));
  expect(toWingtip).toHaveLength(1);
  const { wait } = await own.read();
  expect((await passTime(stage, DAY, own))[0]).toMatchObject({ state: 'waiting', wait });
  expect((await passTime(stage, 2 * DAY, own))[0]).toMatchObject({ state: 'verified' });
});

test('a resolver that denies everything ends no wait', async () => {
  const { houses } = stage;
  await addUser(deps(), houses.contoso, 'maria@denied.example');
  const own = await stage.attempt('denied.example');
  const { wait } = await prove(stage, own);
  await expect.poll(async () => untold(own.domain)).toEqual([]);
  resolver.denies = true;
  expect((await passTime(stage, 6 * HOUR, own))[0]).toMatchObject({ state: 'waiting', wait });
  resolver.denies = false;
  expect((await passTime(stage, 3 * DAY, own))[0]).toMatchObject({ state: 'verified' });
});

// Last: a discarded run puts off every domain in it.
test('many waiting domains gone at once are our own trouble: no wait ends', async () => {
  const { dns, houses } = stage;
  const owns = [];
  for (const domain of MANY) {
    await addUser(deps(), houses.contoso, `maria@${domain}`);
    const own = await stage.attempt(domain);
    expect((await prove(stage, own)).state).toBe('waiting');
    owns.push(own);
  }
  await dns.ns1.publish(...MANY.map((domain) => dns.zone(domain, [], { serial: 2, absence: 0 })));
  for (const own of await passTime(stage, 6 * HOUR, ...owns)) expect(own).toMatchObject({ state: 'waiting' });
});
