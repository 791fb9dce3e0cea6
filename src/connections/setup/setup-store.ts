import { sql } from 'kysely';
import type { SetupInvitation } from './setup-invitation.ts';
import type { OrganizationId, SetupInvitationId } from '../../base/ids.ts';
import { toStorableJson } from '../../base/outside-text.ts';
import type { Database, Transaction } from '../../db/database.ts';

const COLUMNS = [
  'id',
  'organizationId',
  'email',
  'invitedBy',
  'invitedByName',
  'createdAt',
  'expiresAt',
  'remindedAt',
  'openedAt',
  'step',
  'provider',
  'credential',
  'clientKeySetId',
  'domain',
  'entered',
  'connectionId',
  'basis',
  'notes',
  'checkedAt',
  'trialId',
  'testResult',
  'testedAt',
  'handedOverAt',
  'handedOverFrom',
  'turnedOnAt',
  'nextSecretAt',
  'secretInUseAt',
  'discardedAt',
  'revokedAt',
] as const;

function selectSetups(db: Database) {
  return db.selectFrom('setupInvitation').select(COLUMNS).$castTo<SetupInvitation>();
}

/** Inserts a link that nobody has opened. */
export async function insertSetup(
  db: Transaction,
  invitation: Pick<
    SetupInvitation,
    'id' | 'organizationId' | 'email' | 'invitedBy' | 'invitedByName' | 'createdAt' | 'expiresAt'
  >,
  tokenHash: Buffer,
): Promise<void> {
  await db
    .insertInto('setupInvitation')
    .values({ ...invitation, tokenHash })
    .execute();
}

/** The link of a token, its own or its reminder's. Looked up by hash over all organizations; the row names its own. */
export async function selectSetupOfLink(db: Database, tokenHash: Buffer): Promise<SetupInvitation | undefined> {
  return selectSetups(db)
    .where((eb) => eb.or([eb('tokenHash', '=', tokenHash), eb('reminderTokenHash', '=', tokenHash)]))
    .executeTakeFirst();
}

/** One link of an organization; `lock` holds it for the transaction. */
export async function selectSetup(
  db: Database,
  organizationId: OrganizationId,
  id: SetupInvitationId,
  options: { lock?: boolean } = {},
): Promise<SetupInvitation | undefined> {
  const query = selectSetups(db).where('organizationId', '=', organizationId).where('id', '=', id);
  return (options.lock === true ? query.forNoKeyUpdate() : query).executeTakeFirst();
}

/** The links by which the client secret was handed in that was entered at an instant, locked. */
export async function selectSetupsOfSecret(
  db: Transaction,
  organizationId: OrganizationId,
  enteredAt: Date,
): Promise<SetupInvitation[]> {
  return selectSetups(db)
    .where('organizationId', '=', organizationId)
    .where('nextSecretAt', '=', enteredAt)
    .forNoKeyUpdate()
    .execute();
}

/** A page of an organization's links, the newest first. */
export async function selectSetupsOf(
  db: Database,
  organizationId: OrganizationId,
  page: {
    search?: string | undefined;
    before?: { createdAt: Date; id: SetupInvitationId } | undefined;
    limit: number;
  },
): Promise<SetupInvitation[]> {
  const { before, search } = page;
  let query = selectSetups(db).where('organizationId', '=', organizationId);
  if (search !== undefined && search !== '') {
    query = query.where((eb) => eb(eb.fn('strpos', [eb.fn('lower', ['email']), eb.val(search.toLowerCase())]), '>', 0));
  }
  if (before !== undefined) {
    // Milliseconds, as the cursor has them.
    query = query.where(
      sql<boolean>`(date_trunc('milliseconds', created_at), id) < (${before.createdAt}::timestamptz, ${before.id}::uuid)`,
    );
  }
  return query.orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(page.limit).execute();
}

/** How many links of an organization can still be used. */
export async function countOpenSetups(db: Database, organizationId: OrganizationId, now: Date): Promise<number> {
  const row = await db
    .selectFrom('setupInvitation')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('organizationId', '=', organizationId)
    .where('expiresAt', '>', now)
    .where('handedOverAt', 'is', null)
    .where('revokedAt', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** What changes in a link; `handedOverFrom` is stored as the organization keeps network addresses. */
export type SetupChange = Partial<
  Omit<SetupInvitation, 'id' | 'organizationId' | 'email' | 'invitedBy' | 'invitedByName' | 'createdAt' | 'expiresAt'>
>;

/** Writes a change of a link that its transaction has locked. */
export async function updateSetup(
  db: Transaction,
  { id, organizationId }: Pick<SetupInvitation, 'id' | 'organizationId'>,
  change: SetupChange,
): Promise<void> {
  const { entered, basis, notes, handedOverFrom: from, ...rest } = change;
  await db
    .updateTable('setupInvitation')
    .set({
      ...rest,
      ...(entered === undefined ? {} : { entered: entered === null ? null : toStorableJson(entered) }),
      ...(basis === undefined ? {} : { basis: basis === null ? null : toStorableJson(basis) }),
      ...(notes === undefined ? {} : { notes: toStorableJson(notes) }),
      ...(from === undefined
        ? {}
        : { handedOverFrom: sql<string | null>`gatehouse_audit_network(${organizationId}::uuid, ${from}::inet)` }),
    })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** Links whose seven days were over before an instant, whatever became of them. Over all organizations: for the service's job. */
export async function selectSetupsBefore(db: Database, before: Date, limit: number): Promise<SetupInvitation[]> {
  return selectSetups(db).where('expiresAt', '<', before).orderBy('expiresAt').limit(limit).execute();
}

/** Deletes a link; its visits go with it. */
export async function deleteSetup(
  db: Transaction,
  { id, organizationId }: Pick<SetupInvitation, 'id' | 'organizationId'>,
): Promise<void> {
  await db.deleteFrom('setupInvitation').where('organizationId', '=', organizationId).where('id', '=', id).execute();
}

/** Links that end before `until`, were not handed over and not reminded of. Over all organizations: for the service's job. */
export async function selectSetupsToRemind(db: Database, now: Date, until: Date): Promise<SetupInvitation[]> {
  return selectSetups(db)
    .where('expiresAt', '>', now)
    .where('expiresAt', '<=', until)
    .where('handedOverAt', 'is', null)
    .where('revokedAt', 'is', null)
    .where('remindedAt', 'is', null)
    .limit(100)
    .execute();
}

/** Gives a link its second token, for the reminder. */
export async function updateReminderToken(
  db: Transaction,
  { id, organizationId }: Pick<SetupInvitation, 'id' | 'organizationId'>,
  reminder: { tokenHash: Buffer; at: Date },
): Promise<void> {
  await db
    .updateTable('setupInvitation')
    .set({ reminderTokenHash: reminder.tokenHash, remindedAt: reminder.at })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** Expired links with a draft, or a key for one, that nobody handed over. Over all organizations: for the service's own job. */
export async function selectExpiredDrafts(db: Database, now: Date): Promise<SetupInvitation[]> {
  return selectSetups(db)
    .where('expiresAt', '<=', now)
    .where('handedOverAt', 'is', null)
    .where((is) => is.or([is('connectionId', 'is not', null), is('clientKeySetId', 'is not', null)]))
    .limit(100)
    .execute();
}

/** Links whose draft was handed over before an instant and that nobody decided about. Over all organizations: for the service's own job. */
export async function selectUndecidedDrafts(db: Database, before: Date): Promise<SetupInvitation[]> {
  return selectSetups(db)
    .where('handedOverAt', '<=', before)
    .where('connectionId', 'is not', null)
    .limit(100)
    .execute();
}
