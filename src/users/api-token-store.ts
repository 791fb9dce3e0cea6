import type { ApiToken } from './api-token.ts';
import type { ApiTokenId, OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

const COLUMNS = [
  'apiToken.id',
  'apiToken.organizationId',
  'apiToken.role',
  'apiToken.createdBy',
  'apiToken.createdAt',
  'apiToken.expiresAt',
  'apiToken.lastUsedAt',
  'apiToken.revokedAt',
] as const;

export async function insertApiToken(db: Database, token: ApiToken, tokenHash: Buffer): Promise<void> {
  await db
    .insertInto('apiToken')
    .values({
      id: token.id,
      organizationId: token.organizationId,
      role: token.role,
      tokenHash,
      createdBy: token.createdBy,
      createdAt: token.createdAt,
      expiresAt: token.expiresAt,
    })
    .execute();
}

/** A living token by its hash, with its organization's path. Bound to no organization: the token says which. */
export async function selectLivingApiToken(
  db: Database,
  tokenHash: Buffer,
  now: Date,
): Promise<{ apiToken: ApiToken; organizationPath: string } | undefined> {
  const row = await db
    .selectFrom('apiToken')
    .innerJoin('organization', 'organization.id', 'apiToken.organizationId')
    .select([...COLUMNS, 'organization.path'])
    .where('apiToken.tokenHash', '=', tokenHash)
    .where('apiToken.revokedAt', 'is', null)
    .where('apiToken.expiresAt', '>', now)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('organization as above')
            .select('above.id')
            .where('above.suspendedAt', 'is not', null)
            .where((on) => on.fn<boolean>('starts_with', ['organization.path', 'above.path'])),
        ),
      ),
    )
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { path, ...apiToken } = row;
  return { apiToken, organizationPath: path };
}

export async function updateApiTokenUse(
  db: Database,
  organizationId: OrganizationId,
  id: ApiTokenId,
  now: Date,
): Promise<void> {
  await db
    .updateTable('apiToken')
    .set({ lastUsedAt: now })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** Revokes it; returns it as it is now, also when it was revoked before. `changed` tells the two apart. */
export async function updateApiTokenRevoked(
  db: Database,
  organizationId: OrganizationId,
  id: ApiTokenId,
  now: Date,
): Promise<{ apiToken: ApiToken; changed: boolean } | undefined> {
  const changed = await db
    .updateTable('apiToken')
    .set({ revokedAt: now })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .where('revokedAt', 'is', null)
    .returning(COLUMNS)
    .executeTakeFirst();
  if (changed !== undefined) return { apiToken: changed, changed: true };
  const row = await db
    .selectFrom('apiToken')
    .select(COLUMNS)
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && { apiToken: row, changed: false };
}

/** A page of an organization's tokens, the newest first; `before` is the last one of the page before. */
export async function selectApiTokens(
  db: Database,
  filter: { organizationId: OrganizationId; before?: { createdAt: Date; id: ApiTokenId } | undefined; limit: number },
): Promise<ApiToken[]> {
  let query = db.selectFrom('apiToken').select(COLUMNS).where('organizationId', '=', filter.organizationId);
  const { before } = filter;
  if (before !== undefined) {
    query = query.where((eb) => eb(eb.refTuple('createdAt', 'id'), '<', eb.tuple(before.createdAt, before.id)));
  }
  return query.orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(filter.limit).execute();
}
