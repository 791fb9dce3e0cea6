import type { ApiToken } from './api-token.ts';
import type { ApiTokenId, OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';
import type { ConsoleRole } from '../organizations/access.ts';

const COLUMNS = [
  'api_token.id',
  'api_token.organization_id',
  'api_token.role',
  'api_token.created_by',
  'api_token.created_at',
  'api_token.expires_at',
  'api_token.last_used_at',
  'api_token.revoked_at',
] as const;

interface Row {
  id: ApiTokenId;
  organization_id: OrganizationId;
  role: ConsoleRole;
  created_by: string;
  created_at: Date;
  expires_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

function toApiToken(row: Row): ApiToken {
  return {
    id: row.id,
    organizationId: row.organization_id,
    role: row.role,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  };
}

export async function insertApiToken(db: Database, token: ApiToken, tokenHash: Buffer): Promise<void> {
  await db
    .insertInto('api_token')
    .values({
      id: token.id,
      organization_id: token.organizationId,
      role: token.role,
      token_hash: tokenHash,
      created_by: token.createdBy,
      created_at: token.createdAt,
      expires_at: token.expiresAt,
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
    .selectFrom('api_token')
    .innerJoin('organization', 'organization.id', 'api_token.organization_id')
    .select([...COLUMNS, 'organization.path'])
    .where('api_token.token_hash', '=', tokenHash)
    .where('api_token.revoked_at', 'is', null)
    .where('api_token.expires_at', '>', now)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('organization as above')
            .select('above.id')
            .where('above.suspended_at', 'is not', null)
            .where((on) => on.fn<boolean>('starts_with', ['organization.path', 'above.path'])),
        ),
      ),
    )
    .executeTakeFirst();
  return row && { apiToken: toApiToken(row), organizationPath: row.path };
}

export async function updateApiTokenUse(
  db: Database,
  organizationId: OrganizationId,
  id: ApiTokenId,
  now: Date,
): Promise<void> {
  await db
    .updateTable('api_token')
    .set({ last_used_at: now })
    .where('organization_id', '=', organizationId)
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
    .updateTable('api_token')
    .set({ revoked_at: now })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning(COLUMNS)
    .executeTakeFirst();
  if (changed !== undefined) return { apiToken: toApiToken(changed), changed: true };
  const row = await db
    .selectFrom('api_token')
    .select(COLUMNS)
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && { apiToken: toApiToken(row), changed: false };
}

/** A page of an organization's tokens, the newest first; `before` is the last one of the page before. */
export async function selectApiTokens(
  db: Database,
  filter: { organizationId: OrganizationId; before?: { createdAt: Date; id: ApiTokenId } | undefined; limit: number },
): Promise<ApiToken[]> {
  let query = db.selectFrom('api_token').select(COLUMNS).where('organization_id', '=', filter.organizationId);
  const { before } = filter;
  if (before !== undefined) {
    query = query.where((eb) => eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(before.createdAt, before.id)));
  }
  const rows = await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(filter.limit).execute();
  return rows.map(toApiToken);
}
