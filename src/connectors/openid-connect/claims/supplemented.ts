import { addressClaim } from '../answer/id-token.ts';
import { isElsewhere, statedValues } from '../answer/stated-values.ts';
import type { Verified } from '../answer/verify-callback.ts';
import type { Callback, StatedValues, Supplement } from '../../connector.ts';
import { keptClaims, mappedNames } from './claims-mapping.ts';
import type { ClaimsMapping } from './claims-mapping.ts';
import type { RequestState } from '../settings.ts';

/** What userinfo may add: how and when the person logged in, the ID token alone says. */
const PERSONAL = ['email', 'email_verified', 'name', 'given_name', 'family_name', 'preferred_username'];

/** The claims of a person, and where they are from. */
export interface SupplementedClaims {
  claims: Record<string, unknown>;
  /** Left out where the userinfo endpoint was not needed. */
  supplement?: Supplement;
  /** False where it was needed and did not answer. */
  known: boolean;
  /** For a test: what the provider states, as it is kept. */
  kept?: Record<string, unknown>;
}

/**
 * The claims of a person. With a code many providers state the address at the userinfo endpoint alone (Core 5.4). It is asked
 * for a person who is not bound yet, whose address is needed, and where the ID token lacks a claim that rules ask for or an
 * administrator chose. An address in the ID token that is none (a list, empty, with a blank) counts as not stated, and so does
 * what is said of it: `email_verified` speaks of the `email` beside it. A test asks in any case, to show all that is stated.
 */
export async function supplemented(
  { claims, userInfo }: Verified,
  { isBound, claimNames = [], keepClaims = false }: Callback<RequestState>,
  mapping: ClaimsMapping,
): Promise<SupplementedClaims> {
  const named = [...claimNames, ...mappedNames(mapping)];
  const wanted = named.filter((name) => !isStated(claims, name) && !isElsewhere(claims, name));
  const hasEmail = addressClaim(claims['email']) !== null;
  const hasAddress = mapping.addressClaim === undefined ? hasEmail : !wanted.includes(mapping.addressClaim);
  const { email: _unusable, email_verified: _ofIt, ...without } = claims;
  const rest = hasEmail ? claims : without;
  const needed = !hasAddress || wanted.length > 0;
  if (!needed && !keepClaims) return { claims: rest, known: true };
  if (wanted.length === 0 && !keepClaims) {
    const subject = { issuer: String(claims['iss']), directoryId: '', subject: String(claims['sub']) };
    if (await isBound(subject)) return { claims: rest, known: true };
  }
  const asked = await userInfo();
  const further = asked !== null && 'claims' in asked ? asked.claims : {};
  const kept = keepClaims ? { kept: keptClaims({ ...further, ...claims }) } : {};
  if (!needed || asked === null) return { claims: rest, known: true, ...kept };
  if ('fault' in asked) return { claims: rest, supplement: { fault: asked.fault }, known: false, ...kept };
  const added = { ...(hasAddress ? {} : pick(further, PERSONAL)), ...pick(further, [...wanted, '_claim_names']) };
  const stated = Object.entries(rest).filter(([, value]) => value !== null);
  return {
    claims: { ...added, ...Object.fromEntries(stated) },
    supplement: { fault: null },
    known: true,
    ...kept,
  };
}

/** What rules ask for. Where userinfo was asked for it and failed, a claim that the ID token lacks is not known. */
export function statedBy(
  claims: Record<string, unknown>,
  names: readonly string[],
  { known }: Pick<SupplementedClaims, 'known'>,
): StatedValues {
  const stated = statedValues(claims, names);
  if (known) return stated;
  return Object.fromEntries(names.map((name) => [name, isStated(claims, name) ? stated[name]! : null]));
}

function isStated(claims: Record<string, unknown>, name: string): boolean {
  return Object.hasOwn(claims, name) && claims[name] !== null;
}

function pick(claims: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => names.includes(name)));
}
