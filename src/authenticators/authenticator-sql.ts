import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { AuthenticatorFacts, SecurityKeyAuthenticator, TotpAuthenticator } from './authenticator.ts';
import { after } from '../base/clock.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';

// Dormant authenticators (their organization logs in elsewhere) are found by none of these.

/**
 * Part of a larger statement: {@link AuthenticatorFacts} of a user as one document, with nothing in it for nobody.
 * @param owner SQL for organization and user
 */
export function authenticatorFacts(
  owner: Record<'organizationId' | 'userId', RawBuilder<unknown>>,
): RawBuilder<unknown> {
  const { organizationId, userId } = owner;
  const own = sql`organization_id = ${organizationId} and user_id = ${userId}`;
  const common = sql.raw(`'id', id, 'kind', kind, 'name', name, 'createdAt', created_at, 'lastUsedAt', last_used_at`);
  return sql`(select json_build_object(
      'password', (json_agg(json_build_object('id', id, 'hash', password_hash, 'setAt', created_at))
        filter (where kind = 'password')) -> 0,
      'totps', coalesce(json_agg(json_build_object(${common}, 'sealedSeed', encode(sealed_seed, 'base64'))
        order by created_at) filter (where kind = 'totp'), '[]'),
      'securityKeys', coalesce(json_agg(json_build_object(${common}, 'credentialId', credential_id,
          'publicKey', encode(public_key, 'base64'), 'signatureCount', signature_count, 'transports', transports)
        order by created_at) filter (where kind = 'security-key'), '[]'),
      'recoveryCodes', (select count(*)::int from recovery_code where ${own} and used_at is null))
    from authenticator where ${own} and dormant_since is null)`;
}

type InJson<T> = { [Name in keyof T]: T[Name] extends Date | Buffer ? string : T[Name] };
type Key = Omit<SecurityKeyAuthenticator, 'key'> & Omit<SecurityKeyAuthenticator['key'], 'publicKey'>;

/** The facts of such a document. */
export function readAuthenticatorFacts(document: unknown): AuthenticatorFacts {
  const { password, totps, securityKeys, recoveryCodes } = document as {
    password: InJson<NonNullable<AuthenticatorFacts['password']>> | null;
    totps: (InJson<TotpAuthenticator> & { lastUsedAt: string | null })[];
    securityKeys: (InJson<Key> & { publicKey: string; lastUsedAt: string | null })[];
    recoveryCodes: number;
  };
  return {
    password: password && { ...password, setAt: new Date(password.setAt) },
    totps: totps.map((totp) => ({ ...totp, ...instants(totp), sealedSeed: Buffer.from(totp.sealedSeed, 'base64') })),
    securityKeys: securityKeys.map(({ id, kind, name, ...row }) => ({
      id,
      kind,
      name,
      ...instants(row),
      key: {
        credentialId: row.credentialId,
        publicKey: Buffer.from(row.publicKey, 'base64'),
        signatureCount: row.signatureCount,
        transports: row.transports ?? [],
      },
    })),
    recoveryCodes,
  };
}

function instants(row: { createdAt: string; lastUsedAt: string | null }): { createdAt: Date; lastUsedAt: Date | null } {
  return { createdAt: new Date(row.createdAt), lastUsedAt: row.lastUsedAt === null ? null : new Date(row.lastUsedAt) };
}

/** Part of a larger statement: locks the password that was proved at an instant, as `isPasswordOf` asks for it. */
export function lockProvedPassword(
  user: { organizationId: OrganizationId; id: UserId },
  provedAt: Date,
  onlyIf: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`select 1 from authenticator where organization_id = ${user.organizationId} and user_id = ${user.id}
    and kind = 'password' and dormant_since is null and created_at <= ${after(provedAt, 1)} and ${onlyIf} for share`;
}

/** Part of a larger statement: whether a user has a reset or recovery link that a login would revoke. */
export function hasOpenLink(user: { organizationId: OrganizationId; id: UserId }): RawBuilder<boolean> {
  return sql<boolean>`exists (select 1 from reset_link where organization_id = ${user.organizationId}
    and user_id = ${user.id} and used_at is null and revoked_at is null)`;
}
