import { errors } from 'oidc-provider';
import type { Adapter } from 'oidc-provider';
import { epochSeconds } from '../../base/clock.ts';
import type { Seconds } from '../../base/clock.ts';
import { formatId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';
import { findLiveLogin } from '../../logins/find-login.ts';
import { readSession, readSource } from './adapter-reads.ts';
import { insertRecord, selectRecord, consumeRecord, deleteRecord } from './record-store.ts';
import { currentScope } from './request-scope.ts';
import type { GrantSource, Payload } from './request-scope.ts';

/** Other answers to a refresh token within this time are refused without ending its family: a client's own retry. */
export const REFRESH_GRACE: Seconds = 10;

type Model = Partial<Adapter>;

/**
 * oidc-provider's storage on our tables. Reads come from the one statement each request begins with, writes are
 * collected and flushed as one statement when the library is done (`adapter-writes.ts`). Ids that open something are
 * stripped from what is stored and put back on read.
 */
export function createAdapter(deps: {
  db: Database;
  /** OAuth client metadata of an application, undefined when there is none. */
  findClient: (clientId: string) => Promise<Payload | undefined>;
}): (name: string) => Adapter {
  const { db } = deps;
  const models: Record<string, Model> = {
    Client: { find: async (clientId) => deps.findClient(clientId) },
    Session: sessionModel(db),
    Interaction: loginModel(db),
    Grant: grantModel(),
    AuthorizationCode: tokenModel(db, 'AuthorizationCode', 'code-insert'),
    AccessToken: tokenModel(db, 'AccessToken', 'access-token-insert'),
    RefreshToken: tokenModel(db, 'RefreshToken', 'refresh-token-insert'),
    PushedAuthorizationRequest: recordModel(db, 'PushedAuthorizationRequest'),
    ReplayDetection: recordModel(db, 'ReplayDetection'),
  };
  const unused = (name: string): Model => ({
    find: () => Promise.reject(new Error(`${name} is not in use`)),
    upsert: () => Promise.reject(new Error(`${name} is not in use`)),
  });
  return (name) => ({ ...nothing, ...(models[name] ?? unused(name)) });
}

const nothing: Adapter = {
  find: async () => undefined,
  findByUid: async () => undefined,
  findByUserCode: async () => undefined,
  upsert: async () => {},
  consume: async () => {},
  destroy: async () => {},
  revokeByGrantId: async () => {},
};

/** The library gives every model we keep a lifetime. */
function seconds(lifetime: Seconds | undefined): Seconds {
  if (lifetime === undefined) throw new Error('a model without a lifetime');
  return lifetime;
}

function sessionModel(db: Database): Model {
  const asPayload = (cookie: string | undefined): Payload | undefined => {
    const { session } = currentScope();
    if (session === null) return undefined;
    return {
      ...session.payload,
      ...(cookie === undefined ? {} : { jti: cookie }),
      uid: session.uid,
      kind: 'Session',
      exp: epochSeconds(session.expiresAt),
    };
  };
  return {
    async find(cookie) {
      const scope = currentScope();
      await readSession(db, scope, cookie);
      return asPayload(cookie);
    },
    async findByUid(uid) {
      const scope = currentScope();
      // Tokens bound to a session were read with it; a login's page asks for the session its request came from.
      if (scope.login !== null) scope.session ??= scope.login.session;
      return scope.session?.uid === uid ? asPayload(undefined) : undefined;
    },
    async upsert(cookie, { jti: _cookie, uid, kind: _kind, exp: _exp, ...payload }) {
      currentScope().writes.push({ kind: 'session-save', uid: String(uid), cookie, payload });
    },
    async destroy(cookie) {
      currentScope().writes.push({ kind: 'session-end', cookie });
    },
  };
}

function loginModel(db: Database): Model {
  return {
    async find(handle) {
      const scope = currentScope();
      const login = await findLiveLogin({ db, clock: { now: () => scope.now } }, handle);
      if (login === undefined) return undefined;
      scope.login = login;
      const parameters = login.request['params'] as { client_id?: string; organization?: string } | undefined;
      scope.clientId ??= parameters?.client_id ?? null;
      return {
        ...login.request,
        jti: handle,
        kind: 'Interaction',
        exp: epochSeconds(login.expiresAt),
        ...resultOf(login),
      };
    },
    async upsert(handle, { jti: _handle, kind: _kind, exp: _exp, result: _result, session, ...payload }, lifetime) {
      const scope = currentScope();
      // The library would keep the session's id here; its uid is enough to see that it is still the same session.
      const { cookie: _cookie, ...known } = (session ?? {}) as Payload;
      const stored = { ...payload, ...(session === undefined ? {} : { session: known }) };
      if (scope.login === null)
        scope.writes.push({ kind: 'login-insert', handle, payload: stored, lifetime: seconds(lifetime) });
      else if (scope.writes.some((w) => w.kind === 'login-end')) {
        // A question after a login (consent) is a login row of its own.
        scope.writes.push({ kind: 'login-insert', handle, payload: stored, lifetime: seconds(lifetime) });
      } else scope.writes.push({ kind: 'login-change', handle, payload: stored });
    },
    async destroy(handle) {
      currentScope().writes.push({ kind: 'login-end', handle });
    },
  };
}

/** What the steps of the login came to, in the library's words. */
function resultOf(login: NonNullable<ReturnType<typeof currentScope>['login']>): Payload {
  if (login.refusal !== null) {
    return { result: { error: 'access_denied', error_description: 'the login was refused' } };
  }
  const { result, consent } = login;
  if (result !== null) {
    return {
      result: {
        login: {
          accountId: formatId('usr', result.userId),
          amr: result.amr,
          ...(result.acr === null ? {} : { acr: result.acr }),
          ...(result.authTime === null ? {} : { ts: epochSeconds(result.authTime) }),
          remember: false,
        },
        ...(consent === null ? {} : { consent: {} }),
      },
    };
  }
  if (consent === null) return {};
  // What the login before this question proved answers the same request still: nobody is asked for it twice. The library
  // checks that the session is the one the question was asked in.
  const { login: proved } = (login.request['lastSubmission'] ?? {}) as { login?: Payload };
  return { result: { ...(proved === undefined ? {} : { login: proved }), consent: {} } };
}

/**
 * Grants are not stored: one stands for a session and an application, its id digests both, and what it allows follows
 * from the code or token that names it.
 */
function grantModel(): Model {
  return {
    async find(grantId) {
      const { source } = currentScope();
      if (source === null || source.payload['grantId'] !== grantId) return undefined;
      const scope = typeof source.payload['scope'] === 'string' ? source.payload['scope'] : '';
      const resource = source.payload['resource'] ?? source.payload['aud'];
      return {
        jti: grantId,
        kind: 'Grant',
        accountId: formatId('usr', source.userId),
        clientId: source.clientId,
        exp: epochSeconds(source.expiresAt),
        openid: { scope, claims: claimNames(source.payload['claims']) },
        ...(typeof resource === 'string' ? { resources: { [resource]: scope } } : {}),
      };
    },
  };
}

/** Names of the single claims an application asked for (OpenID Connect Core 5.5). */
function claimNames(claims: unknown): string[] {
  if (typeof claims !== 'object' || claims === null) return [];
  return Object.values(claims).flatMap((part) => (typeof part === 'object' && part !== null ? Object.keys(part) : []));
}

function tokenModel(
  db: Database,
  kind: GrantSource['kind'],
  insert: 'code-insert' | 'access-token-insert' | 'refresh-token-insert',
): Model {
  return {
    async find(value) {
      const scope = currentScope();
      if (scope.source !== null) return undefined; // already answered as another kind
      const source = await readSource(db, scope, kind, value);
      if (source === null) return undefined;
      scope.clientId = source.clientId;
      const grace =
        kind === 'RefreshToken' &&
        source.consumedAt !== null &&
        scope.now.getTime() - source.consumedAt.getTime() <= REFRESH_GRACE * 1000;
      return {
        ...source.payload,
        jti: value,
        kind,
        accountId: formatId('usr', source.userId),
        clientId: source.clientId,
        ...(source.sessionUid === null ? {} : { sessionUid: source.sessionUid }),
        exp: epochSeconds(source.expiresAt),
        ...(source.consumedAt === null || grace ? {} : { consumed: epochSeconds(source.consumedAt) }),
      };
    },
    async upsert(value, { jti: _value, kind: _kind, exp: _exp, ...payload }, lifetime) {
      currentScope().writes.push({ kind: insert, value, payload, lifetime: seconds(lifetime) });
    },
    async consume(value) {
      const scope = currentScope();
      if (scope.source !== null && scope.source.consumedAt !== null) {
        throw new errors.InvalidGrant('refresh token was used a moment ago');
      }
      scope.writes.push({ kind: kind === 'RefreshToken' ? 'refresh-token-consume' : 'code-consume', value });
    },
    async destroy(value) {
      currentScope().writes.push({ kind: 'token-delete', model: kind, value });
    },
    async revokeByGrantId() {
      // Ended is what followed from the code or token presented. Without one a session ends, and what is bound to it
      // with it.
      const { source, writes } = currentScope();
      if (source !== null) writes.push({ kind: 'family-revoke', familyId: source.familyId });
    },
  };
}

function recordModel(db: Database, kind: string): Model {
  return {
    find: async (id) => selectRecord(db, kind, id, currentScope().now),
    upsert: async (id, payload, lifetime) => {
      const inserted = await insertRecord(db, kind, id, payload, currentScope().now, seconds(lifetime));
      if (!inserted) throw new errors.InvalidRequest('used before');
    },
    consume: async (id) => {
      const consumed = await consumeRecord(db, kind, id, currentScope().now);
      if (!consumed) throw new errors.InvalidRequest('used before');
    },
    destroy: async (id) => deleteRecord(db, kind, id),
  };
}
