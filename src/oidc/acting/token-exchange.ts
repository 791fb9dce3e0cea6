import { errors } from 'oidc-provider';
import type { AccessToken, Client, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { MINUTE } from '../../base/clock.ts';
import type { Seconds } from '../../base/clock.ts';
import { formatId, readId } from '../../base/ids.ts';
import { refusalOf } from '../claims.ts';
import { TOKEN_EXCHANGE } from '../clients.ts';
import { scopesOf } from '../resources/record-machine-tokens.ts';
import { findResourceServer } from '../resources/resource-server.ts';
import { stillGranted } from '../resources/still-granted.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';
import type { UserAccess } from '../storage/user-access-store.ts';
import { actorsOf } from './actors.ts';
import { handedOn } from './handed-on.ts';

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const PARAMETERS = [
  'subject_token',
  'subject_token_type',
  'actor_token',
  'requested_token_type',
  'resource',
  'audience',
  'scope',
];

/** So many applications one behind the other. */
const MOST_ACTORS = 4;

/** Events of one application for one user about the same organization, API and scopes: once in so many seconds. */
const WINDOW: Seconds = 10 * MINUTE;

/**
 * Token exchange (RFC 8693), for acting alone: an application that was allowed to presents a user's access token and gets
 * one for another API that says who acts (`act`), never one that passes for the user's own. It has no more scopes than the
 * one presented, lives no longer, and ends with it. The actor is the application that authenticates itself.
 */
export function registerTokenExchange(provider: Provider): void {
  const handler = async (ctx: KoaContextWithOIDC): Promise<void> => {
    const { client } = ctx.oidc;
    if (client === undefined) throw new errors.InvalidClient('client not found');
    const params = readParameters(ctx);
    const subject = await findSubject(provider, client, params.subjectToken);
    const access = await accessThrough(client, subject);
    const info = await findResourceServer(ctx, params.resource, client);
    const about = { client, audience: params.resource, scopes: info.scope.split(' '), access };
    const scope = narrowed(params.scope, subject, await handedOn(provider, subject, about));

    const token = new provider.AccessToken({
      accountId: subject.accountId,
      client,
      expiresWithSession: subject.expiresWithSession,
      grantId: subject.grantId,
      gty: 'token_exchange',
      scope,
      sessionUid: subject.sessionUid,
    });
    token.resourceServer = new provider.ResourceServer(params.resource, info);
    ctx.oidc.entity('AccessToken', token);
    const value = await token.save();
    recordActing(client, access, { resource: params.resource, scope });
    ctx.body = {
      access_token: value,
      issued_token_type: ACCESS_TOKEN,
      token_type: 'Bearer',
      expires_in: token.expiration,
      scope,
    };
  };
  provider.registerGrantType(TOKEN_EXCHANGE, handler, PARAMETERS);
}

function readParameters(ctx: KoaContextWithOIDC): { subjectToken: string; resource: string; scope: string | null } {
  const params: Record<string, unknown> = ctx.oidc.params ?? {};
  const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
  if (!isText(params['subject_token'])) throw new errors.InvalidRequest("missing required parameter 'subject_token'");
  if (params['subject_token_type'] !== ACCESS_TOKEN) {
    throw new errors.InvalidRequest('subject_token_type must be that of an access token');
  }
  if (params['actor_token'] !== undefined) {
    throw new errors.InvalidRequest('the actor is the application that authenticates itself: leave actor_token out');
  }
  if (params['requested_token_type'] !== undefined && params['requested_token_type'] !== ACCESS_TOKEN) {
    throw new errors.InvalidRequest('only access tokens are issued');
  }
  if (ctx.get('DPoP') !== '') throw new errors.InvalidRequest('tokens of an exchange are not bound by DPoP');
  if (params['audience'] !== undefined || !isText(params['resource'])) {
    throw new errors.InvalidTarget('name the one API as resource');
  }
  const scope = params['scope'];
  return { subjectToken: params['subject_token'], resource: params['resource'], scope: isText(scope) ? scope : null };
}

/**
 * The user's token: live, of an application of the same owner, and for an API of that owner, which the application may still
 * ask for, or for the actor itself.
 */
async function findSubject(provider: Provider, client: Client, value: string): Promise<AccessToken> {
  if (looksSigned(value)) {
    throw new errors.InvalidRequest(
      'a signed subject_token is not exchanged: give the API that it is for opaque tokens',
    );
  }
  const subject = await provider.AccessToken.find(value);
  const presented = UnitOfWork.current().presentedToken();
  const wrong = new errors.InvalidRequest('subject_token is invalid');
  if (subject?.clientId === undefined || presented === null) throw wrong;
  const { access } = presented;
  if (access === null || refusalOf(access, subject.clientId, UnitOfWork.current().now) !== null) throw wrong;
  const holder = await provider.Client.find(subject.clientId);
  const isOwn = holder !== undefined && holder['owner_id'] !== undefined && holder['owner_id'] === client['owner_id'];
  if (!isOwn || (subject.aud === undefined && subject.clientId !== client.clientId)) throw wrong;
  if (typeof subject.aud === 'string' && (await stillGranted(subject, subject.aud)) === null) throw wrong;
  // What is given is a bearer token: it would open to whoever stole it what the one presented opens to its key alone.
  if (subject.isSenderConstrained()) {
    throw new errors.InvalidRequest('a subject_token that is bound to a key is not exchanged');
  }
  if (actorsOf(subject.extra) >= MOST_ACTORS) throw new errors.InvalidRequest('too many applications act already');
  return subject;
}

/**
 * A JWT, by its form alone, whoever made it. One of ours (RFC 9068) has no row: neither its session nor its family is found by
 * it, so what was ended, withdrawn or revoked meanwhile would be exchanged until it expires.
 */
function looksSigned(value: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(value);
}

/** What the user may do through the actor, for the organization that the token speaks about. */
async function accessThrough(client: Client, subject: AccessToken): Promise<UserAccess> {
  const work = UnitOfWork.current();
  const userId = readId('usr', subject.accountId);
  const organization = work.presentedToken()?.organizationInScopeId ?? null;
  const access = userId === undefined ? null : await work.access(userId, client.clientId, organization);
  if (access === null || refusalOf(access, client.clientId, work.now) !== null) {
    throw new errors.InvalidRequest('the user may not use the application that acts');
  }
  work.issueFor(access);
  return access;
}

/** Scopes that the token presented has, and the actor may have at the API behind; without `scope` all of these. */
function narrowed(asked: string | null, subject: AccessToken, granted: string[]): string {
  const held = (subject.scope ?? '').split(' ').filter((scope) => granted.includes(scope));
  const scopes = asked === null ? held : asked.split(' ');
  const missing = scopes.find((scope) => !held.includes(scope));
  if (missing !== undefined || scopes.length === 0 || held.length === 0) {
    throw new errors.InvalidScope(
      'not more than the subject_token has, the application may ask for and the user allowed',
      missing ?? '',
    );
  }
  return scopes.join(' ');
}

/** In the log of the user's home, and of the organization that the token speaks about, where that is another. */
function recordActing(client: Client, access: UserAccess, what: { resource: string; scope: string }): void {
  const about = access.organizationInScope ?? access.home;
  const name = client.clientName ?? client.clientId;
  const organizations = [...new Set([access.home.id, about.id])];
  UnitOfWork.current().auditOnce(WINDOW, {
    about: ['acting', client.clientId, access.userId, about.id, what.resource, scopesOf(what.scope)],
    events: organizations.map((organizationId) => ({
      organizationId,
      kind: 'application.acted',
      actor: { kind: 'service', id: null, name },
      userId: access.userId,
      details: { application: client.clientId, name, organizationInScope: formatId('org', about.id), ...what },
    })),
  });
}
