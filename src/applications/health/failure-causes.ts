/**
 * An application's health: when a login into it last worked, and what its requests are refused for, by cause.
 *
 *   record-failure.ts       one refused request: a row for its cause, and an event for the owner, both bounded
 *     health-memory.ts        what this server process remembers, so that a flood costs no statements
 *   count-unknown.ts        requests with a client ID of no application, for the operator
 *   mark-login-sql.ts       a login that worked, as part of the statement that writes its tokens
 *   read-health.ts          how one application fares, and several in a word each
 *   judge-health.ts         what its rows mean; nearest-address.ts, what-came.ts: what is told of an address
 *   application-health-store.ts, unknown-application-store.ts   the SQL
 *
 * This file is the model: the causes. Their sentences are `application-failure.<cause>.what`, `.fix` and `.where`.
 */

/** What a request of an application is refused for. */
export const FAILURE_CAUSES = [
  'unknown-client',
  'secret-wrong',
  'secret-missing',
  'authentication-way',
  'assertion',
  'redirect-uri',
  'pkce-missing',
  'pkce-malformed',
  'scope-missing',
  'scope-without-openid',
  'scope-not-allowed',
  'prompt',
  'response-type',
  'request',
  'code-reused',
  'code-unknown',
  'code-redirect-uri',
  'pkce-verifier',
  'grant-type',
  'refresh-reused',
  'dpop',
  'post-logout-uri',
  'id-token-hint',
] as const;
export type FailureCause = (typeof FAILURE_CAUSES)[number];

/** What a request failed by. */
export interface Failure {
  cause: FailureCause;
  /** What came, as it may be kept: cut, without control characters; never a secret, code or token. */
  came: string | null;
  /** What fits: the nearest registered address, the registered way. */
  wanted: string | null;
}

/** Which of both is put in the place to change; null where the sentence alone says it. */
export const PUT: Readonly<Partial<Record<FailureCause, 'came' | 'wanted'>>> = {
  'redirect-uri': 'came',
  'post-logout-uri': 'came',
  'authentication-way': 'wanted',
  'code-redirect-uri': 'wanted',
  'response-type': 'wanted',
  'scope-missing': 'wanted',
  'scope-without-openid': 'wanted',
  'pkce-missing': 'wanted',
  prompt: 'wanted',
};

/** Causes beside which logins go on: those of a logout, and of what came a second time. */
const ASIDE: ReadonlySet<string> = new Set(['code-reused', 'refresh-reused', 'post-logout-uri', 'id-token-hint']);

/** Whether nobody gets into the application as long as its cause lasts. */
export function stopsLogins(cause: FailureCause): boolean {
  return !ASIDE.has(cause);
}

/** The cause of a name; undefined for one of a later version. */
export function readFailureCause(name: unknown): FailureCause | undefined {
  return FAILURE_CAUSES.find((cause) => cause === name);
}
