import type { ApplicationAccess } from './application-access-store.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';

/**
 * What the application that an access token was given to may do now; null when it may not ask for the token's audience any
 * more, or not for each of the token's scopes, or its owner is suspended: such a token is worth nothing, to its API as to
 * whoever would exchange it. One statement.
 * @param audience of the token: an API resource
 */
export async function stillGranted(
  token: { clientId?: string | undefined; scope?: string | undefined },
  audience: string,
): Promise<ApplicationAccess | null> {
  const access =
    token.clientId === undefined ? undefined : await UnitOfWork.current().applicationAccess(token.clientId, audience);
  const granted = access?.resources[0];
  if (access === undefined || granted === undefined || access.suspended) return null;
  const scopes = (token.scope ?? '').split(' ');
  return scopes.every((scope) => scope === '' || granted.scopes.includes(scope)) ? access : null;
}
