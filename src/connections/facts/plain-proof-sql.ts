import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { PlainProof } from './plain-proof.ts';
import { toStorableJson } from '../../base/outside-text.ts';

function isIdentity({ key, userId }: PlainProof): RawBuilder<unknown> {
  return sql`connection_id = ${key.connectionId} and organization_id = ${key.organizationId} and issuer = ${key.issuer}
    and directory_id = ${key.directoryId} and subject = ${key.subject} and user_id = ${userId}`;
}

/** Part of a larger statement: locks the identity by which somebody logs in, where it is bound to that user still. */
export function lockIdentity(proof: PlainProof, onlyIf: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select 1 from identity where ${isIdentity(proof)} and ${onlyIf} for no key update`;
}

/** Part of a larger statement: marks that an identity logged in, as `touchIdentity` does for one whose address is the user's. */
export function markIdentity(proof: PlainProof, now: Date, onlyIf: RawBuilder<unknown>): RawBuilder<unknown> {
  const { statedValues: stated } = proof;
  return sql`update identity set last_seen_at = ${now}, stated_address = null,
      stated_values = ${stated === null ? null : toStorableJson(stated)}::jsonb
    where ${isIdentity(proof)} and ${onlyIf}`;
}

/** Part of a larger statement: what a success changes in a connection, where it is the one that was read. */
export function markSuccess(
  { connection, change }: NonNullable<PlainProof['success']>,
  onlyIf: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const { lastFailureValues: values } = change;
  return sql`update connection set last_success_at = ${change.lastSuccessAt}, auth_time = ${change.authTime},
      failing_since = ${change.failingSince}, last_failure = ${change.lastFailure},
      last_failure_values = ${values === null ? null : toStorableJson(values)}::jsonb,
      last_failure_at = ${change.lastFailureAt}, unreturned = ${change.unreturned},
      unreturned_since = ${change.unreturnedSince}
    where organization_id = ${connection.organizationId} and id = ${connection.id} and version = ${connection.version}
      and state = ${connection.state} and ${onlyIf}`;
}
