import { sql } from 'kysely';
import type { ApiToken, ApiTokenMaker } from './api-token.ts';
import type { ApiTokenId, OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';
import { deleteWhere } from '../db/retention.ts';
import type { ConsoleRole } from '../organizations/access.ts';
import { isSuspended } from '../organizations/suspended-sql.ts';
import { mayLogInSql } from '../users/may-log-in-sql.ts';

const COLUMNS = [
  'apiToken.id',
  'apiToken.organizationId',
  'apiToken.role',
  'apiToken.createdBy',
  'apiToken.createdAt',
  'apiToken.expiresAt',
  'apiToken.lastUsedAt',
  'apiToken.revokedAt',
  'apiToken.createdByKind',
  'apiToken.createdByUserId',
  'apiToken.createdByTokenId',
] as const;

type Row = Omit<ApiToken, 'maker'> & {
  createdByKind: ApiTokenMaker['kind'] | null;
  createdByUserId: UserId | null;
  createdByTokenId: ApiTokenId | null;
};

function toApiToken({ createdByKind, createdByUserId, createdByTokenId, ...token }: Row): ApiToken {
  return { ...token, maker: toMaker(createdByKind, createdByUserId, createdByTokenId) };
}

function toMaker(
  kind: ApiTokenMaker['kind'] | null,
  userId: UserId | null,
  apiTokenId: ApiTokenId | null,
): ApiTokenMaker | null {
  if (kind === 'operator') return { kind };
  if (kind === 'user' && userId !== null) return { kind, userId };
  return kind === 'api-token' && apiTokenId !== null ? { kind, apiTokenId } : null;
}

export async function insertApiToken(db: Database, token: ApiToken, tokenHash: Buffer): Promise<void> {
  await db
    .insertInto('apiToken')
    .values({
      id: token.id,
      organizationId: token.organizationId,
      role: token.role,
      tokenHash,
      createdBy: token.createdBy,
      createdByKind: token.maker?.kind ?? null,
      createdByUserId: token.maker?.kind === 'user' ? token.maker.userId : null,
      createdByTokenId: token.maker?.kind === 'api-token' ? token.maker.apiTokenId : null,
      createdAt: token.createdAt,
      expiresAt: token.expiresAt,
    })
    .execute();
}

/** A token that may be used now, with what bounds its rights. */
export interface LivingApiToken {
  apiToken: ApiToken;
  organizationPath: string;
  /** Roles of the token, of every token it descends from, and of the users who made them: the lowest one holds. */
  roles: ConsoleRole[];
}

/** Of a chain of tokens that made each other, so many are followed; a longer one is refused. */
const LONGEST_CHAIN = 10;

/**
 * A valid token, by its hash or its id. It is valid while it, every token it descends from and every user who made one of them are:
 * not revoked or expired, not disabled or without a role, within reach, not suspended. Looked up by token hash; the row
 * names the organization.
 */
export async function selectLivingApiToken(
  db: Database,
  wanted: { tokenHash: Buffer } | { id: ApiTokenId },
  now: Date,
): Promise<LivingApiToken | undefined> {
  const isWanted =
    'id' in wanted ? sql<boolean>`token.id = ${wanted.id}` : sql<boolean>`token.token_hash = ${wanted.tokenHash}`;
  const { rows } = await sql<{ id: ApiTokenId; roles: ConsoleRole[]; path: string }>`
    with recursive chain as (
      select token.*, 1 as place from api_token token where ${isWanted}
      union all
      select parent.*, chain.place + 1 from chain join api_token parent on parent.id = chain.created_by_token_id
      where chain.place < ${LONGEST_CHAIN}
    ), link as (
      select chain.place, chain.role, maker.console_role,
        chain.revoked_at is null and chain.expires_at > ${now}
          and not ${isSuspended(sql`own.path`)}
          and case chain.created_by_kind
            when 'operator' then true
            when 'user' then maker.status = 'verified' and maker.console_role is not null
              and ${mayLogInSql('maker', sql`home.path`, now)} and starts_with(own.path, home.path)
            when 'api-token' then chain.created_by_token_id is not null and chain.place < ${LONGEST_CHAIN}
          end as lives
      from chain
        join organization own on own.id = chain.organization_id
        left join app_user maker on maker.id = chain.created_by_user_id
        left join organization home on home.id = maker.organization_id
    )
    select token.id, organization.path,
      (select array_agg(held) from link, unnest(array[link.role, link.console_role]) held where held is not null) as roles
    from api_token token join organization on organization.id = token.organization_id
    where ${isWanted} and (select bool_and(coalesce(lives, false)) from link)`.execute(db);
  const found = rows[0];
  if (found === undefined) return undefined;
  const row = await db.selectFrom('apiToken').select(COLUMNS).where('id', '=', found.id).executeTakeFirst();
  return row && { apiToken: toApiToken(row), organizationPath: found.path, roles: found.roles };
}

/** One token, whatever its state. Not bound to an organization: the id is the caller's own. */
export async function selectApiToken(db: Database, id: ApiTokenId): Promise<ApiToken | undefined> {
  const row = await db.selectFrom('apiToken').select(COLUMNS).where('id', '=', id).executeTakeFirst();
  return row && toApiToken(row);
}

export async function updateApiTokenUse(
  db: Database,
  organizationId: OrganizationId,
  id: ApiTokenId,
  now: Date,
): Promise<void> {
  // Its organization is kept first, as everywhere: whoever removes it locks it before its tokens.
  await db
    .with('kept', (cte) => cte.selectFrom('organization').select('id').where('id', '=', organizationId).forKeyShare())
    .updateTable('apiToken')
    .from('kept')
    .set({ lastUsedAt: now })
    .whereRef('apiToken.organizationId', '=', 'kept.id')
    .where('apiToken.id', '=', id)
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
  if (changed !== undefined) return { apiToken: toApiToken(changed), changed: true };
  const row = await db
    .selectFrom('apiToken')
    .select(COLUMNS)
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && { apiToken: toApiToken(row), changed: false };
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
  const rows = await query.orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(filter.limit).execute();
  return rows.map(toApiToken);
}

/** Deletes tokens that expired or were revoked before an instant; returns how many. Over all organizations. */
export async function deleteEndedApiTokens(db: Database, before: Date): Promise<number> {
  return deleteWhere(db, 'apiToken', sql`least(expires_at, revoked_at) < ${before}`);
}
