import { errors } from 'oidc-provider';
import type { Client, KoaContextWithOIDC, ResourceServer } from 'oidc-provider';
import { triedBy } from '../../applications/trying/try-ticket.ts';
import { consentedScopes } from '../../applications/resources/consent-scope.ts';
import { apiResource, CONSOLE_CLIENT } from '../clients.ts';
import { API_SCOPE } from '../grants.ts';
import { ACCESS_TOKEN_LIFETIME } from '../lifetimes.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';
import type { ApplicationAccess } from './application-access-store.ts';
import type { GrantedResource } from '../../applications/resources/api-resource.ts';

/*
 * What access tokens may be for beside userinfo (RFC 8707).
 *
 *   resource-server.ts         which API resource a request may name, with which scopes, in which form the token comes
 *   token-rights.ts            claims of a signed access token (RFC 9068)
 *   introspection.ts           who is told of an access token (RFC 7662)
 *   still-granted.ts           whether an access token's application still has what the token says
 *   record-machine-tokens.ts   audit event for machine applications, one in some minutes
 *   application-access-store.ts  the SQL: what an application may ask for in its own name
 */

/**
 * oidc-provider's `getResourceServerInfo`: asked at authorization, at the token endpoint and at each refresh, so a scope
 * that was taken away is not given again. An API resource nobody has and one of another owner get the same answer.
 */
export async function findResourceServer(
  ctx: KoaContextWithOIDC,
  resource: string,
  client: Client,
): Promise<ResourceServer> {
  if (resource === apiResource(new URL(ctx.oidc.issuer))) {
    if (client.clientId !== CONSOLE_CLIENT) throw new errors.InvalidTarget();
    return {
      scope: API_SCOPE,
      audience: resource,
      accessTokenFormat: 'opaque',
      accessTokenTTL: ACCESS_TOKEN_LIFETIME,
    };
  }
  if (triedBy(client.clientId) !== null)
    throw new errors.InvalidTarget('trying an application gives nothing for an API');
  // One API resource for each request: a scope then says of which it is.
  if (Array.isArray(ctx.oidc.params?.['resource'])) throw new errors.InvalidTarget('name one resource');
  const isMachine = ctx.oidc.params?.['grant_type'] === 'client_credentials';
  const granted = isMachine
    ? findForMachine(ctx, await machineAccess(ctx, client, resource))
    : await UnitOfWork.current().resource(client.clientId, resource);
  if (granted === null) throw new errors.InvalidTarget('the application may not ask for this resource');
  return toResourceServer(stillConsented(client, granted));
}

/**
 * What a code or a refresh token is redeemed for: the scopes that its user allows still, by the words they have now. An API
 * resource that was removed and made anew, or calls a scope otherwise, was not allowed.
 */
function stillConsented(client: Client, granted: GrantedResource): GrantedResource {
  const presented = UnitOfWork.current().presentedToken();
  if (presented?.clientId !== client.clientId || presented.kind === 'AccessToken') return granted;
  const { access } = presented;
  if (access === null || access.firstParty) return granted;
  const scopes = consentedScopes(access.consentScope ?? '', granted);
  const stored = presented.payload['scope'];
  const held = typeof stored === 'string' ? stored.split(' ') : [];
  const isHeld = (scope: string): boolean => held.includes(scope);
  if (granted.scopes.some(isHeld) && !scopes.some(isHeld)) {
    throw new errors.InvalidGrant('the user does not allow this any more');
  }
  return { ...granted, scopes };
}

/**
 * oidc-provider's `defaultResource`: a machine application that may use one API resource need not name it; its access tokens
 * are never for nothing.
 */
export async function defaultResource(ctx: KoaContextWithOIDC, client: Client): Promise<string | string[]> {
  if (ctx.oidc.params?.['grant_type'] !== 'client_credentials') return [];
  const { resources } = await machineAccess(ctx, client, null);
  if (resources.length === 0) throw new errors.InvalidTarget('the application may not ask for any resource yet');
  if (resources.length > 1) throw new errors.InvalidTarget('name the resource that the access token is for');
  return resources[0]!.audience;
}

const READ = Symbol('application access');

/** What a machine application may do now: one read for each request, whether it named a resource or not. */
async function machineAccess(
  ctx: KoaContextWithOIDC & { [READ]?: ApplicationAccess },
  client: Client,
  audience: string | null,
): Promise<ApplicationAccess> {
  const access = ctx[READ] ?? (await UnitOfWork.current().applicationAccess(client.clientId, audience));
  if (access === undefined) throw new errors.InvalidClient('client not found');
  ctx[READ] = access;
  if (access.suspended) throw new errors.UnauthorizedClient('the organization of the application is suspended');
  return access;
}

/** The access a machine application's request was decided by; undefined for other requests. */
export function accessOfMachine(
  ctx: KoaContextWithOIDC & { [READ]?: ApplicationAccess },
): ApplicationAccess | undefined {
  return ctx[READ];
}

/**
 * The one API resource, with the scopes asked for. Without `scope` a machine gets all it was allowed (RFC 6749 3.3: a
 * default the server documents); one that it was not allowed is refused by name, not left out in silence.
 */
function findForMachine(ctx: KoaContextWithOIDC, access: ApplicationAccess): GrantedResource | null {
  const granted = access.resources[0];
  const { params } = ctx.oidc;
  if (granted === undefined || params === undefined) return null;
  const asked = typeof params['scope'] === 'string' ? params['scope'] : granted.scopes.join(' ');
  params['scope'] = asked;
  const missing = asked.split(' ').find((scope) => !granted.scopes.includes(scope));
  if (missing !== undefined) throw new errors.InvalidScope('the application may not ask for this scope', missing);
  return granted;
}

function toResourceServer(granted: GrantedResource): ResourceServer {
  return {
    scope: granted.scopes.join(' '),
    audience: granted.audience,
    accessTokenFormat: granted.format,
    accessTokenTTL: granted.lifetime,
    jwt: { sign: { alg: granted.algorithm } },
  };
}
