import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY } from '../../src/base/clock.ts';
import { createKeySet } from '../../src/connections/keys/manage-client-keys.ts';
import { takeFromRecipientLimit } from '../../src/mail/recipient-limit.ts';
import { tendSetups } from '../../src/connections/setup/tend-setups.ts';
import { inTransaction } from '../../src/db/database.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { eventsOf } from '../support/federation.ts';
import { administratorOf } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { startSetupStage } from '../support/setup-links.ts';
import type { SetupStage } from '../support/setup-links.ts';

// Lesson: what strangers are mailed, and what they leave here, has an end.

let stage: SetupStage;
beforeAll(async () => {
  stage = await startSetupStage();
});
afterAll(async () => stage?.[Symbol.asyncDispose]());

const deps = () => {
  const { service } = stage;
  const { db } = service.database;
  return {
    db,
    clock: service.clock,
    secrets: service.secrets,
    texts: createTexts('Gatehouse'),
    config: { publicUrl: new URL(service.url) },
  };
};

test('one customer mails no links without end, whomever they go to, and takes none from the next', async () => {
  const limit = { name: 'links', overall: 20, bySender: 10, bySenderInAll: 3 };
  const send = async (sender: string, address: string): Promise<boolean> =>
    inTransaction(deps(), async ({ db }) => takeFromRecipientLimit({ ...deps(), db }, limit, { address, sender }));
  const sent = [];
  for (const place of [1, 2, 3, 4, 5]) sent.push(await send('contoso', `${place}@elsewhere.example`));
  expect(sent).toEqual([true, true, true, false, false]);
  expect(await send('fabrikam', '1@elsewhere.example')).toBe(true);
});

test('a check that the holder of a link has made is recorded, with what was wrong', async () => {
  const organization = await stage.newOrganization();
  await using browser = openHttpBrowser();
  const first = await stage.open(browser, await stage.makeLink(organization));
  await stage.prepare(browser, first, { discoveryUrl: 'http://127.0.0.1:1' });
  expect(await eventsOf(stage.service, organization)).toContain('setup-link.checked');
});

test('of many requests for keys at once no more are made than may wait', async () => {
  const organization = await stage.newOrganization();
  const { id: organizationId } = organization;
  const anna = administratorOf(organization, stage.service);
  const make = async () => createKeySet(deps(), anna, { organizationId, credential: 'federated' });
  for (let made = 0; made < 9; made += 1) await make();
  const asked = await Promise.allSettled([make(), make(), make(), make()]);
  const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  expect(refused).toMatchObject(Array.from({ length: 3 }, () => ({ code: 'client-keys.too-many' })));
});

test('a draft that nobody turns on is deleted with its secret and its link', async () => {
  const organization = await stage.newOrganization();
  await using browser = openHttpBrowser();
  const ready = await stage.prepare(browser, await stage.open(browser, await stage.makeLink(organization)));
  await browser.submit(ready, {}, { button: 'Hand over' });
  const left = async (): Promise<number[]> => {
    const { db } = stage.service.database;
    const links = await db
      .selectFrom('setupInvitation')
      .select('id')
      .where('organizationId', '=', organization.id)
      .execute();
    const drafts = await db
      .selectFrom('connection')
      .select('id')
      .where('organizationId', '=', organization.id)
      .execute();
    return [links.length, drafts.length];
  };
  expect(await left()).toEqual([1, 1]);
  stage.service.clock.advance(60 * DAY);
  await tendSetups(deps());
  expect(await left()).toEqual([1, 1]);
  stage.service.clock.advance(40 * DAY);
  await tendSetups(deps());
  expect(await left()).toEqual([0, 0]);
});
