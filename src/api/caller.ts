import { enterAsTokenHolder } from './caller-store.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { sha256 } from '../base/random.ts';
import { enterApiRole } from '../db/database.ts';
import type { Transaction } from '../db/database.ts';
import type { Caller } from '../organizations/access.ts';
import { API_TOKEN_PREFIX } from '../users/api-token.ts';
import { useApiToken } from '../users/manage-api-tokens.ts';

/** What tells one access token of ours from another: for whom it was made and for what. */
export interface ConsoleTokens {
  /** Client id of the console. */
  clientId: string;
  /** The resource its access tokens are for (RFC 8707). */
  audience: string;
}

/** The token of an `Authorization` header (RFC 6750 2.1); undefined when there is none of a form we make. */
export function readBearer(header: string | undefined): string | undefined {
  return /^Bearer +([\w.~+/-]{20,200}=*)$/i.exec(header ?? '')?.[1];
}

/**
 * Proves who calls, and enters the api role at their organization for the rest of the transaction: rows of other
 * organizations are not there from then on.
 * @throws caller.unauthenticated, caller.denied for a person without a console role
 */
export async function enterAsCaller(
  deps: { db: Transaction; clock: Clock; consoleTokens: ConsoleTokens },
  token: string,
): Promise<Caller> {
  return token.startsWith(API_TOKEN_PREFIX) ? enterAsProgram(deps, token) : enterAsPerson(deps, token);
}

async function enterAsProgram(deps: { db: Transaction; clock: Clock }, token: string): Promise<Caller> {
  const found = await useApiToken(deps, token);
  if (found === undefined) throw new AppError('caller.unauthenticated', { detail: 'api token' });
  const { apiToken, organizationPath } = found;
  await enterApiRole(deps.db, organizationPath);
  return {
    kind: 'api-token',
    id: apiToken.id,
    userId: null,
    name: `API token of ${apiToken.createdBy}`,
    role: apiToken.role,
    organizationId: apiToken.organizationId,
    organizationPath,
    factorAt: null,
  };
}

async function enterAsPerson(
  deps: { db: Transaction; clock: Clock; consoleTokens: ConsoleTokens },
  token: string,
): Promise<Caller> {
  const holder = await enterAsTokenHolder(deps.db, { ...deps.consoleTokens, hash: sha256(token) }, deps.clock.now());
  if (holder === undefined) throw new AppError('caller.unauthenticated', { detail: 'access token' });
  if (holder.consoleRole === null) throw new AppError('caller.denied', { detail: 'no console role' });
  return {
    kind: 'user',
    id: holder.userId,
    userId: holder.userId,
    name: holder.name === null ? holder.email : `${holder.name} (${holder.email})`,
    role: holder.consoleRole,
    organizationId: holder.organizationId,
    organizationPath: holder.organizationPath,
    factorAt: holder.factorAt,
  };
}
