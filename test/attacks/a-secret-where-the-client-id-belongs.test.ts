import { afterAll, beforeAll, expect, test } from 'vitest';
import { gatehouseHere } from '../support/run-here.ts';
import { BACK, basic, codeForm, startWrongApplications } from '../support/wrong-applications.ts';
import type { WrongApplications } from '../support/wrong-applications.ts';

// Lesson: who swaps the fields of client ID and client secret sends the live secret as a client ID. It must not be kept: not for
// the operator, not in the root's audit log, not in the log.

let ground: WrongApplications;

beforeAll(async () => {
  ground = await startWrongApplications();
});
afterAll(async () => ground?.[Symbol.asyncDispose]());

test('a client secret that came as a client ID is kept nowhere, whichever way it came', async () => {
  const application = await ground.register();
  const secret = application.clientSecret!;
  const form = codeForm({ redirectUri: BACK }, 'x');
  const swapped = basic({ clientId: secret, clientSecret: application.clientId });
  expect((await ground.post('/oauth2/token', form, swapped)).status).toBe(401);
  await ground.post('/oauth2/token', { ...form, client_id: secret, client_secret: application.clientId });
  await ground.post('/oauth2/device', { client_id: secret });
  await fetch(`${ground.service.url}/oauth2/authorize?client_id=${secret}`, { redirect: 'manual' });
  await fetch(`${ground.service.url}/logout?client_id=${secret}`, { redirect: 'manual' });

  const { db } = ground.service.database;
  const events = await ground.events(ground.root);
  expect(events.length).toBeGreaterThanOrEqual(4);
  const short = `${secret.slice(0, 4)}… (43)`;
  expect(events[0]).toMatchObject({ cause: 'unknown-client', came: short, name: '–', application: '–' });
  const counted = await db.selectFrom('unknownApplication').selectAll().execute();
  expect(counted.map(({ clientId }) => clientId)).toContain(short);
  const listed = await db.selectFrom('unknownClientId').selectAll().execute();
  expect(listed.map(({ clientId }) => clientId)).toContain(short);
  const audit = await db.selectFrom('auditEvent').select('details').execute();
  const settings = {
    DATABASE_URL: ground.service.database.url,
    GATEHOUSE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  };
  const doctor = (await gatehouseHere(['doctor', '--json'], settings)).out;
  expect(doctor).toContain('unknown-applications');
  for (const kept of [JSON.stringify(events), JSON.stringify([counted, listed]), JSON.stringify(audit), doctor]) {
    expect(kept).not.toContain(secret.slice(0, 8));
  }
});
