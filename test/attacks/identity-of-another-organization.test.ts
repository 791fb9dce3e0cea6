import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import { callbacksOf, configure, gained, goToProvider } from '../support/federation.ts';
import { makeManaged } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Page } from '../support/page.ts';
import { addUser } from '../support/people.ts';
import { startContoso } from '../support/start-provider.ts';
import type { Contoso } from '../support/start-provider.ts';

/**
 * The same address, the same subject, even the same issuer from another organization's provider: none of it makes anybody
 * somebody of Contoso.
 */
const MARIA = { id: 'c-1', email: 'maria@contoso.example', name: 'Maria', username: 'maria', password: 'pw-maria' };

let ground: HostileGround;
let contosoProvider: Contoso;
let contoso: Organization;

beforeAll(async () => {
  ground = await startHostileGround();
  contoso = await makeManaged(ground.service, ground.root, 'Contoso');
  contosoProvider = await startContoso({ users: [MARIA] });
  const front = { responseTypes: ['id_token' as const], redirectUris: [callbacksOf(ground.service, contoso).shared] };
  await contosoProvider.addClients({ ...front, clientId: 'honest' }, { ...front, clientId: 'of-fabrikam-trading' });
  await addUser(deps(), contoso, MARIA.email, { role: 'administrator' });
  await configure(ground.service, contoso, {
    method: 'openid-connect',
    clientId: 'honest',
    discoveryUrl: contosoProvider.issuer,
    credential: 'none',
    flow: 'id-token',
  });
  await using browser = ground.openBrowser();
  const done = await logInAtContoso(browser, MARIA.email);
  if (!done.title.includes('Your applications')) throw new Error(`Maria stayed at ${done.title}`);
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
  await contosoProvider?.stop();
});
beforeEach(async () => {
  await contosoProvider.endSessions();
  ground.provider.setFaults({});
});

const deps = () => ({ db: ground.service.database.db, clock: ground.service.clock });

async function logInAtContoso(browser: HttpBrowser, email: string): Promise<Page> {
  const page = await goToProvider(browser, ground.service, email);
  return browser.submit(page, { username: 'maria', password: MARIA.password }, { button: 'Log in' });
}

test('a hostile provider that states Maria’s address as verified, or her subject, logs in nobody of Contoso', async () => {
  await ground.use('id-token');
  const before = await gained(ground.service, contoso);
  for (const person of [
    { sub: 'h-1', email: MARIA.email, email_verified: true },
    { sub: MARIA.id, email: MARIA.email, email_verified: true, preferred_username: MARIA.email },
    { sub: 'h-2', email: `${MARIA.email}\r\nBcc: ${MALLORY}`, email_verified: true },
    { sub: 'h-3', email: [MARIA.email, MALLORY] as never, email_verified: true },
    { sub: 'h-4', email: 'mаllory@fabrikam-trading.example', email_verified: true }, // a Cyrillic letter
    { sub: 'h-5', email: MALLORY, email_verified: 'true' },
  ]) {
    ground.provider.person = person;
    await using browser = ground.openBrowser();
    const page = await ground.tryLogin(browser);
    expect(page.title).not.toContain('Your applications');
    expect(page.status).toBeLessThan(500);
  }
  expect(await gained(ground.service, contoso)).toEqual(before);
  expect(await gained(ground.service, ground.organization)).toEqual({ sessions: 0, identities: 0 });
});

test('a sibling that configures Contoso’s own provider reaches its own users alone', async () => {
  await configure(ground.service, ground.organization, {
    method: 'openid-connect',
    clientId: 'of-fabrikam-trading',
    discoveryUrl: contosoProvider.issuer,
    credential: 'none',
    flow: 'id-token',
  });
  const before = await gained(ground.service, contoso);
  await using browser = ground.openBrowser();
  // Maria of Contoso comes back from her own provider, into a login of Fabrikam Trading.
  const asked = await logInAtContoso(browser, MALLORY);
  expect(asked.text).toContain(`This account is ${MALLORY}`);
  expect(await gained(ground.service, contoso)).toEqual(before);
  expect(await gained(ground.service, ground.organization)).toEqual({ sessions: 0, identities: 0 });
});

test('a subject bound once is nobody else’s, and its user gets no second one', async () => {
  ground.provider.person = { sub: 'h-1', email: MALLORY, email_verified: true };
  await ground.use('id-token');
  await using first = ground.openBrowser();
  expect((await ground.tryLogin(first)).title).toContain('Your applications');
  // The person was made anew there: another subject, the same address.
  ground.provider.person = { sub: 'h-9', email: MALLORY, email_verified: true };
  await using second = ground.openBrowser();
  const refused = await ground.tryLogin(second);
  expect(refused.text).toContain('An administrator of your organization sees both');
  expect(await gained(ground.service, ground.organization)).toMatchObject({ identities: 1 });
});

test('no claim gives a role', async () => {
  const claims = {
    role: 'admin',
    roles: ['administrator'],
    console_role: 'administrator',
    groups: Array(5000).fill('g'),
  };
  ground.provider.person = { sub: 'h-1', email: MALLORY, name: `${'n'.repeat(100_000)}`, ...claims };
  await using browser = ground.openBrowser();
  await ground.tryLogin(browser);
  const user = await deps()
    .db.selectFrom('appUser')
    .select(['consoleRole', 'name'])
    .where('email', '=', MALLORY)
    .executeTakeFirstOrThrow();
  expect(user.consoleRole).toBeNull();
  expect((user.name ?? '').length).toBeLessThanOrEqual(120);
});

test('a code for the mailbox is sent to nobody who may not log in by then', async () => {
  const { db } = deps();
  await db.deleteFrom('identity').where('organizationId', '=', ground.organization.id).execute();
  ground.provider.person = { sub: 'h-10', email: 'another@fabrikam-trading.example' };
  await ground.use('id-token');
  await using browser = ground.openBrowser();
  const asked = await ground.tryLogin(browser);
  expect(asked.text).toContain(`This account is ${MALLORY}`);
  const become = async (status: 'disabled' | 'verified'): Promise<unknown> =>
    db.updateTable('appUser').set({ status }).where('email', '=', MALLORY).execute();
  await become('disabled');
  const page = await browser.submit(asked, {}, { button: `Send a code to ${MALLORY}` });
  await become('verified');
  expect(page.title).toContain('You could not be logged in');
  const mails = await db.selectFrom('mailOutbox').select('id').where('kind', '=', 'binding-code').execute();
  expect(mails).toEqual([]);
});
