import { selectAdministrators } from './user-store.ts';
import type { Clock } from '../base/clock.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Transaction } from '../db/database.ts';
import type { ComposedMail } from '../mail/compose.ts';
import { postMail } from '../mail/post-mail.ts';

/**
 * Writes one mail to each verified administrator of an organization, in the transaction of what they are told.
 * @param mail.kind which mail, as `redirect-uris-changed`
 */
export async function mailAdministrators(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox },
  organizationId: OrganizationId,
  mail: ComposedMail & { kind: string },
): Promise<void> {
  for (const { id, email } of await selectAdministrators(deps.db, organizationId)) {
    await postMail(deps, { ...mail, recipient: email, organizationId, userId: id });
  }
}
