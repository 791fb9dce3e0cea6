import type { TestService } from './start-service.ts';
import { inTransaction } from '../../src/db/database.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import type { Texts } from '../../src/texts/catalog.ts';
import { mailFullTree } from '../../src/users/notices/mail-full-tree.ts';

/** Has the mail written that a first login made no user, to the administrators of an organization that holds as many as it may. */
export async function causeFullTreeMail(service: TestService, organization: Organization, texts: Texts): Promise<void> {
  const { clock, secrets } = service;
  const publicUrl = new URL(service.url);
  await inTransaction({ db: service.database.db, clock, secrets }, async (inside) =>
    mailFullTree({ ...inside, texts, publicUrl }, organization.id),
  );
}
