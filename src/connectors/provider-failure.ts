import type { ExplanationCode, ExplanationValues } from './explanation-codes.ts';

/** Why a login at an identity provider did not succeed. */
export const FAILURE_CATEGORIES = [
  /** It does not answer. */
  'unreachable',
  /** It answers, and reports a fault of its own. */
  'provider-fault',
  /** Its answer is no JSON, a redirect, or has parts missing. */
  'unusable-answer',
  /** Its answer is larger than one that is read: the claims of one person, as a rule. */
  'too-large',
  /** It does not accept our credential. */
  'credential',
  /** It does not accept the code: used, expired, or another's. */
  'code-refused',
  /** The person, or a rule there, said no. */
  'refused',
  /** What we ask for is not switched on in the registration there. */
  'registration',
  'signature',
  'issuer',
  'audience',
  'nonce',
  'times',
  'directory',
  'claim-missing',
  /** A claim of the ID token has not the type it must have. */
  'claim-wrong',
  /** It arrived in another way than the one asked for. */
  'wrong-response',
  /** A fresh login was asked for, and nothing shows that it took place. */
  'not-fresh',
] as const;
export type FailureCategory = (typeof FAILURE_CATEGORIES)[number];

/** A login that failed at or because of the provider. Its texts come from {@link FailureCategory}, never from the provider. */
export class ProviderFailure extends Error {
  readonly category: FailureCategory;
  /** What failed is the provider's server talking to ours, so no browser can have caused it. */
  readonly serverToServer: boolean;
  /** The OAuth error code, or the number of an Entra ID error (AADSTS…). */
  readonly providerCode: string | null;
  /** What the provider's support asks for. */
  readonly correlationId: string | null;
  /** What came with the error code (`error_description`), cleaned and cut: shown to administrators as a quotation. */
  readonly said: string | null;
  /** For the log and the trace; never shown as it is. */
  readonly detail: string;
  /** Under what it is explained, where the category's own sentence is not precise enough. */
  readonly code: ExplanationCode | null;
  /** For the placeholders of that sentence: never a token, code or secret. */
  readonly values: ExplanationValues;

  constructor(
    category: FailureCategory,
    detail: string,
    more: {
      serverToServer?: boolean;
      providerCode?: string | null;
      correlationId?: string | null;
      said?: string | null;
      code?: ExplanationCode | null;
      values?: ExplanationValues;
      cause?: unknown;
    } = {},
  ) {
    super(`${category}: ${detail}`, { cause: more.cause });
    this.name = 'ProviderFailure';
    this.category = category;
    this.detail = detail;
    this.code = more.code ?? null;
    this.values = more.values ?? {};
    this.serverToServer = more.serverToServer ?? false;
    this.providerCode = more.providerCode ?? null;
    this.correlationId = more.correlationId ?? null;
    this.said = more.said ?? null;
  }

  /** The same failure, with further values for its sentence. */
  withValues(values: ExplanationValues): ProviderFailure {
    return this.with({ values: { ...values, ...this.values } });
  }

  /** The same failure, known to come from the provider's server. */
  ofServer(): ProviderFailure {
    return this.with({ serverToServer: true });
  }

  /** The same failure under a more precise explanation, with further values for it. */
  explainedAs(code: ExplanationCode, values: ExplanationValues): ProviderFailure {
    return this.with({ code, values: { ...this.values, ...values } });
  }

  private with(change: Partial<Pick<ProviderFailure, 'serverToServer' | 'code' | 'values'>>): ProviderFailure {
    const { category, detail, serverToServer, providerCode, correlationId, said, code, values, cause } = this;
    const same = { serverToServer, providerCode, correlationId, said, code, values, cause };
    return new ProviderFailure(category, detail, { ...same, ...change });
  }
}
