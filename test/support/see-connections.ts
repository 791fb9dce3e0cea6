import { createGuardedFetch } from '../../src/connectors/outgoing/guarded-fetch.ts';
import { DAY, after, systemClock } from '../../src/base/clock.ts';
import { sha256 } from '../../src/base/random.ts';
import type { Connection } from '../../src/connections/connection.ts';
import { selectConnectionInForce } from '../../src/connections/connection-store.ts';
import { warnOfExpiry } from '../../src/connections/expiry/warn-of-expiry.ts';
import { mailConfirmed, mailHeld } from '../../src/connections/provider/mail-hold.ts';
import { createConnectors } from '../../src/connectors/create-connectors.ts';
import { inTransaction } from '../../src/db/database.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { apiClient } from './api-client.ts';
import type { LookingBrowser } from './looking-browser.ts';
import { addSession, addUser, operatorAt, org } from './people.ts';
import { PSEUDO } from './pseudo-locale.ts';
import type { TestService } from './start-service.ts';

const REGISTRATION = '7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a22';
const DIRECTORY = '2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b12';

/** The pages of an admin consent; the mails of a consent, a hold and its end, and of what expires. */
export async function seeConnections(
  service: TestService,
  by: { root: Organization; organization: Organization; looking: () => LookingBrowser },
): Promise<void> {
  const { clock, config, secrets } = service;
  const { db } = service.database;
  const ground = { db, clock, url: service.url };
  const user = await addUser(ground, by.root, 'tess@northwind.example', { role: 'administrator' });
  const api = apiClient(service.url, (await addSession(ground, user)).token);
  const at = `/organizations/${org(by.root)}/connection-templates`;
  const template = await api.send('POST', at, {
    name: 'Entra ID',
    clientId: REGISTRATION,
    cloud: 'global',
    clientSecret: 'the secret of the template',
    credentialExpiresAt: after(clock.now(), 10 * DAY).toISOString(),
  });
  const organizations = [{ organizationId: org(by.organization), email: 'it@fabrikam.example' }];
  const asked = await api.send('POST', `${at}/${template.body.id}/consent-links`, { organizations });
  if (asked.status !== 200) throw new Error(JSON.stringify([template.body, asked.body]));
  const [{ url }] = asked.body.results as [{ url: string }];
  await using browser = by.looking();
  await browser.open(url);
  await browser.open(`${service.url}/login/consent?state=unknown`);
  const ofLink = db.updateTable('adminConsent').where('tokenHash', '=', sha256(url.split('/').at(-1) ?? ''));
  await ofLink.set({ directoryId: DIRECTORY, testedAt: clock.now(), testedBy: 'it@fabrikam.example' }).execute();
  await browser.open(url);

  const texts = createTexts('Gatehouse', { en: PSEUDO });
  const { publicUrl } = config;
  await using fetch = disposable(createGuardedFetch({ allowedHosts: [] }));
  const connectors = createConnectors({
    fetch: fetch.fetch,
    clock: systemClock,
    entraAuthority: 'http://localhost:1',
    ownIssuer: publicUrl.href,
    providersWithoutHold: [],
  });
  const connection = (await selectConnectionInForce(db, by.organization.id)) as Connection;
  await db
    .updateTable('connection')
    .set({ credentialExpiresAt: after(clock.now(), 10 * DAY) })
    .where('id', '=', connection.id)
    .execute();
  await warnOfExpiry({ db, clock, secrets, texts, config });
  await inTransaction({ db, clock, secrets, texts, publicUrl, connectors }, async (inside) => {
    const found = { changes: [], part: null };
    await mailHeld(inside, by.organization, connection, found);
    await mailConfirmed(inside, operatorAt(by.organization), by.organization, found);
  });
}

function disposable(fetch: ReturnType<typeof createGuardedFetch>) {
  return { fetch, [Symbol.asyncDispose]: async () => fetch.close() };
}
