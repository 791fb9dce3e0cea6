import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY } from '../../src/base/clock.ts';
import { formatId } from '../../src/base/ids.ts';
import type { User } from '../../src/users/user.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makeManaged, makeRoot } from '../support/fixtures.ts';
import { addSession, addUser, org, usr } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: an editor of a managed organization had 150 mails sent to one stranger through 15 organizations below it.

const STRANGER = 'stranger@elsewhere.example';
let service: TestService;
let root: Organization;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
});
afterAll(async () => {
  await service?.close();
});

const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });

async function editorOf(organization: Organization): Promise<ApiClient> {
  const editor = await addUser(deps(), organization, `eve@${organization.name.toLowerCase()}.example`, {
    role: 'editor',
  });
  return apiClient(service.url, (await addSession(deps(), editor)).token);
}

async function invite(client: ApiClient, organization: { id: string }, address: string): Promise<string> {
  const answer = await client.send('POST', `/organizations/${organization.id}/invitations`, { addresses: address });
  if (answer.status !== 201 && answer.status !== 200) return String(answer.body.code);
  return String((answer.body as { results: { outcome: string }[] }).results[0]?.outcome);
}

/** One organization below `above` after the other, each inviting the stranger four times, and removed again at the end. */
async function floodThroughFifteen(above: Organization): Promise<string[]> {
  const eve = await editorOf(above);
  const outcomes: string[] = [];
  for (let i = 0; i < 15; i += 1) {
    const { id } = await makeManaged(service, above, `Branch ${i}`);
    const branch = { id: formatId('org', id) };
    for (const address of [STRANGER, STRANGER.toUpperCase(), ` ${STRANGER} `, STRANGER]) {
      outcomes.push(await invite(eve, branch, address));
    }
    await service.database.db.deleteFrom('organization').where('id', '=', id).execute();
  }
  return outcomes;
}

test('through many organizations of one customer, also when they are removed in between', async () => {
  const contoso = await makeManaged(service, root, 'Contoso');
  const outcomes = await floodThroughFifteen(contoso);
  expect(outcomes.filter((outcome) => outcome.startsWith('invited'))).toHaveLength(20);
  expect(outcomes.slice(20).every((outcome) => outcome === 'too-often')).toBe(true);

  // Others are not held up: another address of the same customer, the same address for another customer.
  const eve = await editorOf(await makeManaged(service, contoso, 'Contoso-South'));
  const south = await service.database.db
    .selectFrom('organization')
    .select('id')
    .where('name', '=', 'Contoso-South')
    .executeTakeFirstOrThrow();
  expect(await invite(eve, { id: formatId('org', south.id) }, 'somebody@elsewhere.example')).toBe('invited');
  const fabrikam = await makeManaged(service, root, 'Fabrikam');
  expect(await invite(await editorOf(fabrikam), { id: formatId('org', fabrikam.id) }, STRANGER)).toBe('invited');
});

test('from many customers at once; a day later it may be invited again', async () => {
  const adatum = await makeManaged(service, root, 'Adatum');
  const outcomes = await floodThroughFifteen(adatum);
  // 21 were written before this test, 40 are the most over all.
  expect(outcomes.filter((outcome) => outcome.startsWith('invited'))).toHaveLength(19);
  service.clock.advance(DAY);
  const tailspin = await makeManaged(service, root, 'Tailspin');
  expect(await invite(await editorOf(tailspin), { id: formatId('org', tailspin.id) }, STRANGER)).toBe('invited');
});

async function resetFactors(client: ApiClient, user: User, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    const path = `/organizations/${formatId('org', user.organizationId)}/users/${usr(user)}/reset-authenticators`;
    expect((await client.send('POST', path, {})).status).toBe(200);
  }
}

async function mailsTo(recipient: string): Promise<number> {
  const { count } = await service.database.db
    .selectFrom('mailOutbox')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('recipient', '=', recipient)
    .where('kind', '=', 'authenticators-changed')
    .executeTakeFirstOrThrow();
  return Number(count);
}

test('by changing the account of an unproven user of that address, in one organization after the other', async () => {
  const customer = await makeManaged(service, root, 'Woodgrove');
  const eve = await editorOf(customer);
  for (let i = 0; i < 6; i += 1) {
    const branch = await makeManaged(service, customer, `Office ${i}`);
    await resetFactors(eve, await addUser(deps(), branch, 'nobody@elsewhere.example'), 5);
  }
  expect(await mailsTo('nobody@elsewhere.example')).toBe(20);
});

test('what others have mailed to an address holds back no notice to its proven user', async () => {
  const customer = await makeManaged(service, root, 'Litware');
  const maria = await addUser(deps(), customer, 'maria@litware.example', { proven: true });
  const branch = await makeManaged(service, customer, 'Litware-North');
  const eve = await editorOf(branch);
  await resetFactors(eve, await addUser(deps(), branch, 'maria@litware.example'), 25);
  expect(await mailsTo('maria@litware.example')).toBe(20);
  await resetFactors(await editorOf(customer), maria, 1);
  expect(await mailsTo('maria@litware.example')).toBe(21);
});

test('notices of one kind without end to a proven user', async () => {
  const customer = await makeManaged(service, root, 'Proseware');
  const user = await addUser(deps(), customer, 'leo@proseware.example', { proven: true });
  await resetFactors(await editorOf(customer), user, 55);
  expect(await mailsTo('leo@proseware.example')).toBe(50);
});

test('more than ten invitations of one user in an hour, by inviting again and by sending it again', async () => {
  const editor = await editorOf(root);
  const path = `/organizations/${org(root)}/invitations`;
  const outcomesOf = async (addresses: string): Promise<string[]> => {
    const { body } = await editor.send('POST', path, { addresses });
    return (body as { results: { outcome: string }[] }).results.map(({ outcome }) => outcome);
  };
  expect(await outcomesOf('again@elsewhere.example')).toEqual(['invited']);
  const sent: number[] = [];
  for (let i = 0; i < 11; i += 1) {
    const { body } = await editor.get(path);
    const open = (body as { items: { id: string; user: { email: string } }[] }).items.find(
      ({ user }) => user.email === 'again@elsewhere.example',
    )!;
    sent.push((await editor.send('POST', `${path}/${open.id}/resend`, {})).status);
  }
  expect(sent).toEqual([...Array(9).fill(201), 429, 429]);
  // In a list it does not hold up the others.
  expect(await outcomesOf('again@elsewhere.example, fresh@elsewhere.example')).toEqual(['too-often', 'invited']);
});
