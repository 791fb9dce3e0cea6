import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { linkNamed, startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { addApiToken, addSession, addUser, foundNorthwind, org, usr } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { sendElsewhere } from '../support/stories.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import type { User } from '../../src/users/user.ts';

let service: TestService;
let mailbox: Mailbox;
let houses: Northwind;
let anna: User;
let administrator: ApiClient;
let program: ApiClient;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });

beforeAll(async () => {
  mailbox = await startMailbox();
  service = await startService({
    settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'Gatehouse <gatehouse@northwind.example>' },
  });
  houses = await foundNorthwind(deps());
  anna = await addUser(deps(), houses.northwind, 'anna@northwind.example', { role: 'administrator', breakGlass: true });
  administrator = apiClient(service.url, (await addSession(deps(), anna)).token);
  program = apiClient(service.url, await addApiToken(deps(), houses.northwind, 'administrator'));
});
afterAll(async () => {
  await service.close();
  await mailbox.stop();
});

describe('who calls', () => {
  test('a person in the console sees who it is and what it may do', async () => {
    const { status, body } = await administrator.get('/me');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      kind: 'user',
      user: { id: usr(anna), email: 'anna@northwind.example', emailProven: false },
      role: 'administrator',
      isRootAdministrator: true,
      organization: { id: org(houses.northwind), name: 'Northwind', managedOrganizations: 3, users: 1 },
      product: { name: 'Gatehouse' },
    });
    expect(Date.parse(body.factorFreshUntil)).toBeGreaterThan(service.clock.now().getTime());
  });

  test('a program sees the same without a person, and its use is noted', async () => {
    const { body } = await program.get('/me');
    expect(body).toMatchObject({ kind: 'api-token', user: null, role: 'administrator', factorFreshUntil: null });
    const tokens = await program.get(`/organizations/${org(houses.northwind)}/api-tokens`);
    expect(tokens.body.items).toHaveLength(1);
    expect(tokens.body.items[0].lastUsedAt).not.toBeNull();
    expect(JSON.stringify(tokens.body)).not.toContain('gatehouse_');
  });

  test('the document of the API is public and complete', async () => {
    const response = await fetch(`${service.url}/api/openapi.json`);
    const document = (await response.json()) as { openapi: string; paths: Record<string, object> };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toContain('/organizations/{organizationId}/users/{userId}/disable');
    expect(JSON.stringify(document)).not.toContain('#/$defs/');
  });
});

