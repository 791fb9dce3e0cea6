import type { AccessToken, Client, Provider } from 'oidc-provider';
import { consentedScopes } from '../../applications/resources/consent-scope.ts';
import { applicationsBefore } from '../storage/token-record-store.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';
import type { UserAccess } from '../storage/user-access-store.ts';

/**
 * Of the scopes that the actor may ask for at an API, those that what is presented may be exchanged for. At the API that it
 * is for these are all. A scope of another API may have the same name and another meaning: there the user must have allowed
 * it by that API's words, to the application that the token was first given to or to the actor. First-party applications
 * have what the root allows, without a question.
 * @param client the actor
 * @param scopes that the actor may ask for
 * @param access of the user through the actor
 */
export async function handedOn(
  provider: Provider,
  subject: AccessToken,
  { client, audience, scopes, access }: { client: Client; audience: string; scopes: string[]; access: UserAccess },
): Promise<string[]> {
  const work = UnitOfWork.current();
  const presented = work.presentedToken();
  if (presented === null) return [];
  if (subject.aud === audience) return scopes;
  const [first = presented.clientId] = applicationsBefore(presented.payload);
  if ((await provider.Client.find(first))?.['first_party'] === true) return scopes;
  const before = await work.access(presented.userId, first, presented.organizationInScopeId);
  const target = await work.resource(client.clientId, audience);
  if (target === null) return [];
  const consents = [before?.consentScope, access.consentScope];
  const allowed = new Set(consents.flatMap((consent) => consentedScopes(consent ?? '', target)));
  return scopes.filter((scope) => allowed.has(scope));
}
