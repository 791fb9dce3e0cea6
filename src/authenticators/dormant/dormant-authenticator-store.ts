import { sql } from 'kysely';
import type { OrganizationId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';
import { deleteWhere } from '../../db/retention.ts';

/**
 * Deactivates what the users of an organization enrolled, but for break-glass users; second factors of users with a console
 * role stay, for the changes that ask for a fresh one.
 */
export async function deactivate(db: Database, organizationId: OrganizationId, now: Date): Promise<void> {
  await db
    .updateTable('authenticator')
    .set({ dormantSince: now })
    .where('organizationId', '=', organizationId)
    .where('dormantSince', 'is', null)
    .where('userId', 'not in', (eb) =>
      eb
        .selectFrom('appUser')
        .select('appUser.id')
        .where('appUser.organizationId', '=', organizationId)
        .where('appUser.breakGlass', '=', true),
    )
    .where((eb) =>
      eb.or([
        eb('kind', '=', 'password'),
        eb('userId', 'not in', (inner) =>
          inner
            .selectFrom('appUser')
            .select('appUser.id')
            .where('appUser.organizationId', '=', organizationId)
            .where('appUser.consoleRole', 'is not', null),
        ),
      ]),
    )
    .execute();
}

/** Reactivates what the users of an organization enrolled. */
export async function reactivate(db: Database, organizationId: OrganizationId): Promise<void> {
  await db
    .updateTable('authenticator')
    .set({ dormantSince: null })
    .where('organizationId', '=', organizationId)
    .where('dormantSince', 'is not', null)
    .execute();
}

/** Deletes what has been deactivated since before an instant. Over all organizations. */
export async function deleteDormant(db: Database, before: Date): Promise<number> {
  return deleteWhere(db, 'authenticator', sql`dormant_since < ${before}`);
}
