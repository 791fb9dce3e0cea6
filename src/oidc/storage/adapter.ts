import { errors } from 'oidc-provider';
import type { Adapter } from 'oidc-provider';
import { triedBy } from '../../applications/trying/try-ticket.ts';
import { isDocumentUrl } from '../../applications/unregistered/client-document.ts';
import { after, epochSeconds } from '../../base/clock.ts';
import type { Seconds } from '../../base/clock.ts';
import { formatId, readId } from '../../base/ids.ts';
import { copyJson } from './json-value.ts';
import { REFRESH_GRACE } from '../lifetimes.ts';
import { sha256 } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { deviceCodeModel } from '../device/device-code-model.ts';
import type { Database } from '../../db/database.ts';
import { toLibraryResult } from './login-result.ts';
import { insertRecord, selectRecord, consumeRecord, deleteRecord } from './record-store.ts';
import type { SessionRecord } from './session-record-store.ts';
import type { PresentedToken } from './token-record-store.ts';
import { UnitOfWork } from './unit-of-work.ts';
import type { Payload, RecordInsert, TokenKind } from './write.ts';

type Model = Partial<Adapter>;
type Findable = Model & Pick<Adapter, 'find'>;

/**
 * oidc-provider's storage on our tables. It reads and writes through the request's {@link UnitOfWork}. Ids that open
 * something are stripped from what is stored and put back on read.
 */
