import { deleteApiResource, selectByAudience } from './api-resource-store.ts';
import { SERVICE } from '../../audit/audit-event.ts';
import { withoutOrigin } from '../../audit/origin.ts';
import { recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { asService } from '../../db/database.ts';
import type { Transaction } from '../../db/database.ts';
import { composeMail } from '../../mail/compose.ts';
import type { Organization } from '../../organizations/organization.ts';
import type { Texts } from '../../texts/catalog.ts';
import { findWhoIsTold, mailAdministrators } from '../../users/mail-administrators.ts';

/**
 * Removes another organization's API resource whose identifier is below a domain that `owner` verified: it gives no access
 * tokens any more (`granted-resource-sql.ts`). Those who had it are told, in their log and by mail, but not by whom. False
 * where the API resource is the owner's own.
 */
export async function takeOverAudience(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox; texts: Texts },
  owner: Organization,
  audience: string,
): Promise<boolean> {
  return asService(deps.db, async (db) => {
    const inside = { ...deps, db };
    const before = await selectByAudience(db, audience);
    if (before === undefined || before.organizationId === owner.id) return false;
    const { organizationId, name } = before;
    await deleteApiResource(db, organizationId, before.id);
    const details = { resource: audience, name };
    await withoutOrigin(async () =>
      recordEvent(inside, { organizationId, kind: 'api-resource.taken-over', actor: SERVICE, details }),
    );
    const reader = await findWhoIsTold(inside, organizationId);
    if (reader === undefined) return true;
    const t = deps.texts.default;
    const values = { resource: name, audience, organization: before.ownerName };
    const subject = t('mail.audience-taken.subject', values);
    const paragraphs = [t('mail.audience-taken.what', values), t('mail.audience-taken.then', values)];
    const mail = composeMail(t, { subject, heading: subject, paragraphs });
    await mailAdministrators(inside, reader, { ...mail, kind: 'audience-taken-over' });
    return true;
  });
}
