import type { ApplicationAccess } from './application-access-store.ts';
import { consentedScopes } from '../../applications/resources/consent-scope.ts';
import { actorIn } from '../acting/actors.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';

/**
 * What the application that an access token was given to may do now; null when it may not ask for the token's audience any
 * more, or not for each of the token's scopes, or its owner is suspended, or the user no longer allows them by the words they
 * have now (an actor's were allowed where the exchange began): such a token is worth nothing, to its API as to whoever would
 * exchange it. One statement.
 * @param token that was presented with this request
 * @param audience of the token: an API resource
 */
export async function stillGranted(
  token: { clientId?: string | undefined; scope?: string | undefined; extra?: unknown },
  audience: string,
): Promise<ApplicationAccess | null> {
  const access =
    token.clientId === undefined ? undefined : await UnitOfWork.current().applicationAccess(token.clientId, audience);
  const granted = access?.resources[0];
  if (access === undefined || granted === undefined || access.suspended) return null;
  const person = UnitOfWork.current().presentedToken()?.access ?? null;
  const isAsked = person !== null && !person.firstParty && actorIn(token.extra) === undefined;
  const allowed = isAsked ? consentedScopes(person.consentScope ?? '', granted) : granted.scopes;
  const scopes = (token.scope ?? '').split(' ');
  return scopes.every((scope) => scope === '' || allowed.includes(scope)) ? access : null;
}
