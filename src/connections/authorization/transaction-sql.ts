import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { ConnectionTransaction } from './transaction-store.ts';

/** Part of a larger statement: stores an authorization request where `onlyIf` holds. */
export function insertTransactionWhere(sent: ConnectionTransaction, onlyIf: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`insert into connection_transaction (state_hash, login_id, organization_id, login_organization_id,
      connection_id, connection_version, issuer, redirect_uri, sealed_state, browser_hash, max_age, created_at, expires_at)
    select ${sent.stateHash}::bytea, ${sent.loginId}::uuid, ${sent.organizationId}::uuid,
      ${sent.loginOrganizationId}::uuid, ${sent.connectionId}::uuid, ${sent.connectionVersion}::integer, ${sent.issuer},
      ${sent.redirectUri}, ${sent.sealedState}::bytea, ${sent.browserHash}::bytea, ${sent.maxAge}::integer,
      ${sent.createdAt}::timestamptz, ${sent.expiresAt}::timestamptz
    where ${onlyIf}`;
}
