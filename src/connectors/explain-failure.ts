import { explainNumber, personCodeOf } from './entra-id/aadsts.ts';
import type { ProviderFailure } from './provider-failure.ts';
import type { ErrorCode } from '../base/errors.ts';
import { EXPLANATION_CODES } from './explanation-codes.ts';
import type { ExplanationCode } from './explanation-codes.ts';
import type { TextKey } from '../texts/catalog.ts';

/** What an administrator reads about a failure. */
export interface ExplanationKeys {
  code: ExplanationCode;
  what: TextKey;
  fix: TextKey;
}

const CODES: ReadonlySet<string> = new Set(EXPLANATION_CODES);

/** The code under which a failed login is kept and explained. */
export function explanationOf(failure: ProviderFailure): ExplanationCode {
  return explainNumber(failure.providerCode ?? '') ?? failure.code ?? `login.${failure.category}`;
}

/** The texts of a code, as stored or just made; undefined for text that is no code. */
export function explain(code: string): ExplanationKeys | undefined {
  if (!isExplanationCode(code)) return undefined;
  return { code, what: `connection.${code}.what`, fix: `connection.${code}.fix` };
}

/** What the person is told who wanted to log in: no detail, and what to do next (`error.<code>` in the catalog). */
export function personCode(failure: ProviderFailure): ErrorCode {
  const numbered = personCodeOf(explanationOf(failure));
  if (numbered !== undefined) return numbered;
  switch (failure.category) {
    case 'unreachable':
      return 'provider.unreachable';
    case 'provider-fault':
      return 'provider.faulty';
    case 'refused':
      return 'provider.refused';
    case 'directory':
      return 'provider.other-directory';
    case 'not-fresh':
      return 'provider.not-fresh';
    case 'too-large':
      return 'provider.too-large';
    case 'code-refused':
    case 'nonce':
      return 'provider.try-again';
    default:
      return 'provider.misconfigured';
  }
}

function isExplanationCode(code: string): code is ExplanationCode {
  return CODES.has(code);
}
