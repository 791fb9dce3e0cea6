import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY } from '../../src/base/clock.ts';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makeManaged, makeRoot } from '../support/fixtures.ts';
import { addSession, addUser } from '../support/people.ts';
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
