/** Why a login at an identity provider did not succeed. */
export type FailureCategory =
  /** It does not answer, or answers with a fault of its own. */
  | 'unreachable'
  /** Its answer is too large, no JSON, a redirect, or has parts missing. */
  | 'unusable-answer'
  /** It does not accept our credential. */
  | 'credential'
  /** It does not accept the code: used, expired, or another's. */
  | 'code-refused'
  /** The person, or a rule there, said no. */
  | 'refused'
  /** What we ask for is not switched on in the registration there. */
  | 'registration'
  | 'signature'
  | 'issuer'
  | 'audience'
  | 'nonce'
  | 'times'
  | 'directory'
  | 'claim-missing'
  /** It arrived in another way than the one asked for. */
  | 'wrong-callback'
  /** A fresh login was asked for, and nothing shows that it took place. */
  | 'not-fresh';

/** A login that failed at or because of the provider. Its texts come from {@link FailureCategory}, never from the provider. */
export class ProviderFailure extends Error {
  readonly category: FailureCategory;
  /** What failed is the provider's server talking to ours, so no browser can have caused it. */
  readonly serverToServer: boolean;
  /** The OAuth error code, or the number of an Entra ID error (AADSTS…). */
  readonly providerCode: string | null;
  /** What the provider's support asks for. */
  readonly correlationId: string | null;
  /** For the log and the trace; never shown as it is. */
  readonly detail: string;

  constructor(
    category: FailureCategory,
    detail: string,
    more: {
      serverToServer?: boolean;
      providerCode?: string | null;
      correlationId?: string | null;
      cause?: unknown;
    } = {},
  ) {
    super(`${category}: ${detail}`, { cause: more.cause });
    this.name = 'ProviderFailure';
    this.category = category;
    this.detail = detail;
    this.serverToServer = more.serverToServer ?? false;
    this.providerCode = more.providerCode ?? null;
    this.correlationId = more.correlationId ?? null;
  }
}
