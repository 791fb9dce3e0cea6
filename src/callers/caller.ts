import { enterAsTokenHolder } from './access-token-store.ts';
import { API_TOKEN_PREFIX } from './api-token.ts';
import { useApiToken } from './manage-api-tokens.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { sha256 } from '../base/random.ts';
import { enterApiRole } from '../db/database.ts';
import type { Transaction } from '../db/database.ts';
import type { Caller } from '../organizations/access.ts';

/*
 * Callers: who calls a door that administers.
 *
 *   bearer token ─ "gatehouse_…" ─ api-token-store ───┐
 *        │                                            ├─ Caller, the transaction in the api role at its organization
 *        └─ access token of the console ─ session ────┘
 *           (access-token-store)
 *
 * `proveCaller` runs in the first statement of the request's transaction: role, status and suspension are read there and
 * never come from the token. What a Caller may do is decided by `organizations/access.ts`.
 *
 * caller.ts               proveCaller
 * access-token-store.ts   access token and session → user
 * api-token.ts            an API token: its model and limits
 * api-token-store.ts      its SQL
 * manage-api-tokens.ts    create, list, revoke, use
 */

/** Which access tokens of the OpenID Provider a door accepts. */
export interface AccessTokenScope {
  /** The client they were issued to: the console. */
  clientId: string;
  /** Their audience (RFC 8707, RFC 7519 4.1.3). */
  audience: string;
}

/** What proving a caller needs; `db` is the request's transaction. */
export interface CallerDeps {
  db: Transaction;
  clock: Clock;
  accessTokens: AccessTokenScope;
}

/**
 * Resolves a bearer token to its Caller and enters the api role at the caller's organization for the rest of the
 * transaction: rows of organizations out of reach are invisible from then on.
 * @throws caller.unauthenticated, caller.denied for a user without a console role
 */
export async function proveCaller(deps: CallerDeps, token: string): Promise<Caller> {
  return token.startsWith(API_TOKEN_PREFIX) ? proveProgram(deps, token) : proveUser(deps, token);
}

async function proveProgram(deps: CallerDeps, token: string): Promise<Caller> {
  const found = await useApiToken(deps, token);
  if (found === undefined) throw new AppError('caller.unauthenticated', { detail: 'api token' });
  const { apiToken, organizationPath, role } = found;
  await enterApiRole(deps.db, organizationPath);
  return {
    kind: 'api-token',
    id: apiToken.id,
    userId: null,
    name: `API token of ${apiToken.createdBy}`,
    role,
    organizationId: apiToken.organizationId,
    organizationPath,
    factorAt: null,
    madeByOperator: apiToken.maker?.kind === 'operator',
  };
}

async function proveUser(deps: CallerDeps, token: string): Promise<Caller> {
  const holder = await enterAsTokenHolder(deps.db, { ...deps.accessTokens, hash: sha256(token) }, deps.clock.now());
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
