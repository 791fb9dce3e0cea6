import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { DAY, after } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { randomUuid } from '../../src/base/random.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import type { OpenDatabase } from '../../src/db/open-database.ts';
import { QUOTA_DEFAULTS, QUOTA_KINDS } from '../../src/organizations/quotas/quota.ts';
import { readQuotas } from '../../src/organizations/quotas/read-quotas.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiAnswer, ApiClient } from '../support/api-client.ts';
import { countStatements } from '../support/count-statements.ts';
import { addApiToken, addSession, addUser, foundNorthwind, operatorAt, org } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { createTestDatabase, SHARES_STATEMENTS } from '../support/start-database.ts';
import type { TestDatabase } from '../support/start-database.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { createUser } from '../../src/users/create-user.ts';
import { parseEmailAddress } from '../../src/users/email-address.ts';
import { SERVICE } from '../../src/audit/audit-event.ts';

// Lesson: whoever may create may create without end, by many requests at once, below and in bulk; one customer's tree then
// takes the room of all.

/** As many as the issue of this rule asks for. */
const AT_ONCE = 30;

let own: TestDatabase;
let second: OpenDatabase;
let servers: [TestService, TestService];
let houses: Northwind;
let root: ApiClient;
/** Administrators of Contoso, at either server, and of Contoso Retail below it. */
let contoso: [ApiClient, ApiClient];
let retail: ApiClient;
let program: [ApiClient, ApiClient];
let made = 0;
const deps = () => ({ db: own.db, clock: servers[0].clock, url: servers[0].url });

beforeAll(async () => {
  own = await createTestDatabase({ started: true, poolSize: 16 });
  const first = await startService({ database: own });
  second = await openDatabase({ source: { url: own.url }, log: silentLog, poolSize: 16, ...SHARES_STATEMENTS });
  servers = [first, await startService({ database: { ...own, db: second.db, open: second }, publicUrl: first.url })];
  houses = await foundNorthwind(deps());
  const anna = await addUser(deps(), houses.northwind, 'anna@northwind.example', { role: 'administrator' });
  root = apiClient(first.url, (await addSession(deps(), anna)).token);
  const maria = await addUser(deps(), houses.contoso, 'maria@contoso.example', { role: 'administrator' });
  const { token } = await addSession(deps(), maria);
  contoso = [apiClient(servers[0].url, token), apiClient(servers[1].url, token)];
  const rosa = await addUser(deps(), houses.contosoRetail, 'rosa@contoso.example', { role: 'administrator' });
  retail = apiClient(first.url, (await addSession(deps(), rosa)).token);
  const secret = await addApiToken(deps(), houses.contoso, 'administrator');
  program = [apiClient(servers[0].url, secret), apiClient(servers[1].url, secret)];
});
afterAll(async () => {
  for (const server of servers ?? []) await server.close();
  await second?.close();
  await own?.close();
});
beforeEach(async () => void (await limit(houses.contoso, { users: null, organizations: null, mails: null })));

const limitsPath = (organization: Organization): string => `/organizations/${org(organization)}/limits`;
const limit = async (organization: Organization, most: object, by = root): Promise<ApiAnswer> =>
  by.send('PATCH', limitsPath(organization), most);
async function usage(organization: Organization, kind: string): Promise<{ used: number; most: number }> {
  const { body } = await root.get(limitsPath(organization));
  return (body.limits as { kind: string; used: number; most: number }[]).find((one) => one.kind === kind)!;
}
/** Sets a limit so that so many more fit. */
async function leave(organization: Organization, kind: 'users' | 'organizations' | 'mails', more: number) {
  const { used } = await usage(organization, kind);
  expect((await limit(organization, { [kind]: used + more })).status).toBe(200);
  return used;
}
const address = (): string => `new-${(made += 1)}@contoso.example`;
const invite = async (client: ApiClient, organization: Organization, addresses: string): Promise<ApiAnswer> =>
  client.send('POST', `/organizations/${org(organization)}/invitations`, { addresses }, key());
const found = async (client: ApiClient, above: Organization): Promise<ApiAnswer> =>
  client.send('POST', '/organizations', { name: `Branch ${(made += 1)}`, managingOrganizationId: org(above) }, key());
