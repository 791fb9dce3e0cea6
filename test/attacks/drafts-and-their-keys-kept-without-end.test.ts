import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY, after } from '../../src/base/clock.ts';
import { parseId } from '../../src/base/ids.ts';
import type { ClientKeySetId } from '../../src/base/ids.ts';
import { randomUuid } from '../../src/base/random.ts';
import { tendSetups } from '../../src/connections/setup/tend-setups.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { eventsOf } from '../support/federation.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { startSetupStage } from '../support/setup-links.ts';
import type { SetupStage } from '../support/setup-links.ts';

// Lesson: what strangers prepare ends also where nobody decides about it, and takes nothing from the administrators.

let stage: SetupStage;
beforeAll(async () => {
  stage = await startSetupStage();
});
afterAll(async () => stage?.[Symbol.asyncDispose]());

test('a draft that was handed over ends after 90 days, however long links are kept', async () => {
  const organization = await stage.newOrganization();
  await using browser = openHttpBrowser({ now: () => stage.service.clock.now() });
  const link = await stage.makeLink(organization);
  const ready = await stage.prepare(browser, await stage.open(browser, link));
  await browser.submit(ready, {}, { button: 'Hand over' });
  const { db } = stage.service.database;
  await db.insertInto('retentionPolicy').values({ kind: 'setup-link', days: 730 }).execute();
  const state = async () => {
    const links = (await (await stage.administrator()).get(stage.at('/setup-links', organization))).body.items;
    const drafts = db.selectFrom('connection').select('id').where('organizationId', '=', organization.id);
    return [links[0].state, (await drafts.execute()).length];
  };
  const handedOver = stage.service.clock.now();
  const { secrets, config } = stage.service;
  const texts = createTexts('Gatehouse');
  const tend = async (days: number) =>
    tendSetups({ db, secrets, texts, config, clock: { now: () => after(handedOver, days * DAY) } });
  await tend(89);
  expect(await state()).toEqual(['handed-over', 1]);
  await tend(91);
  expect(await state()).toEqual(['discarded', 0]);
  expect(await eventsOf(stage.service, organization)).toContain('setup-link.discarded');
  await db.deleteFrom('retentionPolicy').where('kind', '=', 'setup-link').execute();
});

test('keys of setup links use up none that the organization itself may make, and its own are counted', async () => {
  const organization = await stage.newOrganization();
  const { db } = stage.service.database;
  const organizationId = organization.id;
  const createdAt = stage.service.clock.now();
  for (let made = 0; made < 10; made += 1) {
    const set = { id: randomUuid() as ClientKeySetId, organizationId, createdAt };
    await db
      .insertInto('clientKeySet')
      .values({ ...set, credential: 'private-key', issuer: null })
      .execute();
    const { id } = await stage.makeLink(organization);
    const named = db.updateTable('setupInvitation').set({ clientKeySetId: set.id });
    await named.where('id', '=', parseId('set', id)).execute();
  }
  const api = await stage.administrator();
  const make = async () => api.send('POST', stage.at('/client-keys', organization), { credential: 'private-key' });
  const answers = [];
  for (let made = 0; made < 11; made += 1) answers.push((await make()).status);
  expect(answers).toEqual([...Array.from({ length: 10 }, () => 201), 409]);
});
