import { byTime, pageFrom, readCursor } from './cursor.ts';
import type { Handler } from './handler.ts';
import { instant } from './present.ts';
import { formatId, parseId } from '../../base/ids.ts';
import type { ApiTokenId } from '../../base/ids.ts';
import type { ApiToken } from '../../callers/api-token.ts';
import {
  createApiToken as create,
  listApiTokens as list,
  revokeApiToken as revoke,
} from '../../callers/manage-api-tokens.ts';

/** API tokens, the newest first. */
export const listApiTokens: Handler<'listApiTokens'> = async ({ deps, caller, params, query }) => {
  const place = readCursor(byTime, query.cursor);
  const tokens = await list(deps, caller, {
    organizationId: parseId('org', params.organizationId),
    before: place && { createdAt: new Date(place[0]), id: place[1] as ApiTokenId },
    limit: query.limit + 1,
  });
  return pageFrom(tokens, query.limit, {
    total: null,
    place: (token) => [token.createdAt.getTime(), token.id],
    item: out,
  });
};

/** Create; the token is shown this once. */
export const createApiToken: Handler<'createApiToken'> = async ({ deps, caller, params, body }) => {
  const organizationId = parseId('org', params.organizationId);
  const { apiToken, token } = await create(deps, caller, { organizationId, role: body.role, days: body.expiresInDays });
  return { apiToken: out(apiToken), token };
};

/** Revoke. */
export const revokeApiToken: Handler<'revokeApiToken'> = async ({ deps, caller, params }) =>
  out(
    await revoke(deps, caller, {
      organizationId: parseId('org', params.organizationId),
      id: parseId('tok', params.apiTokenId),
    }),
  );

function out(token: ApiToken) {
  return {
    id: formatId('tok', token.id),
    role: token.role,
    createdBy: token.createdBy,
    createdAt: instant(token.createdAt),
    expiresAt: instant(token.expiresAt),
    lastUsedAt: instant(token.lastUsedAt),
    revokedAt: instant(token.revokedAt),
  };
}
