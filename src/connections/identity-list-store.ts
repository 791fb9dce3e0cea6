import type { OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** What an administrator sees of an identity: where, since when, under which address. The subject stays inside. */
export interface ListedIdentity {
  method: 'entra-id' | 'openid-connect';
  issuer: string;
  addressAtBinding: string | null;
  boundAt: Date;
  lastSeenAt: Date;
}

/** The identities of a user, in connections in force and in those put aside; the latest used first. */
export async function selectIdentitiesOf(
  db: Database,
  organizationId: OrganizationId,
  userId: UserId,
): Promise<ListedIdentity[]> {
  return db
    .selectFrom('identity')
    .innerJoin('connection', 'connection.id', 'identity.connection_id')
    .select([
      'connection.method',
      'identity.issuer',
      'identity.address_at_binding as addressAtBinding',
      'identity.bound_at as boundAt',
      'identity.last_seen_at as lastSeenAt',
    ])
    .where('identity.organization_id', '=', organizationId)
    .where('identity.user_id', '=', userId)
    .orderBy('identity.last_seen_at', 'desc')
    .execute();
}
