import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { MailId } from '../../src/base/ids.ts';
import { timeOrderedUuid } from '../../src/base/random.ts';
import { bodyPlace } from '../../src/mail/post-mail.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import type { User } from '../../src/users/user.ts';
import { apiClient } from '../support/api-client.ts';
import { addApiToken, addSession, addUser, foundNorthwind } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: what a mail carries is as good as the person's password; and where somebody is written to is the business of those
// who look after that person alone.

const SECRET = 'a-link-that-lets-somebody-in';
const SAID = '550 no-such-box for somebody.else@contoso.example';

let service: TestService;
let houses: Northwind;
let maria: User;
let pavel: User;

const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });
const usr = (user: User): string => formatId('usr', user.id);
const org = (organization: Organization): string => formatId('org', organization.id);

/** A mail that failed and could be sent again. */
async function addFailed(user: User, organization: Organization | null, sealed = true): Promise<MailId> {
  const now = service.clock.now();
  const id = timeOrderedUuid(now) as MailId;
  const organizationId = organization?.id ?? null;
  const body = JSON.stringify({ subject: SECRET, text: SECRET, html: SECRET });
  await service.database.db
    .insertInto('mailOutbox')
    .values({
      id,
      organizationId,
      userId: user.id,
      kind: 'invitation',
      recipient: user.email,
      replaceKey: SECRET,
      sealedMessage: sealed ? service.secrets.seal(body, bodyPlace(id, organizationId)) : null,
      failedAt: now,
      errorCode: 'recipient-refused',
      lastError: SAID,
      createdAt: now,
      expiresAt: new Date(now.getTime() + 86_400_000),
    })
    .execute();
  return id;
}

const outbox = async () =>
  service.database.db.selectFrom('mailOutbox').select(['id', 'failedAt', 'nextAttemptAt']).orderBy('id').execute();

async function tokenOf(house: Organization, role: 'administrator' | 'editor' | 'viewer', how: 'person' | 'program') {
  if (how === 'program') return addApiToken(deps(), house, role);
  const person = await addUser(deps(), house, `${role}-${Math.random()}@northwind.example`, { role });
  return (await addSession(deps(), person)).token;
}

beforeAll(async () => {
  service = await startService();
  houses = await foundNorthwind(deps());
  maria = await addUser(deps(), houses.contoso, 'maria@contoso.example');
  pavel = await addUser(deps(), houses.fabrikam, 'pavel@fabrikam.example');
  await addFailed(pavel, houses.fabrikam);
});
afterAll(async () => service?.close());

test('who may not see a user sees none of its mails and sends none again, by whichever address', async () => {
  const mail = formatId('mai', await addFailed(maria, houses.contoso));
  const before = await outbox();
  for (const how of ['person', 'program'] as const) {
    for (const house of [houses.fabrikam, houses.contosoRetail]) {
      const eve = apiClient(service.url, await tokenOf(house, 'administrator', how));
      const theirs = `/organizations/${org(houses.contoso)}/users/${usr(maria)}/mails`;
      const nobodys = { status: 404, body: { code: 'organization.not-found' } };
      expect(await eve.get(theirs)).toMatchObject(nobodys);
      expect(await eve.send('POST', `${theirs}/${mail}/send-again`)).toMatchObject(nobodys);
      // Their own organization in the path, the other's user behind it.
      const mixed = `/organizations/${org(house)}/users/${usr(maria)}/mails`;
      const noUser = { status: 404, body: { code: 'user.not-found' } };
      expect(await eve.get(mixed)).toMatchObject(noUser);
      expect(await eve.send('POST', `${mixed}/${mail}/send-again`)).toMatchObject(noUser);
    }
    // Their own user in the path, the mail of another's user behind it.
    const eve = apiClient(service.url, await tokenOf(houses.fabrikam, 'administrator', how));
    const own = `/organizations/${org(houses.fabrikam)}/users/${usr(pavel)}/mails`;
    expect(await eve.send('POST', `${own}/${mail}/send-again`)).toMatchObject({
      status: 404,
      body: { code: 'mail.not-found' },
    });
    const listed = (await eve.get(own)).body as { items: { id: string; recipient: string }[] };
    expect(listed.items.map(({ recipient }) => recipient)).toEqual([pavel.email]);
    // A place in the list that is another's mail leads to no mail of theirs.
    const cursor = Buffer.from(JSON.stringify([mail])).toString('base64url');
    const after = (await eve.get(`${own}?cursor=${cursor}`)).body as { items: { recipient: string }[] };
    expect(after.items.filter(({ recipient }) => recipient !== pavel.email)).toEqual([]);
  }
  expect(await outbox()).toEqual(before);
});

