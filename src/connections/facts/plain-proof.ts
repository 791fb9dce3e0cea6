import { otherAddress } from '../bind-identity.ts';
import type { Binding, SubjectKey } from '../bind-identity.ts';
import type { Connection } from '../connection.ts';
import { plannedSuccess } from '../record-outcome.ts';
import type { SuccessChange } from '../record-outcome.ts';
import type { RoleDecision } from '../roles/role-rule.ts';
import type { UserId } from '../../base/ids.ts';
import type { Claims, StatedValues, Supplement } from '../../connectors/connector.ts';
import { changesNothing } from '../../users/record-login.ts';
import type { User } from '../../users/user.ts';

/**
 * Somebody logs in again of whom the provider says nothing new: what is written is known beforehand, and so is one statement
 * (`plain-proof-sql.ts`). Every other proof is carried out step by step, in a transaction.
 */
export interface PlainProof {
  key: SubjectKey;
  userId: UserId;
  /** Values of the claims that rules ask for; null where there are none. */
  statedValues: StatedValues | null;
  /** What the success changes in the connection, at most once a minute. */
  success: { connection: Connection; change: SuccessChange } | null;
}

/** The proof as a plain one; null where anything about it is new. */
export function plainProof(
  proved: {
    binding: Binding;
    /** Whom the binding decided for, as this request read it. */
    user: User | undefined;
    connection: Connection;
    claims: Claims;
    supplement: Supplement | null;
    authTime: Connection['authTime'];
    /** What rules decided; null where they wait. */
    roles: readonly RoleDecision[] | null;
  },
  now: Date,
): PlainProof | null {
  const { binding, user, connection, claims, supplement, authTime, roles } = proved;
  if (binding.decision.kind !== 'log-in' || user?.id !== binding.decision.userId) return null;
  const { organizationId } = user;
  const ruled = [user, binding.user].some((one) => one !== null && one.ruledRoles.length > 0);
  if (roles !== null && (roles.length > 0 || ruled)) return null;
  if (otherAddress(user, claims) !== null || !changesNothing(user, claims.name)) return null;
  const success = plannedSuccess(connection, { organizationId, authTime, supplement }, now);
  if (success?.kind === 'confirm') return null;
  const stated = claims.stated ?? {};
  return {
    key: binding.key,
    userId: user.id,
    statedValues: Object.keys(stated).length === 0 ? null : stated,
    success: success === null ? null : { connection, change: success.change },
  };
}
