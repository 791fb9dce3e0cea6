import { administratorOf } from './fixtures.ts';
import type { Person } from './fixtures.ts';
import type { TestService } from './start-service.ts';
import { inTransaction } from '../../src/db/database.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { sendTestMail } from '../../src/system/mails.ts';
import type { Text } from '../../src/texts/catalog.ts';

/** Has the mail written that an administrator of the root sends to the own address, in a language. */
export async function causeTestMail(service: TestService, root: Organization, person: Person, t: Text): Promise<void> {
  const { clock, secrets } = service;
  const caller = { ...administratorOf(root, service), kind: 'user' as const, id: person.userId, userId: person.userId };
  await inTransaction({ db: service.database.db, clock, secrets }, async (deps) =>
    sendTestMail({ ...deps, t, rateLimit: { consume: async () => {} } }, caller),
  );
}
