import { challengeValue } from '../domain.ts';

// Blanks of any kind, also zero-width ones, and one pair of quotes: pasted along, and harmless beside a random token.
const AROUND = /^[\s\u00A0\u200B-\u200D\u2060\uFEFF]+|[\s\u00A0\u200B-\u200D\u2060\uFEFF]+$/g;
const QUOTES = /^["'\u2018\u2019\u201C\u201D\u201E](.*)["'\u2018\u2019\u201C\u201D]$/s;

/** A TXT value as its owner typed it: Node gives bytes as Latin-1. */
function decodeText(value: string): string {
  return Buffer.from(value, 'latin1').toString('utf8');
}

function normalize(value: string): string {
  return decodeText(value).replaceAll(AROUND, '').replace(QUOTES, '$1').replaceAll(AROUND, '').toLowerCase();
}

/** Whether a TXT value says what was asked for. Case, and blanks and quotes around it, are ignored. */
export function matchesToken(value: string, token: string): boolean {
  return normalize(value) === challengeValue(token);
}

/** An untrusted text for display: at most 100 characters, nothing invisible. */
export function showValue(value: string): string {
  return decodeText(value)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u00A0\uFFFD]/gu, '·')
    .slice(0, 100);
}

/** How a value that does not match differs from the one asked for. */
export type ValueFlaw =
  | { code: 'more-in-value' | 'incomplete' | 'former-value' | 'another-value'; values: { value: string } }
  | { code: 'differs'; values: { value: string; position: number } };

/** Why the value at the challenge name does not match. */
export function explainValue(value: string, token: string, formerTokens: readonly string[]): ValueFlaw {
  const found = normalize(value);
  const asked = challengeValue(token);
  const values = { value: showValue(value) };
  if (found.includes(token)) return { code: 'more-in-value', values };
  if (formerTokens.some((former) => found.includes(former))) return { code: 'former-value', values };
  const same = sharedPrefix(found, asked);
  if (same === found.length && found !== '') return { code: 'incomplete', values };
  // Past the fixed part, so it was meant to be this one.
  if (same > asked.length - token.length + 3) return { code: 'differs', values: { ...values, position: same + 1 } };
  return { code: 'another-value', values };
}

function sharedPrefix(one: string, other: string): number {
  let length = 0;
  while (length < one.length && length < other.length && one[length] === other[length]) length += 1;
  return length;
}
