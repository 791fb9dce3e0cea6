import type { ProviderFailure } from './provider-failure.ts';
import type { TextKey } from '../texts/catalog.ts';
import { en } from '../texts/en.ts';

type CodeOf<Key> = Key extends `connection.${infer Code}.what` ? Code : never;

/** A failure that an administrator can look up: stable, as `entra.50011` or `discovery.unreachable`. */
export type ExplanationCode = CodeOf<TextKey>;

/** What an administrator reads about a failure. */
export interface ExplanationKeys {
  code: ExplanationCode;
  what: TextKey;
  fix: TextKey;
}

/** Errors that mean the same to the reader. */
const SAME_AS: Readonly<Record<string, string>> = {
  '900971': '50011',
  '70002': '7000215',
  '90095': '90094',
  '51004': '50020',
  '16000': '50020',
  '16003': '50020',
  '90072': '50020',
  '90038': '90002',
  '900382': '90002',
  '900432': '90002',
};

/** The code under which a failed login is kept and explained. */
export function explanationOf(failure: ProviderFailure): ExplanationCode {
  const number = failure.providerCode ?? '';
  const code = `entra.${SAME_AS[number] ?? number}`;
  return /^\d+$/.test(number) && isExplanationCode(code) ? code : `login.${failure.category}`;
}

/** The texts of a code, as stored or just made; undefined for text that is no code. */
export function explain(code: string): ExplanationKeys | undefined {
  if (!isExplanationCode(code)) return undefined;
  return { code, what: `connection.${code}.what`, fix: `connection.${code}.fix` as TextKey };
}

/** What the person reads who wanted to log in: no detail, and what to do next. */
export function personText(failure: ProviderFailure): TextKey {
  switch (explanationOf(failure)) {
    case 'entra.50105':
      return 'connection.person.not-assigned';
    case 'entra.50020':
      return 'connection.person.other-directory';
    default:
  }
  switch (failure.category) {
    case 'unreachable':
      return 'connection.person.unreachable';
    case 'refused':
      return 'connection.person.refused';
    case 'directory':
      return 'connection.person.other-directory';
    case 'not-fresh':
      return 'connection.person.not-fresh';
    case 'code-refused':
    case 'nonce':
      return 'connection.person.try-again';
    default:
      return 'connection.person.set-up';
  }
}

function isExplanationCode(code: string): code is ExplanationCode {
  return Object.hasOwn(en, `connection.${code}.what`);
}
