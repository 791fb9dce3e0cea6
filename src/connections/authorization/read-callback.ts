import { statePlace, usableConnectionOf } from './send-authorization-request.ts';
import type { AuthorizationDeps } from './send-authorization-request.ts';
import { consumeTransaction, deleteTransaction, selectReceived } from './transaction-store.ts';
import type { ConnectionTransaction } from './transaction-store.ts';
import type { Connection } from '../connection.ts';
import { connectorOf, toStoredConnection } from '../connection-settings.ts';
import { updateLearned } from '../connection-store.ts';
import { selectIdentityOf } from '../identity-store.ts';
import { claimNames, rulesFor } from '../roles/role-rule.ts';
import { takeTestedSecret } from '../secrets/take-tested-secret.ts';
import { keepSession } from '../logout/logout-hint.ts';
import { readForUnknownKey } from '../provider/read-provider-again.ts';
import type { ReadingDeps } from '../provider/read-provider-again.ts';
import type { Seconds } from '../../base/clock.ts';
import type { ErrorCode } from '../../base/errors.ts';
import type { LoginId } from '../../base/ids.ts';
import { sameDigest, sha256 } from '../../base/random.ts';
import type { Adaptation, Callback, Claims, StatedSession, Supplement } from '../../connectors/connector.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';
import { explanationOf, personCode } from '../../connectors/explain-failure.ts';
import type { ExplanationCode, ExplanationValues } from '../../connectors/explanation-codes.ts';
import { ProviderFailure } from '../../connectors/provider-failure.ts';
import type { FailureCategory } from '../../connectors/provider-failure.ts';

/** A provider's answer as the browser brought it. */
export interface ReceivedCallback {
  state: string;
  /** Public URL and path where it arrived, without the query. */
  arrivedAt: string;
  /** A form the browser posted; otherwise the query of a GET. */
  posted: boolean;
  /** The query or the posted form; no name twice. */
  parameters: URLSearchParams;
  /** What the transaction cookie of this state holds in this browser. */
  browserSecret: string | undefined;
}

/** Why a login did not succeed at the provider, for the trace and the texts. */
export interface CallbackFailure {
  code: ExplanationCode;
  /** Of the provider's failures; null for what came of us. */
  category: FailureCategory | null;
  /** What the person is told. */
  person: ErrorCode;
  /** For the trace: never the provider's own sentences. */
  detail: string;
  /** For the placeholders of the code's sentences. */
  values: ExplanationValues;
  providerCode: string | null;
  correlationId: string | null;
  /** What the provider, or whoever wrote to the browser's address line, says of it: text for an administrator. */
  said: string | null;
  serverToServer: boolean;
  /** Nothing the person or the connection did: log in again. */
  stale: boolean;
}

/** Of which login. */
interface OfLogin {
  loginId: LoginId;
  /** Its row as the transaction was consumed, for `logins/find-login.ts`. */
  login: unknown;
}

/** What came of a callback. */
export type CallbackResult =
  /** No authorization request is known by this state: invented or gone. Nothing is written anywhere. */
  | { kind: 'unknown' }
  /** This browser brought it before: the first callback decides, this one shares its result. */
  | { kind: 'repeated'; loginId: LoginId }
  /** The request belongs to another browser. Nothing is written to its login. */
  | { kind: 'other-browser' }
  | ({ kind: 'expired' } & OfLogin)
  | ({ kind: 'failed'; connection: Connection | null; failure: CallbackFailure } & OfLogin)
  /** It failed, and may succeed when the provider is asked otherwise: the person is sent there once more. */
  | ({
      kind: 'ask-again';
      connection: Connection;
      failure: CallbackFailure;
      adapted: Adaptation;
      maxAge: Seconds | null;
    } & OfLogin)
  | ({
      kind: 'proved';
      connection: Connection;
      claims: Claims;
      /** False when a fresh login was asked for and this provider has never stated `auth_time`. */
      fresh: boolean;
      supplement: Supplement | null;
      /** Its `logoutHint` is sealed for the login, and there only where people are sent to the provider to log out. */
      session: StatedSession | null;
    } & OfLogin);

/** The callback's state, in whichever parameter a connector has it; undefined when there is none. */
export function readCallbackState(deps: { connectors: Connectors }, parameters: URLSearchParams): string | undefined {
  for (const name of new Set([...deps.connectors.values()].map(({ stateParameter }) => stateParameter))) {
    const state = parameters.get(name);
    if (state !== null) return state;
  }
  return undefined;
}

/**
 * Reads a provider's callback: consumes the transaction first, then compares browser, path, connection and issuer, and
 * only then lets the connector speak to the provider. Nothing of a refused callback can be tried again.
 */
