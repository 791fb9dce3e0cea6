import type { Clock } from '../../src/base/clock.ts';
import { federatedMethod } from '../../src/base/federated-method.ts';
import type { ConflictId, ConnectionId } from '../../src/base/ids.ts';
import { randomUuid } from '../../src/base/random.ts';
import type { Database } from '../../src/db/database.ts';
import type { User } from '../../src/users/user.ts';

/** Somebody who came for a user, through a connection of nobody's provider. */
export async function addConflict({ db, clock }: { db: Database; clock: Clock }, user: User): Promise<ConflictId> {
  const now = clock.now();
  const { organizationId, id: userId, email: address } = user;
  const issuer = 'https://login.nobody.example';
  const connectionId = randomUuid() as ConnectionId;
  const method = federatedMethod('openid-connect');
  const stored = { issuer, credential: 'none', redirectUri: issuer, settings: '{}', configuredAt: now } as const;
  await db
    .insertInto('connection')
    .values({ id: connectionId, organizationId, method, state: 'draft', ...stored })
    .execute();
  const id = randomUuid() as ConflictId;
  const seen = { reference: 'ABCDEFGH', firstSeenAt: now, lastSeenAt: now };
  await db
    .insertInto('identityConflict')
    .values({ id, organizationId, userId, connectionId, issuer, subject: 'new', name: null, address, ...seen })
    .execute();
  return id;
}
