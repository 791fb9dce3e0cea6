import { textClaim } from './id-token.ts';
import type { StatedValues } from '../../connector.ts';
import { isJsonObject } from '../json-object.ts';

const LONGEST_VALUE = 256;
const MOST_VALUES = 500;

/** The names that rules ask for, and those beside that the claims hold. */
export function namesOf(
  claims: Record<string, unknown>,
  { claimNames = [], namesBeside = [] }: { claimNames?: readonly string[]; namesBeside?: readonly string[] },
): string[] {
  const beside = namesBeside.filter((name) => Object.hasOwn(claims, name) || isElsewhere(claims, name));
  return [...new Set([...claimNames, ...beside])];
}

/**
 * The values of claims that rules ask for, as texts. A claim that is missing, or has another form, states no value. One that
 * the provider only refers to (distributed claims, OpenID Connect Core 5.6.2; Entra ID above 200 groups), and a list too long
 * to be kept, is not known: null, never *none*. The address it refers to is not called: it came in a claim.
 */
export function statedValues(claims: Record<string, unknown>, names: readonly string[]): StatedValues {
  return Object.fromEntries(names.map((name) => [name, valuesOf(claims, name)]));
}

function valuesOf(claims: Record<string, unknown>, name: string): string[] | null {
  if (isElsewhere(claims, name)) return null;
  const claim = Object.hasOwn(claims, name) ? claims[name] : undefined;
  const list: unknown[] = Array.isArray(claim) ? claim : [claim];
  if (list.length > MOST_VALUES) return null;
  return list.flatMap((one) => {
    // Compared whole: a longer one, cut, would be another's value.
    const text = typeof one === 'string' && one.length <= LONGEST_VALUE ? textClaim(one, LONGEST_VALUE) : null;
    return text === null ? [] : [text];
  });
}

/** Whether a claim's values stand elsewhere than in the token. */
export function isElsewhere(claims: Record<string, unknown>, name: string): boolean {
  const { hasgroups, _claim_names: elsewhere } = claims;
  if (isJsonObject(elsewhere) && Object.hasOwn(elsewhere, name)) return true;
  return name === 'groups' && (hasgroups === true || hasgroups === 'true');
}