const key = () => ({ 'idempotency-key': randomUuid() });
const outcomes = ({ body }: ApiAnswer): string[] => (body.results as { outcome: string }[]).map((one) => one.outcome);
/** Sends anew what waited longer than anybody waits for the database, on a slow machine: nothing was done then. */
async function untilAnswered(send: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
  for (;;) {
    const answer = await send();
    if (answer.status !== 503) return answer;
  }
}
async function countUsers(below: Organization): Promise<number> {
  const row = await own.db
    .selectFrom('appUser')
    .innerJoin('organization', 'organization.id', 'appUser.organizationId')
    .select((of) => of.fn.countAll<string>().as('count'))
    .where('organization.path', 'like', `${below.path}%`)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

test('thirty users at once over two servers, in an organization and one below it: as many as fit, and no more', async () => {
  const used = await leave(houses.contoso, 'users', 7);
  const answers = await Promise.all(
    Array.from({ length: AT_ONCE }, async (_, at) =>
      untilAnswered(async () =>
        invite(program[at % 2]!, at % 3 === 0 ? houses.contosoRetail : houses.contoso, address()),
      ),
    ),
  );
  expect(answers.filter(({ status }) => ![201, 409].includes(status))).toEqual([]);
  const invited = answers.filter((answer) => answer.status === 201 && outcomes(answer)[0] === 'invited');
  expect(invited).toHaveLength(7);
  expect(await countUsers(houses.contoso)).toBe(used + 7);
  expect(await usage(houses.contoso, 'users')).toMatchObject({ used: used + 7, most: used + 7 });
});

test('thirty organizations at once over two servers: as many as fit, and no more', async () => {
  const used = await leave(houses.contoso, 'organizations', 4);
  const answers = await Promise.all(
    Array.from({ length: AT_ONCE }, async (_, at) =>
      untilAnswered(async () => found(program[at % 2]!, at % 2 === 0 ? houses.contosoRetail : houses.contoso)),
    ),
  );
  const statuses = answers.map(({ status }) => status).toSorted((one, other) => one - other);
  expect(statuses).toEqual([...Array.from({ length: 4 }, () => 201), ...Array.from({ length: 26 }, () => 409)]);
  expect(await usage(houses.contoso, 'organizations')).toMatchObject({ used: used + 4 });
});

test('the refusal says what is used, the limit, and who raises it; nothing is half done', async () => {
  const used = await leave(houses.contoso, 'organizations', 0);
  const { status, body } = await found(contoso[0], houses.contoso);
  expect({ status, code: body.code }).toEqual({ status: 409, code: 'quota.reached' });
  expect(body.title).toBe(
    `Managed organizations: ${used} of ${used} in Contoso and below it. An administrator of the root organization can raise this limit.`,
  );
  const events = await own.db
    .selectFrom('auditEvent')
    .select('id')
    .where('kind', '=', 'organization.created')
    .where('details', '@>', JSON.stringify({ name: `Branch ${made}` }))
    .execute();
  expect(events).toEqual([]);
});

test('an organization below is refused by the limit above it, and not told what that tree holds', async () => {
  await leave(houses.contoso, 'organizations', 0);
  const { status, body } = await found(retail, houses.contosoRetail);
  expect({ status, code: body.code }).toEqual({ status: 409, code: 'quota.reached-above' });
  expect(body.title).not.toMatch(/\d|Contoso/);
  await leave(houses.contoso, 'users', 0);
  const invited = await invite(retail, houses.contosoRetail, address());
  expect(outcomes(invited)).toEqual(['too-many-users']);
  expect((invited.body.results as { reached: string }[])[0]?.reached).not.toMatch(/\d|Contoso/);
});

test('of a list of addresses as many are invited as fit, and each of the others is named with the reason', async () => {
  const used = await leave(houses.contoso, 'users', 2);
  const answer = await invite(contoso[0], houses.contoso, [address(), address(), address()].join(' '));
  expect(outcomes(answer).toSorted()).toEqual(['invited', 'invited', 'too-many-users']);
  const refused = (answer.body.results as { outcome: string; reached: string | null }[]).filter((one) => one.reached);
  expect(refused.map((one) => one.reached)).toEqual([
    `Users: ${used + 2} of ${used + 2} in Contoso and below it. An administrator of the root organization can raise this limit.`,
  ]);
  expect(await countUsers(houses.contoso)).toBe(used + 2);
});

test('mails that administrators cause are counted in a day; a password reset and a code are not', async () => {
  await leave(houses.contoso, 'mails', 1);
  const first = address();
  expect(outcomes(await invite(contoso[0], houses.contoso, first))).toEqual(['invited']);
  const used = await countUsers(houses.contoso);
  expect(outcomes(await invite(contoso[0], houses.contoso, `${first} ${address()}`))).toEqual([
    'too-many-mails',
    'too-many-mails',
  ]);
  // Nobody was made whose mail was not written.
  expect(await countUsers(houses.contoso)).toBe(used);
  const counted = await usage(houses.contoso, 'mails');
  await own.db
    .insertInto('mailOutbox')
    .values({
      id: randomUuid(),
      organizationId: houses.contoso.id,
      kind: 'password-reset',
      recipient: first,
      createdAt: servers[0].clock.now(),
    } as never)
    .execute();
  expect(await usage(houses.contoso, 'mails')).toEqual(counted);
  const { quotas } = await readQuotas(
    { db: own.db, clock: { now: () => after(servers[0].clock.now(), DAY) } },
    operatorAt(houses.northwind),
    { organizationId: houses.contoso.id },
  );
  expect(quotas.find((one) => one.kind === 'mails')?.used).toBe(0);
});

test('what is removed makes room, also with its organization', async () => {
  const before = (await usage(houses.contoso, 'users')).used;
  const { body } = await found(contoso[0], houses.contoso);
  const gone = { id: body.id as string, name: body.name as string };
  await contoso[0].send('POST', `/organizations/${gone.id}/invitations`, { addresses: address() }, key());
  expect((await usage(houses.contoso, 'users')).used).toBe(before + 1);
  const organizations = (await usage(houses.contoso, 'organizations')).used;
  const removal = `/organizations/${gone.id}?confirm=${encodeURIComponent(gone.name)}`;
  expect((await root.send('DELETE', removal)).status).toBe(204);
  expect((await usage(houses.contoso, 'users')).used).toBe(before);
  expect((await usage(houses.contoso, 'organizations')).used).toBe(organizations - 1);
});

test('no administrator below the root sets a limit, and the root’s own are the operator’s', async () => {
  for (const client of [contoso[0], retail, program[0]]) {
    expect((await limit(houses.contoso, { users: 1_000_000 }, client)).status).toBeOneOf([403, 404]);
  }
  expect((await limit(houses.northwind, { users: 1_000_000 })).status).toBe(403);
  expect((await usage(houses.contoso, 'users')).most).toBe(100_000);
});

test('to make a user costs no statement more than the limit it is counted by: triggers count at the commit', async () => {
  const make = async () =>
    createUser(deps(), SERVICE, { organizationId: houses.contoso.id, address: parseEmailAddress(address()) });
  const { count } = await countStatements(make);
  expect(count.texts.filter((text) => /quota/i.test(text))).toEqual([]);
  expect(count.statements).toBe(2);
});

test('what triggers count is what is there', async () => {
  const read = async (): Promise<string[]> => {
    const rows = await own.db.selectFrom('quotaUsage').selectAll().where('kind', '<>', 'mails').execute();
    const there = rows.filter(({ used }) => used > 0);
    return there.map(({ organizationId, kind, used }) => `${organizationId} ${kind} ${used}`).toSorted();
  };
  const kept = await read();
  expect(kept.length).toBeGreaterThan(4);
  await own.open.migrating(async (owner) => {
    await owner.transaction().execute(async (tx) => {
      await sql`select set_config('role', tableowner, true) from pg_tables where tablename = 'quota_usage'`.execute(tx);
      await sql`call gatehouse_fill_quota_usage()`.execute(tx);
    });
  });
  expect(await read()).toEqual(kept);
});

test('the defaults of the code are those of the database', async () => {
  for (const [of, depth] of [
    ['root', 1],
    ['managed', 2],
  ] as const) {
    for (const kind of QUOTA_KINDS) {
      const { rows } = await sql<{ most: number }>`select gatehouse_quota_default(${kind}, ${depth}) as most`.execute(
        own.db,
      );
      expect([of, kind, rows[0]?.most]).toEqual([of, kind, QUOTA_DEFAULTS[of][kind]]);
    }
  }
});