export function createAdapter(deps: {
  db: Database;
  secrets: SecretBox;
  /** OAuth client metadata of an application, undefined when there is none. */
  findClient: (clientId: string) => Promise<Payload | undefined>;
  /** The same of one that nobody registered. */
  findUnregistered: (clientId: string) => Promise<Payload | undefined>;
}): (name: string) => Adapter {
  const { db } = deps;
  const models: Record<string, Model> = {
    // Client ids have our form, or are the URL of a document; anything else is unknown without a statement.
    Client: {
      async find(clientId) {
        if (isDocumentUrl(clientId)) return deps.findUnregistered(clientId);
        const { missed } = UnitOfWork.current();
        if (readId('app', triedBy(clientId) ?? clientId) === undefined || missed.has(clientId)) return undefined;
        const found = await deps.findClient(clientId);
        if (found === undefined) missed.add(clientId);
        return found;
      },
    },
    Session: sessionModel(),
    Interaction: loginModel(),
    Grant: grantModel(),
    AuthorizationCode: tokenModel('AuthorizationCode'),
    AccessToken: oneOfItsKind('AccessToken', tokenModel('AccessToken')),
    RefreshToken: oneOfItsKind('RefreshToken', tokenModel('RefreshToken')),
    ClientCredentials: oneOfItsKind('ClientCredentials', writtenAtTheEnd(db, 'ClientCredentials')),
    DeviceCode: deviceCodeModel(deps.secrets),
    PushedAuthorizationRequest: writtenAtTheEnd(db, 'PushedAuthorizationRequest'),
    ReplayDetection: {
      ...recordModel(db, 'ReplayDetection'),
      async upsert(id, payload, lifetime) {
        if (UnitOfWork.current().remembersProofs)
          await recordModel(db, 'ReplayDetection').upsert!(id, payload, lifetime);
      },
    },
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
  if (lifetime === undefined) throw new Error('the library stored a model without a lifetime');
  return lifetime;
}

function sessionModel(): Model {
  // A copy: the library changes it, and what it was is compared with what it becomes.
  const toPayload = (session: Omit<SessionRecord, 'lastSeenAt'>, cookie?: string): Payload => {
    const payload: Payload = {
      ...copyJson(session.payload),
      ...(cookie === undefined ? {} : { jti: cookie }),
      uid: session.uid,
      kind: 'Session',
      exp: epochSeconds(session.expiresAt),
    };
    // Sessions are ended by the user in their row: where the library would see another, nobody is logged in.
    const isUsers = session.userId !== null && payload['accountId'] === formatId('usr', session.userId);
    if (!isUsers) delete payload['accountId'];
    return payload;
  };
  return {
    async find(cookie) {
      const work = UnitOfWork.current();
      // The direct way may have looked for it in this request already.
      if (work.missed.has(cookie)) return undefined;
      const known = work.session();
      const session = known?.cookieHash.equals(sha256(cookie)) === true ? known : await work.findSession(cookie);
      if (session === null) work.missed.add(cookie);
      return session === null ? undefined : toPayload(session, cookie);
    },
    async findByUid(uid) {
      // Tokens bound to a session were read with it; a login's page asks for the session its request came from.
      const work = UnitOfWork.current();
      const session = work.session() ?? work.login()?.session ?? null;
      return session?.uid === uid ? heldByActor(toPayload(session), work.presentedToken()) : undefined;
    },
    async upsert(cookie, { jti: _cookie, uid, kind: _kind, exp: _exp, ...payload }) {
      UnitOfWork.current().write({ kind: 'session-save', uid: String(uid), cookie, payload });
    },
    async destroy(cookie) {
      UnitOfWork.current().write({ kind: 'session-end', cookie });
    },
  };
}

/**
 * An application that acts for a user (RFC 8693) never entered the session: its token holds as long as the session knows the
 * application from whose token it was exchanged, by the grant they share.
 */
function heldByActor(session: Payload, token: PresentedToken | null): Payload {
  if (token?.payload['gty'] !== 'token_exchange') return session;
  const { grantId } = token.payload;
  const authorizations = (session['authorizations'] ?? {}) as Record<string, { grantId?: unknown }>;
  if (!Object.values(authorizations).some((each) => each.grantId === grantId)) return session;
  return { ...session, authorizations: { ...authorizations, [token.clientId]: { grantId } } };
}

function loginModel(): Model {
  return {
    async find(handle) {
      const login = await UnitOfWork.current().findLogin(handle);
      if (login === null) return undefined;
      return {
        ...login.request,
        jti: handle,
        kind: 'Interaction',
        exp: epochSeconds(login.expiresAt),
        ...toLibraryResult(login),
      };
    },
    async upsert(handle, { jti: _handle, kind: _kind, exp: _exp, result: _result, session, ...payload }, lifetime) {
      const work = UnitOfWork.current();
      // The library would keep the session's id here; its uid is enough to see that it is still the same session.
      const { cookie: _cookie, ...known } = (session ?? {}) as Payload;
      const stored = { ...payload, ...(session === undefined ? {} : { session: known }) };
      // A question after a login (consent) is a login row of its own.
      const isNew = work.login() === null || work.endsLogin();
      work.write(
        isNew
          ? { kind: 'login-insert', handle, payload: stored, lifetime: seconds(lifetime) }
          : { kind: 'login-change', handle, payload: stored },
      );
    },
    async destroy(handle) {
      UnitOfWork.current().write({ kind: 'login-end', handle });
    },
  };
}

/**
 * Grants are not stored: one stands for a session and an application, its id digests both, and what it allows follows
 * from the code or token that names it.
 */
function grantModel(): Model {
  return {
    async find(grantId) {
      const token = UnitOfWork.current().presentedToken();
      if (token === null || token.payload['grantId'] !== grantId) return undefined;
      const scope = typeof token.payload['scope'] === 'string' ? token.payload['scope'] : '';
      const resource = token.payload['resource'] ?? token.payload['aud'];
      return {
        jti: grantId,
        kind: 'Grant',
        accountId: formatId('usr', token.userId),
        clientId: token.clientId,
        exp: epochSeconds(token.expiresAt),
        openid: { scope, claims: claimNames(token.payload['claims']) },
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

function tokenModel(model: TokenKind): Findable {
  return {
    async find(value) {
      const work = UnitOfWork.current();
      const known = work.presentedToken();
      if (work.missed.has(`${model} ${value}`)) return undefined;
      const isKnown = known?.kind === model && known.hash.equals(sha256(value));
      const token = isKnown ? known : await work.findToken(model, value);
      if (token === null) {
        work.missed.add(`${model} ${value}`);
        return undefined;
      }
      const { consumedAt } = token;
      // A retry: the same successor is given once more.
      const grace = model === 'RefreshToken' && consumedAt !== null && consumedAt >= after(work.now, -REFRESH_GRACE);
      return {
        ...token.payload,
        jti: value,
        kind: model,
        accountId: formatId('usr', token.userId),
        clientId: token.clientId,
        ...(token.sessionUid === null ? {} : { sessionUid: token.sessionUid }),
        exp: epochSeconds(token.expiresAt),
        ...(consumedAt === null || grace ? {} : { consumed: epochSeconds(consumedAt) }),
      };
    },
    async upsert(value, { jti: _value, kind: _kind, exp: _exp, ...payload }, lifetime) {
      UnitOfWork.current().write({ kind: 'token-insert', model, value, payload, lifetime: seconds(lifetime) });
    },
    async consume(value) {
      if (model !== 'AccessToken') UnitOfWork.current().write({ kind: 'token-consume', model, value });
    },
    async destroy(value) {
      UnitOfWork.current().write({ kind: 'token-delete', model, value });
    },
    async revokeByGrantId() {
      // Ended is what followed from the code or token presented. Without one a session ends, and what is bound to it
      // with it.
      const work = UnitOfWork.current();
      const token = work.presentedToken();
      if (token !== null) work.write({ kind: 'family-revoke', familyId: token.familyId });
    },
  };
}

/**
 * Introspection and revocation look for a value among all kinds of tokens at once (RFC 7662 2.1, RFC 7009 2.1). It is of one
 * kind: who asks later waits, and asks the database only where those before found nothing.
 */
function oneOfItsKind(kind: string, model: Findable): Model {
  return {
    ...model,
    async find(value) {
      const { lookups } = UnitOfWork.current();
      const earlier = lookups.get(value) ?? [];
      const others = earlier.filter((each) => each.kind !== kind);
      const find = async (): Promise<Payload | undefined> => {
        for (const other of others) if (await other.found) return undefined;
        return (await model.find(value)) as Payload | undefined;
      };
      const finding = find();
      const found = finding.then(
        (payload) => payload !== undefined,
        () => false, // its own caller is told
      );
      lookups.set(value, [...earlier, { kind, found }]);
      return finding;
    },
  };
}

/** A record that is stored with what else the request brings, and not where its network began too much. */
function writtenAtTheEnd(db: Database, model: RecordInsert['model']): Findable {
  return {
    ...recordModel(db, model),
    async upsert(value, payload, lifetime) {
      const write = { model, value, payload, lifetime: seconds(lifetime) };
      UnitOfWork.current().write({ kind: 'record-insert', ...write });
    },
  };
}

function recordModel(db: Database, kind: string): Findable {
  return {
    find: async (id) => selectRecord(db, kind, id, UnitOfWork.current().now),
    upsert: async (id, payload, lifetime) => {
      const inserted = await insertRecord(db, kind, id, payload, UnitOfWork.current().now, seconds(lifetime));
      if (!inserted) throw new errors.InvalidRequest('used before');
    },
    consume: async (id) => {
      const consumed = await consumeRecord(db, kind, id, UnitOfWork.current().now);
      if (!consumed) throw new errors.InvalidRequest('used before');
    },
    destroy: async (id) => deleteRecord(db, kind, id),
  };
}