describe('managed organizations', () => {
  test('are listed by name, searched, and read page by page', async () => {
    const all = await administrator.get('/organizations');
    expect(all.body.items.map((line: { name: string }) => line.name)).toEqual([
      'Contoso',
      'Contoso Retail',
      'Fabrikam',
    ]);
    expect(all.body).toMatchObject({ total: 3, nextCursor: null });
    expect(all.body.items[0]).toMatchObject({ method: 'built-in', state: 'no-users', users: 0, lastLoginAt: null });

    const first = await administrator.get('/organizations?limit=2');
    const second = await administrator.get(`/organizations?limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body.items.map((line: { name: string }) => line.name)).toEqual(['Fabrikam']);
    const found = await administrator.get('/organizations?search=TOSO');
    expect(found.body.items.map((line: { name: string }) => line.name)).toEqual(['Contoso', 'Contoso Retail']);
    expect((await administrator.get('/organizations?search=%25')).body.items).toEqual([]);
  });

  test('that follow a held managing one say so, to those who reach only them as well', async () => {
    await sendElsewhere(service, houses.contoso);
    const { db } = service.database;
    const hold = { changes: [], part: null };
    await db
      .updateTable('connection')
      .set({ heldSince: service.clock.now(), hold: JSON.stringify(hold) })
      .where('organizationId', '=', houses.contoso.id)
      .execute();
    const follow = async (method: 'built-in' | 'same-as-managing') =>
      db.updateTable('organization').set({ method }).where('id', '=', houses.contosoRetail.id).execute();
    await follow('same-as-managing');
    const state = async () => (await administrator.get('/organizations?search=Contoso+Retail')).body.items[0].state;
    expect(await state()).toBe('held');
    const below = apiClient(service.url, await addApiToken(deps(), houses.contosoRetail, 'administrator'));
    const pane = await below.get(`/organizations/${org(houses.contosoRetail)}/authentication`);
    expect(pane.body).toMatchObject({ state: 'held', method: 'same-as-managing', connection: null });
    await follow('built-in');
    expect(await state()).toBe('no-users');
  });

  test('are created, renamed with the version that was read, and removed', async () => {
    const created = await administrator.send('POST', '/organizations', { name: 'Fabrikam Trading' });
    expect(created.status).toBe(201);
    const path = `/organizations/${created.body.id}`;
    expect(created.body).toMatchObject({
      managing: { name: 'Northwind' },
      path: [{ name: 'Northwind' }, { name: 'Fabrikam Trading' }],
      depth: 2,
      version: 1,
      loginUrl: `${service.url}/login/o/${created.body.id}`,
    });
    const twin = await administrator.send('POST', '/organizations', { name: 'fabrikam trading' });
    expect([twin.status, twin.body.code]).toEqual([409, 'organization.name-taken']);

    const renamed = await administrator.send('PATCH', path, {
      name: 'Fabrikam Trading Cycles',
      supportContact: 'help@fabrikam-trading.example',
      version: 1,
    });
    expect(renamed.body).toMatchObject({ name: 'Fabrikam Trading Cycles', version: 2 });
    const stale = await administrator.send('PATCH', path, { name: 'Other', version: 1 });
    expect([stale.status, stale.body.code]).toEqual([409, 'version.conflict']);
    const script = await administrator.send('PATCH', path, { supportContact: 'javascript:alert(1)', version: 2 });
    expect([script.status, script.body.errors[0].field]).toEqual([422, 'supportContact']);

    expect((await administrator.send('DELETE', path)).status).toBe(204);
    expect((await administrator.get(path)).status).toBe(404);
    const log = await administrator.get(
      `/organizations/${org(houses.northwind)}/audit-events?kind=organization.removed`,
    );
    expect(log.body.items[0]).toMatchObject({
      actor: { kind: 'user', id: usr(anna) },
      details: { managed: created.body.id },
    });
  });

  test('with people in it are removed only when the name is typed', async () => {
    const { body } = await administrator.send('POST', '/organizations', { name: 'Northwind Rail' });
    const path = `/organizations/${body.id}`;
    await administrator.send('POST', `${path}/invitations`, { addresses: 'leo@northwind-rail.example' });
    const refused = await administrator.send('DELETE', `${path}?confirm=Prose`);
    expect([refused.status, refused.body.code]).toEqual([422, 'confirmation.wrong']);
    expect((await administrator.send('DELETE', `${path}?confirm=Northwind Rail`)).status).toBe(204);
    const managing = await administrator.send('DELETE', `/organizations/${org(houses.contoso)}?confirm=Contoso`);
    expect([managing.status, managing.body.code]).toEqual([409, 'organization.not-empty']);
  });

  test('nest five deep', async () => {
    let managing = org(houses.contosoRetail);
    for (const name of ['Four', 'Five']) {
      const created = await administrator.send('POST', '/organizations', { name, managingOrganizationId: managing });
      managing = created.body.id;
    }
    const six = await administrator.send('POST', '/organizations', { name: 'Six', managingOrganizationId: managing });
    expect([six.status, six.body.code]).toEqual([422, 'organization.too-deep']);
  });
});

describe('invitations', () => {
  test('of pasted addresses tell what became of each, and the link is in the mail alone', async () => {
    const path = `/organizations/${org(houses.contoso)}/invitations`;
    const pasted = 'Maria <maria@contoso.example>; Tom@Contoso.example\nnot-an-address, MARIA@contoso.example';
    const { status, body } = await administrator.send('POST', path, { addresses: pasted });
    expect(status).toBe(201);
    expect(body.results.map((each: { outcome: string }) => each.outcome)).toEqual([
      'invited',
      'invited',
      'malformed',
      'repeated',
    ]);

    const mail = await mailbox.waitForMail({ to: 'maria@contoso.example' });
    expect(mail.subject).toBe('Welcome to Gatehouse');
    expect(mail.text).toContain('anna@northwind.example invites you');
    const link = linkNamed(mail, 'Access Gatehouse');
    expect(link.startsWith(`${service.url}/login/invitation/`)).toBe(true);
    const secret = link.split('/').at(-1)!;
    await mailbox.waitForMail({ to: 'Tom@Contoso.example' });

    await expect
      .poll(async () => (await administrator.get(path)).body.items.map((each: never) => each['delivery']['state']))
      .toEqual(['sent', 'sent']);
    const users = await administrator.get(`/organizations/${org(houses.contoso)}/users`);
    expect(users.body.items.map((each: never) => [each['email'], each['status']])).toEqual([
      ['maria@contoso.example', 'pending'],
      ['Tom@Contoso.example', 'pending'],
    ]);
    expect(JSON.stringify([body, users.body, (await administrator.get(path)).body])).not.toContain(secret);

    const again = await administrator.send('POST', path, { addresses: 'maria@contoso.example' });
    expect(again.body.results[0].outcome).toBe('invited-again');
    const fresh = await mailbox.waitForMail({ to: 'maria@contoso.example' });
    expect(linkNamed(fresh, 'Access Gatehouse')).not.toBe(link);
    const open = await administrator.get(path);
    expect(open.body.items).toHaveLength(2);

    const id = again.body.results[0].invitation.id;
    const revoked = await administrator.send('POST', `${path}/${id}/revoke`);
    expect(revoked.body.state).toBe('revoked');
    expect((await administrator.get(`${path}?state=all`)).body.items.map((each: never) => each['state'])).toEqual([
      'revoked',
      'open',
      'revoked',
    ]);
  });

  test('that the mail server refuses show what it said', async () => {
    mailbox.refuse('nobody@contoso.example');
    const path = `/organizations/${org(houses.contoso)}/invitations`;
    await administrator.send('POST', path, { addresses: 'nobody@contoso.example' });
    await expect
      .poll(async () => (await administrator.get(path)).body.items[0].delivery)
      .toMatchObject({ state: 'failed', attempts: 1, lastError: expect.stringContaining('550') });
  });
});

describe('users', () => {
  test('are disabled with what that ends, enabled, and removed when the address is typed', async () => {
    const lena = await addUser(deps(), houses.fabrikam, 'lena@fabrikam.example', { role: 'viewer' });
    const session = await addSession(deps(), lena);
    const asLena = apiClient(service.url, session.token);
    expect((await asLena.get('/me')).status).toBe(200);

    const path = `/organizations/${org(houses.fabrikam)}/users/${usr(lena)}`;
    expect((await administrator.get(path)).body).toMatchObject({ sessions: 1, identities: [], applicationRoles: [] });
    const disabled = await administrator.send('POST', `${path}/disable`);
    expect(disabled.body).toMatchObject({
      user: { status: 'disabled', sessions: 0 },
      ended: { sessions: 1, applications: 1 },
    });
    expect((await asLena.get('/me')).status).toBe(401);

    expect((await administrator.send('POST', `${path}/enable`)).body.status).toBe('pending');
    expect((await asLena.get('/me')).status).toBe(401);
    expect((await administrator.send('DELETE', `${path}?confirm=lena`)).body.code).toBe('confirmation.wrong');
    expect((await administrator.send('DELETE', `${path}?confirm=Lena@fabrikam.example`)).status).toBe(200);
    expect((await administrator.get(path)).body.code).toBe('user.not-found');
  });

  test('get a role from an administrator with a fresh factor', async () => {
    const noah = await addUser(deps(), houses.contoso, 'noah@contoso.example');
    const path = `/organizations/${org(houses.contoso)}/users/${usr(noah)}`;
    const stale = await addSession(deps(), anna, { factorAt: null });
    const refused = await apiClient(service.url, stale.token).send('PATCH', path, { role: 'editor', version: 1 });
    expect([refused.status, refused.body.code]).toEqual([403, 'caller.stale-factor']);
    const given = await administrator.send('PATCH', path, { role: 'editor', version: 1 });
    expect(given.body).toMatchObject({ role: 'editor', version: 2 });
  });

  test('the last administrator and the last break-glass administrator of the root stay', async () => {
    const path = `/organizations/${org(houses.northwind)}/users/${usr(anna)}`;
    for (const attempt of [
      await administrator.send('POST', `${path}/disable`),
      await administrator.send('PATCH', path, { role: 'viewer', version: 1 }),
      await administrator.send('DELETE', `${path}?confirm=anna@northwind.example`),
    ]) {
      expect([attempt.status, attempt.body.code]).toEqual([409, 'user.last-administrator']);
    }
    await addUser(deps(), houses.northwind, 'ben@northwind.example', { role: 'administrator' });
    expect((await administrator.send('POST', `${path}/disable`)).body.code).toBe('user.last-administrator');
  });
});
