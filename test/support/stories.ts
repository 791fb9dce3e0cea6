import { federatedMethod } from '../../src/base/federated-method.ts';
import type { ConnectionId } from '../../src/base/ids.ts';
import { randomUuid } from '../../src/base/random.ts';
import { inviteUsers } from '../../src/invitations/invite-users.ts';
import type { Caller } from '../../src/organizations/access.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { administratorOf } from './fixtures.ts';
import type { Mailbox } from './mailbox.ts';
import { linkNamed } from './mailbox.ts';
import type { TestService } from './start-service.ts';

/** Invites an address and waits for the mail; answers the address behind its button. */
export async function invite(
  service: TestService,
  mailbox: Mailbox,
  organization: Organization,
  email: string,
  caller: Caller = administratorOf(organization, service),
): Promise<string> {
  const { database, clock, secrets, config } = service;
  const texts = createTexts('Gatehouse');
  const input = { organizationId: organization.id, addresses: email };
  await inviteUsers({ db: database.db, clock, secrets, texts, config }, caller, input);
  const mail = await mailbox.waitForMail({ to: email, subject: 'Welcome to Gatehouse' });
  return linkNamed(mail, 'Access Gatehouse');
}

/** Puts an organization's people behind an identity provider nobody runs, as if it had been configured and confirmed. */
export async function sendElsewhere(service: TestService, organization: Organization): Promise<void> {
  const { db } = service.database;
  const now = service.clock.now();
  const issuer = 'https://login.contoso.example';
  const method = federatedMethod('openid-connect');
  await db
    .insertInto('connection')
    .values({
      id: randomUuid() as ConnectionId,
      organizationId: organization.id,
      method,
      state: 'active',
      issuer,
      credential: 'none',
      redirectUri: `${service.url}/login/callback`,
      settings: JSON.stringify({
        clientId: 'gatehouse',
        discoveryUrl: issuer,
        flow: 'id-token',
        metadata: {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          jwks_uri: `${issuer}/keys`,
          id_token_signing_alg_values_supported: ['ES256'],
        },
        keys: { keys: [] },
        keysReadAt: now,
      }),
      configuredAt: now,
      confirmedAt: now,
    })
    .execute();
  await db
    .updateTable('organization')
    .set({ method, previousMethod: 'built-in', methodChangedAt: now })
    .where('id', '=', organization.id)
    .execute();
}
