import { formatId } from '../../src/base/ids.ts';
import type { TrialId } from '../../src/base/ids.ts';
import type { Clock } from '../../src/base/clock.ts';
import { after, HOUR } from '../../src/base/clock.ts';
import { federatedMethod } from '../../src/base/federated-method.ts';
import { randomSecret, randomUuid, sha256 } from '../../src/base/random.ts';
import type { SecretBox } from '../../src/base/secret-box.ts';
import { settingsPlace } from '../../src/connections/trial/trial.ts';
import type { Database } from '../../src/db/database.ts';
import type { Organization } from '../../src/organizations/organization.ts';

const ISSUER = 'https://login.contoso.example';

/** A test of a connection that nobody ran, as if the provider had been asked; its id on the wire. */
export async function addTrial(
  deps: { db: Database; clock: Clock; secrets: SecretBox },
  organization: Organization,
): Promise<string> {
  const organizationId = organization.id;
  const begunAt = deps.clock.now();
  const expiresAt = after(begunAt, HOUR);
  const id = randomUuid() as TrialId;
  const settings = {
    clientId: 'gatehouse',
    discoveryUrl: ISSUER,
    flow: 'code',
    metadata: {
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/authorize`,
      token_endpoint: `${ISSUER}/token`,
      jwks_uri: `${ISSUER}/keys`,
      id_token_signing_alg_values_supported: ['RS256'],
    },
    keys: { keys: [] },
    keysReadAt: begunAt,
  };
  const sealed = JSON.stringify({ clientSecret: 'of Contoso', settings });
  await deps.db
    .insertInto('trial')
    .values({
      id,
      organizationId,
      method: federatedMethod('openid-connect'),
      issuer: ISSUER,
      redirectUri: 'https://gatehouse.example/login/callback',
      sealedSettings: deps.secrets.seal(sealed, settingsPlace({ id, organizationId })),
      inForce: false,
      begunByKind: 'operator',
      begunById: null,
      begunByName: null,
      begunAt,
      expiresAt,
    })
    .execute();
  await deps.db
    .insertInto('trialRun')
    .values({
      id: randomUuid(),
      trialId: id,
      organizationId,
      linkHash: sha256(randomSecret()),
      createdAt: begunAt,
      expiresAt,
    })
    .execute();
  return formatId('tri', id);
}