test('who may only look sends nothing again', async () => {
  const mail = formatId('mai', await addFailed(maria, houses.contoso));
  const before = await outbox();
  const viewer = apiClient(service.url, await tokenOf(houses.contoso, 'viewer', 'person'));
  const mails = `/organizations/${org(houses.contoso)}/users/${usr(maria)}/mails`;
  expect((await viewer.get(mails)).status).toBe(200);
  expect(await viewer.send('POST', `${mails}/${mail}/send-again`)).toMatchObject({
    status: 403,
    body: { code: 'caller.denied' },
  });
  expect(await outbox()).toEqual(before);
});

test('what a mail says, the key of its link and what the mail server said are shown to nobody', async () => {
  await addFailed(maria, houses.northwind);
  for (const house of [houses.contoso, houses.northwind]) {
    const admin = apiClient(service.url, await tokenOf(house, 'administrator', 'person'));
    const { status, body } = await admin.get(`/organizations/${org(houses.contoso)}/users/${usr(maria)}/mails`);
    const { items } = body as { items: Record<string, unknown>[] };
    expect(status).toBe(200);
    expect(items.length).toBeGreaterThan(0);
    expect(JSON.stringify(body)).not.toMatch(/a-link-that|no-such-box|somebody\.else|sealed|replace/i);
    // Whose mail it was, where that is an organization above, is not told either.
    expect(JSON.stringify(body)).not.toContain('Northwind');
    for (const item of items) {
      const shown = 'canBeSentAgain createdAt id kind lastError nextAttemptAt recipient sentAt state';
      expect(Object.keys(item).toSorted()).toEqual(shown.split(' '));
    }
  }
});

test('the list has pages, and a failed mail goes out once more, is recorded, and not more often than ten times in an hour', async () => {
  const lena = await addUser(deps(), houses.contoso, 'lena@contoso.example');
  const ids: string[] = [];
  for (let n = 0; n < 12; n += 1) {
    service.clock.advance(1);
    ids.unshift(formatId('mai', await addFailed(lena, houses.contoso)));
  }
  service.clock.advance(1);
  const erased = formatId('mai', await addFailed(lena, houses.contoso, false));
  const admin = apiClient(service.url, await tokenOf(houses.contoso, 'editor', 'person'));
  const mails = `/organizations/${org(houses.contoso)}/users/${usr(lena)}/mails`;
  type Page = {
    items: { id: string; state: string; lastError: string; canBeSentAgain: boolean }[];
    nextCursor: string;
  };
  const first = (await admin.get(`${mails}?limit=10`)).body as Page;
  const second = (await admin.get(`${mails}?limit=10&cursor=${first.nextCursor}`)).body as Page;
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([erased, ...ids]);
  expect(second.nextCursor).toBeNull();
  expect(first.items[0]).toMatchObject({ state: 'failed', canBeSentAgain: false });
  expect(first.items[1]).toMatchObject({
    state: 'failed',
    canBeSentAgain: true,
    lastError: expect.stringMatching(/./),
  });

  expect((await admin.send('POST', `${mails}/${erased}/send-again`)).body).toMatchObject({ code: 'mail.erased' });
  const answers = [];
  for (const id of ids.slice(0, 10)) answers.push((await admin.send('POST', `${mails}/${id}/send-again`)).status);
  expect(answers).toEqual([...Array.from({ length: 9 }, () => 204), 429]);
  const now = (await admin.get(`${mails}?limit=200`)).body as Page;
  // Nobody runs jobs here or the mails are taken meanwhile: they are no failure any more.
  expect(now.items.filter(({ state }) => state === 'failed')).toHaveLength(13 - 9);
  const events = await service.database.db
    .selectFrom('auditEvent')
    .select(['userId', 'organizationId', 'details'])
    .where('kind', '=', 'mail.sent-again')
    .execute();
  expect(events).toHaveLength(9);
  expect(events[0]).toMatchObject({
    userId: lena.id,
    organizationId: houses.contoso.id,
    details: { kind: 'invitation', recipient: lena.email },
  });
});
