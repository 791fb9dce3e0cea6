import { providerSettings, usableConnection, verifierPlace } from './begin-connection-login.ts';
import type { RoundTripDeps } from './begin-connection-login.ts';
import type { Connection } from '../connection.ts';
import { updateKeys } from '../connection-store.ts';
import { takeTransaction } from './transaction-store.ts';
import type { ConnectionTransaction } from './transaction-store.ts';
import { SERVICE } from '../../audit/audit-event.ts';
import { recordEvent } from '../../audit/record-event.ts';
import type { ErrorCode } from '../../base/errors.ts';
import type { LoginId } from '../../base/ids.ts';
import { sameDigest, sha256 } from '../../base/random.ts';
import type { Claims } from '../../connectors/connector.ts';
import { explanationOf, personCode } from '../../connectors/explain-failure.ts';
import type { ExplanationCode } from '../../connectors/explain-failure.ts';
import type { ProviderKeys } from '../../connectors/keys.ts';
import { ProviderFailure } from '../../connectors/provider-failure.ts';
import { inTransaction } from '../../db/database.ts';

/** An answer of a provider as it arrived. */
export interface ArrivedAnswer {
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
export interface RoundTripFailure {
  code: ExplanationCode;
  /** What the person is told. */
  person: ErrorCode;
  /** For the trace: never the provider's own sentences. */
  detail: string;
  providerCode: string | null;
  correlationId: string | null;
  serverToServer: boolean;
  /** Nothing the person or the connection did: log in again. */
  stale: boolean;
}

/** What came of an answer. */
export type RoundTrip =
  /** No way out is known by this state: invented, used before, or gone. Nothing is written anywhere. */
  | { kind: 'unknown' }
  /** The way out belongs to another browser. Nothing is written to its login. */
  | { kind: 'other-browser' }
  | { kind: 'expired'; loginId: LoginId }
  | { kind: 'failed'; loginId: LoginId; connection: Connection | null; failure: RoundTripFailure }
  | { kind: 'proved'; loginId: LoginId; connection: Connection; claims: Claims };

/**
 * Takes a provider's answer: consumes the way out first, then compares browser, path, connection and issuer, and only
 * then lets the connector speak to the provider. Nothing of a refused answer can be tried again.
 */
export async function finishConnectionLogin(deps: RoundTripDeps, answer: ArrivedAnswer): Promise<RoundTrip> {
  const transaction = await takeTransaction(deps.db, sha256(answer.state));
  if (transaction === undefined) return { kind: 'unknown' };
  const browser = answer.browserSecret;
  if (browser === undefined || !sameDigest(sha256(browser), transaction.browserHash)) return { kind: 'other-browser' };
  const { loginId } = transaction;
  const now = deps.clock.now();
  if (transaction.expiresAt <= now) return { kind: 'expired', loginId };
  // A code that a hostile provider had the honest one send carries our shared path or another organization's.
  if (answer.arrivedAt !== transaction.redirectUri) {
    return { kind: 'failed', loginId, connection: null, failure: ownFailure('login.wrong-way-back') };
  }
  const connection = await usableConnection(deps, transaction.organizationId, transaction.connectionId);
  if (connection === undefined || !isUnchanged(connection, transaction)) {
    return { kind: 'failed', loginId, connection: null, failure: ownFailure('login.changed') };
  }
  // An ID token in an address would stand in histories and logs; a posted code would not be ours to expect.
  if (answer.posted !== (connection.flow === 'id-token') && !answer.parameters.has('error')) {
    return { kind: 'failed', loginId, connection: null, failure: ownFailure('login.wrong-way-back') };
  }
  try {
    const proof = await deps.connectors[connection.method].finish(await providerSettings(deps, connection), {
      nonce: transaction.nonce,
      codeVerifier: openVerifier(deps, transaction),
      maxAge: transaction.maxAge,
      startedAt: transaction.createdAt,
      parameters: answer.parameters,
    });
    if (proof.refreshedKeys !== null) await keepKeys(deps, connection, proof.refreshedKeys);
    return { kind: 'proved', loginId, connection, claims: proof.claims };
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return { kind: 'failed', loginId, connection, failure: failureOf(error) };
  }
}

/** Keeps keys fetched anew as the last good ones. That none of the old ones is left, an administrator may want to know. */
async function keepKeys(deps: RoundTripDeps, connection: Connection, keys: ProviderKeys): Promise<void> {
  const known = new Set(connection.keys.keys.map(({ kid }) => kid));
  const replaced = !keys.keys.some(({ kid }) => known.has(kid));
  await inTransaction(deps, async (deps) => {
    await updateKeys(deps.db, connection, keys, deps.clock.now());
    if (!replaced) return;
    await recordEvent(deps, {
      organizationId: connection.organizationId,
      kind: 'connection.metadata-changed',
      actor: SERVICE,
      details: { what: 'all signing keys were replaced', keys: keys.keys.length, issuer: connection.issuer },
    });
  });
}

function isUnchanged(connection: Connection, transaction: ConnectionTransaction): boolean {
  return (
    connection.version === transaction.connectionVersion &&
    connection.issuer === transaction.issuer &&
    connection.redirectUri === transaction.redirectUri
  );
}

function openVerifier(deps: RoundTripDeps, transaction: ConnectionTransaction): string | null {
  const { sealedCodeVerifier, stateHash, organizationId } = transaction;
  return sealedCodeVerifier === null
    ? null
    : deps.secrets.open(sealedCodeVerifier, verifierPlace(stateHash, organizationId));
}

function failureOf(failure: ProviderFailure): RoundTripFailure {
  return {
    code: explanationOf(failure),
    person: personCode(failure),
    detail: failure.detail,
    providerCode: failure.providerCode,
    correlationId: failure.correlationId,
    serverToServer: failure.serverToServer,
    stale: failure.category === 'code-refused' || failure.category === 'nonce',
  };
}

function ownFailure(code: 'login.changed' | 'login.wrong-way-back'): RoundTripFailure {
  return {
    code,
    person: 'provider.try-again',
    detail: code,
    providerCode: null,
    correlationId: null,
    serverToServer: false,
    stale: true,
  };
}