export async function readCallback(
  deps: AuthorizationDeps & ReadingDeps,
  received: ReceivedCallback,
): Promise<CallbackResult> {
  const now = deps.clock.now();
  const stateHash = sha256(received.state);
  const taken = await consumeTransaction(deps.db, stateHash, now);
  if (taken === undefined) {
    const first = await selectReceived(deps.db, stateHash);
    return first !== undefined && isFromBrowser(received, first)
      ? { kind: 'repeated', loginId: first.loginId }
      : { kind: 'unknown' };
  }
  const { transaction, login } = taken;
  if (!isFromBrowser(received, transaction)) {
    // Consumed all the same: there is no result that its own browser could wait for.
    await deleteTransaction(deps.db, stateHash);
    return { kind: 'other-browser' };
  }
  const { loginId, sealedState } = transaction;
  if (transaction.expiresAt <= now || sealedState === null) return { kind: 'expired', loginId, login };
  // A code that a hostile provider had the honest one send carries our shared path or another organization's.
  if (received.arrivedAt !== transaction.redirectUri) {
    return { kind: 'failed', loginId, login, connection: null, failure: ownFailure('login.wrong-callback') };
  }
  const connection = await usableConnectionOf(taken.methods, transaction.connectionId, 'anybody', now);
  if (connection === undefined || !isUnchanged(connection, transaction)) {
    return { kind: 'failed', loginId, login, connection: null, failure: ownFailure('login.changed') };
  }
  if (connection.heldSince !== null) return { kind: 'failed', loginId, login, connection, failure: HELD };
  const { posted, parameters } = received;
  const { maxAge, createdAt: startedAt } = transaction;
  const connector = connectorOf(deps, connection.method);
  const stored = await toStoredConnection(deps, connection, taken.sealedSecret);
  const place = statePlace(transaction.stateHash, transaction.organizationId);
  const state: unknown = JSON.parse(deps.secrets.open(sealedState, place));
  // Two organizations may log in through one connection; a subject is bound in each of them apart.
  const organizationId = transaction.loginOrganizationId ?? transaction.organizationId;
  const isBound: Callback<unknown>['isBound'] = async (subject) =>
    (await selectIdentityOf(deps.db, { ...subject, connectionId: connection.id, organizationId })) !== undefined;
  let held = false;
  const fault: { error?: unknown } = {};
  const readAgain = async (): Promise<unknown> => {
    try {
      const current = await readForUnknownKey(deps, connection);
      held = current.heldSince !== null;
      return current.version === connection.version ? current.settings : connection.settings;
    } catch (error) {
      fault.error = error;
      throw error;
    }
  };
  try {
    const hadSuccess = connection.lastSuccessAt !== null;
    const rules = rulesFor(connection, organizationId);
    const callback = {
      state,
      maxAge,
      startedAt,
      posted,
      parameters,
      isBound,
      hadSuccess,
      readAgain,
      claimNames: claimNames(rules),
    };
    const proof = await connector.finish(stored, callback);
    if (held) return { kind: 'failed', loginId, login, connection, failure: HELD };
    const { learned = null } = proof;
    if (learned !== null) await updateLearned(deps.db, connection, learned);
    // The browser can take `max_age` out of the request: a provider that states `auth_time` has to state it then.
    if (!proof.fresh && connection.authTime === 'stated') throw new ProviderFailure('not-fresh', 'auth_time missing');
    const { claims, fresh, supplement = null } = proof;
    const session = keepSession(deps, proof.session, { loginId, connection });
    return { kind: 'proved', loginId, login, connection, claims, fresh, supplement, session };
  } catch (error) {
    // A fault of ours, which the library made one of the provider's.
    if ('error' in fault) throw fault.error;
    if (!(error instanceof ProviderFailure)) throw error;
    // The provider signs with keys that wait for a confirmation.
    if (held) return { kind: 'failed', loginId, login, connection, failure: HELD };
    const failure = toCallbackFailure(error);
    // By a new code: this one may be spent.
    const adapted =
      connector.adapt?.(stored, error, state) ??
      ((await takeTestedSecret(deps, connection, error)) ? (connector.repeat?.(state) ?? {}) : null);
    return adapted === null
      ? { kind: 'failed', loginId, login, connection, failure }
      : { kind: 'ask-again', loginId, login, connection, failure, adapted, maxAge };
  }
}

/** Whether a callback came from the browser that was sent to the provider. */
export function isFromBrowser(
  { browserSecret }: ReceivedCallback,
  { browserHash }: { browserHash: Buffer | null },
): boolean {
  return browserSecret !== undefined && browserHash !== null && sameDigest(sha256(browserSecret), browserHash);
}

function isUnchanged(connection: Connection, transaction: ConnectionTransaction): boolean {
  return (
    connection.version === transaction.connectionVersion &&
    connection.issuer === transaction.issuer &&
    connection.redirectUri === transaction.redirectUri
  );
}

const STALE: ReadonlySet<string> = new Set(['code-refused', 'nonce']);

function toCallbackFailure(failure: ProviderFailure): CallbackFailure {
  return {
    code: explanationOf(failure),
    category: failure.category,
    person: personCode(failure),
    detail: failure.detail,
    values: failure.values,
    providerCode: failure.providerCode,
    correlationId: failure.correlationId,
    said: failure.said,
    serverToServer: failure.serverToServer,
    stale: STALE.has(failure.category),
  };
}

const HELD = ownFailure('login.held');

function ownFailure(code: 'login.changed' | 'login.wrong-callback' | 'login.held'): CallbackFailure {
  return {
    code,
    category: null,
    person: code === 'login.held' ? 'provider.held' : 'provider.try-again',
    detail: code,
    values: {},
    providerCode: null,
    correlationId: null,
    said: null,
    serverToServer: false,
    stale: true,
  };
}
