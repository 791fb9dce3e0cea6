import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomUuid } from '../../src/base/random.ts';
import type { LoginId } from '../../src/base/ids.ts';
import { applyBinding } from '../../src/connections/bind-identity.ts';
import type { Claims } from '../../src/connections/claims.ts';
import { inTransaction } from '../../src/db/database.ts';
import type { User } from '../../src/users/user.ts';
import { eventsOf, inForce } from '../support/federation.ts';
import { startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { addUser } from '../support/people.ts';

// Lesson: two logins decide at the same moment whom a subject is bound to. Whichever comes second must find out.

let ground: HostileGround;
let ines: User;
let omar: User;

beforeAll(async () => {
  ground = await startHostileGround();
  await ground.use('code');
  const deps = { db: ground.service.database.db, clock: ground.service.clock };
  ines = await addUser(deps, ground.organization, 'ines@fabrikam-trading.example');
  omar = await addUser(deps, ground.organization, 'omar@fabrikam-trading.example');
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});

/** What a login does at its end, decided while nobody was bound. */
async function bind(user: User, subject: string): Promise<void> {
  const { database, clock } = ground.service;
  const connection = (await inForce(ground.service, ground.organization))!;
  const { issuer } = connection;
  const claims = {
    issuer,
    directoryId: '',
    subject,
    displayAddress: user.email,
    claimedAddresses: [user.email],
  } as unknown as Claims;
  await inTransaction({ db: database.db, clock }, async (deps) =>
    applyBinding(deps, {
      decision: { kind: 'bind', userId: user.id, by: 'proven-address' },
      key: { connectionId: connection.id, organizationId: ground.organization.id, issuer, directoryId: '', subject },
      claims,
      loginId: randomUuid() as LoginId,
      user,
    }),
  );
}

test('a subject is one user, a user one subject; the same two again are bound once', async () => {
  await bind(ines, 'subject-1');
  await expect(bind(omar, 'subject-1')).rejects.toThrow('identity.taken');
  await expect(bind(ines, 'subject-2')).rejects.toThrow('identity.taken');
  await bind(ines, 'subject-1');
  const events = await eventsOf(ground.service, ground.organization);
  expect(events.filter((kind) => kind === 'identity.bound')).toHaveLength(1);
});
