import {
  API_TOKEN_DAYS,
  API_TOKEN_PREFIX,
  apiTokenLifetime,
  MOST_API_TOKEN_DAYS,
  USE_NOTED_EVERY,
} from './api-token.ts';
import type { ApiToken, ApiTokenMaker } from './api-token.ts';
import {
  insertApiToken,
  selectApiToken,
  selectApiTokens,
  selectLivingApiToken,
  updateApiTokenRevoked,
  updateApiTokenUse,
} from './api-token-store.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import { after } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { fieldError } from '../base/field-errors.ts';
import type { ApiTokenId, OrganizationId } from '../base/ids.ts';
import { randomSecret, randomUuid, sha256 } from '../base/random.ts';
import { inTransaction } from '../db/database.ts';
import type { Database } from '../db/database.ts';
import { lowestRole, requireAccess, requireFreshFactor } from '../organizations/access.ts';
import type { Caller, ConsoleRole } from '../organizations/access.ts';
import { findOrganization, keepOrganization } from '../organizations/find-organization.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

/**
 * Makes a token for programs; it is in the answer and nowhere else. Only an administrator makes one, so that no role is above
 * its maker's; one that a token makes expires with that token at the latest.
 * @throws organization.not-found, caller.denied, caller.stale-factor, input.malformed
 */
export async function createApiToken(
  deps: Deps,
  caller: Caller,
  input: { organizationId: OrganizationId; role: ConsoleRole; days?: number | undefined },
): Promise<{ apiToken: ApiToken; token: string }> {
  const now = deps.clock.now();
  const days = input.days ?? API_TOKEN_DAYS;
  if (!Number.isInteger(days) || days < 1 || days > MOST_API_TOKEN_DAYS) {
    const problem = fieldError('expiresInDays', 'between', { least: 1, most: MOST_API_TOKEN_DAYS });
    throw new AppError('input.malformed', { detail: `${days} days`, fields: [problem] });
  }
  const organization = requireAccess(caller, 'edit-roles', await keepOrganization(deps, input.organizationId));
  requireFreshFactor(caller, now);

  const expiresAt = after(now, apiTokenLifetime(days));
  const maker = makerOf(caller);
  const parent = maker.kind === 'api-token' ? await selectApiToken(deps.db, maker.apiTokenId) : undefined;
  const token = `${API_TOKEN_PREFIX}${randomSecret()}`;
  const apiToken: ApiToken = {
    id: randomUuid() as ApiTokenId,
    organizationId: organization.id,
    role: input.role,
    createdBy: caller.name,
    maker,
    createdAt: now,
    expiresAt: parent !== undefined && parent.expiresAt < expiresAt ? parent.expiresAt : expiresAt,
    lastUsedAt: null,
    revokedAt: null,
  };
  await inTransaction(deps, async (deps) => {
    await insertApiToken(deps.db, apiToken, sha256(token));
    await recordEvent(deps, {
      organizationId: organization.id,
      kind: 'api-token.created',
      actor: actorOf(caller),
      details: { apiTokenId: apiToken.id, role: apiToken.role, expiresAt: apiToken.expiresAt.toISOString() },
    });
  });
  return { apiToken, token };
}

function makerOf(caller: Caller): ApiTokenMaker {
  if (caller.userId !== null) return { kind: 'user', userId: caller.userId };
  return caller.kind === 'api-token' && caller.id !== null
    ? { kind: 'api-token', apiTokenId: caller.id as ApiTokenId }
    : { kind: 'operator' };
}

/**
 * Resolves a presented token and records its use, to the minute.
 * @returns the token, its organization's path and the role it has now: the lowest of its own, its maker's and those of the
 *   tokens it descends from. Undefined when it is unknown, revoked or expired, its organization is suspended, or the same
 *   holds for its maker.
 */
export async function useApiToken(
  deps: Deps,
  token: string,
): Promise<{ apiToken: ApiToken; organizationPath: string; role: ConsoleRole } | undefined> {
  const now = deps.clock.now();
  const found = await selectLivingApiToken(deps.db, { tokenHash: sha256(token) }, now);
  if (found === undefined) return undefined;
  const { id, organizationId, lastUsedAt } = found.apiToken;
  if (lastUsedAt === null || after(lastUsedAt, USE_NOTED_EVERY) <= now) {
    await updateApiTokenUse(deps.db, organizationId, id, now);
  }
  const { apiToken, organizationPath, roles } = found;
  return { apiToken, organizationPath, role: lowestRole(apiToken.role, roles) };
}

/** Whether a token administers at this moment: what it began ends with it, and with the rights of who made it. */
export async function isAdministratingToken(deps: Deps, id: ApiTokenId): Promise<boolean> {
  const found = await selectLivingApiToken(deps.db, { id }, deps.clock.now());
  return found !== undefined && lowestRole(found.apiToken.role, found.roles) === 'administrator';
}

/**
 * A page of an organization's tokens, the newest first.
 * @throws organization.not-found, caller.denied
 */
export async function listApiTokens(
  deps: { db: Database },
  caller: Caller,
  input: { organizationId: OrganizationId; before?: { createdAt: Date; id: ApiTokenId } | undefined; limit: number },
): Promise<ApiToken[]> {
  const organization = requireAccess(caller, 'edit-roles', await findOrganization(deps, input.organizationId));
  return selectApiTokens(deps.db, { ...input, organizationId: organization.id });
}

/**
 * Revokes a token: refused from now on. Revoking it again changes nothing.
 * @throws organization.not-found, token.not-found, caller.denied, caller.stale-factor
 */
export async function revokeApiToken(
  deps: Deps,
  caller: Caller,
  input: { organizationId: OrganizationId; id: ApiTokenId },
): Promise<ApiToken> {
  const now = deps.clock.now();
  const organization = requireAccess(caller, 'edit-roles', await keepOrganization(deps, input.organizationId));
  requireFreshFactor(caller, now);
  return inTransaction(deps, async (deps) => {
    const revoked = await updateApiTokenRevoked(deps.db, organization.id, input.id, now);
    if (revoked === undefined) throw new AppError('token.not-found');
    if (revoked.changed) {
      await recordEvent(deps, {
        organizationId: organization.id,
        kind: 'api-token.revoked',
        actor: actorOf(caller),
        details: { apiTokenId: revoked.apiToken.id },
      });
    }
    return revoked.apiToken;
  });
}
