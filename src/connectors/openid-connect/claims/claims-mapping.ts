import { addressClaim, textClaim } from '../answer/id-token.ts';
import { pasted } from '../settings.ts';
import { readOutsideText } from '../../../base/outside-text.ts';
import type { EnteredMapping, MappedPerson, ProviderFault, StoredConnection } from '../../connector.ts';
import type { StatedPerson } from '../../proved-claims.ts';
import type { Finding } from '../../explanation-codes.ts';
import { foundValue } from '../../found-value.ts';

/**
 * Which claims say what a person is called and which address they have; left out: those of the standard (OpenID Connect
 * Core 5.1). A mapping consists of names. Who somebody is says the subject, which is never mapped; whether an address is
 * theirs says `email_verified`, of the claim `email` and of no other.
 */
export interface ClaimsMapping {
  addressClaim?: string | undefined;
  nameClaim?: string | undefined;
}

const LONGEST_NAME = 128;
const MOST_KEPT = 60;
const LONGEST_KEPT = 300;
const MOST_NAMED = 30;
const STANDARD = { addressClaim: 'email', nameClaim: 'name' } as const;

/** What is entered of the claim with the name. */
export const enteredNameClaim = {
  nameClaim: pasted(500)
    .optional()
    .describe(
      'The claim that says what people are called. Empty: `name`, else given and family name. Left out: as before.',
    ),
};

/** What is entered of a mapping. */
export const enteredMapping = {
  addressClaim: pasted(500)
    .optional()
    .describe(
      'The claim with people’s address. Empty: `email`. Another one’s address is never taken as proven. Left out: as before.',
    ),
  ...enteredNameClaim,
};

/** Claims of the token and of who the person is; what is mapped is only what people are called (Core 2, RFC 7519 4.1). */
const UNFIT: ReadonlySet<string> = new Set(
  (
    'sub iss aud exp nbf iat jti nonce azp auth_time at_hash c_hash s_hash sid state acr amr tid oid idp acct hd cnf ver ' +
    'email_verified phone_number_verified xms_edov session_expiry login_hint events _claim_names _claim_sources __proto__'
  ).split(' '),
);

/** Whether a claim may be mapped: the name of one (registered, private, or an address), which says nothing of the token. */
export function isMappable(name: string): boolean {
  return name.length <= LONGEST_NAME && /^[^\s\p{C}]+$/u.test(name) && !UNFIT.has(name.toLowerCase());
}

/** The mapping to store: as entered; what was left out stays as it was, as long as the provider is the same. */
export function readMapping(
  entered: EnteredMapping,
  issuer: string,
  before: StoredConnection<ClaimsMapping> | null,
): ClaimsMapping | ProviderFault {
  const mapping: ClaimsMapping = {};
  for (const field of ['addressClaim', 'nameClaim'] as const) {
    const kept = before?.issuer === issuer ? before.settings[field] : undefined;
    const claim = entered[field] ?? kept ?? '';
    if (claim === '' || claim === STANDARD[field]) continue;
    if (!isMappable(claim)) return { fault: 'settings.claim-name', field, values: { found: foundValue(claim) } };
    mapping[field] = claim;
  }
  return mapping;
}

/** The claims that a mapping reads. */
export function mappedNames({ addressClaim: address, nameClaim }: ClaimsMapping): string[] {
  return [address, nameClaim].filter((name) => name !== undefined);
}

/** A mapping as people read it. */
export function describeMapping({ addressClaim: address, nameClaim }: ClaimsMapping): Record<string, string> {
  return {
    ...(address === undefined ? {} : { addressClaim: address }),
    ...(nameClaim === undefined ? {} : { nameClaim }),
  };
}

/**
 * What a mapping makes of claims. Without a mapped name the standard's is taken: it is only shown. Without a mapped address
 * there is none: another one than was chosen would find another user.
 * @param known false where a further source of claims could not be asked: what lacks may be there, and nothing is said of it
 */
export function mapPerson(
  claims: Record<string, unknown>,
  { addressClaim: addressFrom, nameClaim: nameFrom }: ClaimsMapping,
  known: boolean,
): Omit<MappedPerson, 'address'> & { mappedAddress: string | null } {
  const unmapped: Finding[] = [];
  const own = (name: string): unknown => (Object.hasOwn(claims, name) ? (claims[name] ?? undefined) : undefined);
  const missing = (member: string): Finding['values'] => ({ member, found: namesThatCame(claims) });
  let mappedAddress: string | null = null;
  if (addressFrom !== undefined) {
    const value = own(addressFrom);
    mappedAddress = addressClaim(value);
    if (value !== undefined && mappedAddress === null) {
      const values = { member: addressFrom, found: foundValue(value) };
      unmapped.push({ fault: 'login.address-claim-unusable', values });
    } else if (value === undefined && known) {
      unmapped.push({ fault: 'login.address-claim-missing', values: missing(addressFrom)! });
    }
  }
  if (nameFrom === undefined) return { name: standardName(claims), mappedAddress, unmapped };
  const name = textClaim(own(nameFrom));
  if (name === null && known) unmapped.push({ fault: 'login.name-claim-missing', values: missing(nameFrom)! });
  return { name: name ?? (known ? standardName(claims) : null), mappedAddress, unmapped };
}

/** Claims of a test as they are kept for the preview of a mapping: none that could not be mapped, short ones alone. */
export function keptClaims(claims: Record<string, unknown>): Record<string, unknown> {
  const mappable = Object.entries(claims).filter(([name]) => isMappable(name));
  return Object.fromEntries(
    mappable.slice(0, MOST_KEPT).map(([name, value]) => {
      const short = (JSON.stringify(value) ?? '').length <= LONGEST_KEPT;
      return [name, short ? value : []];
    }),
  );
}

/** Names of the claims that came and could be mapped, sorted. */
export function mappableNames(claims: Record<string, unknown>): string[] {
  return Object.keys(claims)
    .filter((name) => isMappable(name))
    .toSorted()
    .slice(0, MOST_NAMED);
}

function namesThatCame(claims: Record<string, unknown>): string {
  const names = mappableNames(claims).map((name) => readOutsideText(name, LONGEST_NAME));
  return names.length === 0 ? '–' : names.join(', ');
}

/** Given and family name and language, as the standard calls them (Core 5.1): nothing finds anybody by these. */
export function statedPerson(claims: Record<string, unknown>): { person?: StatedPerson } {
  const person = {
    givenName: textClaim(claims['given_name']),
    familyName: textClaim(claims['family_name']),
    locale: textClaim(claims['locale']),
  };
  return Object.values(person).every((value) => value === null) ? {} : { person };
}

function standardName(claims: Record<string, unknown>): string | null {
  const name = textClaim(claims['name']);
  if (name !== null) return name;
  const parts = [textClaim(claims['given_name']), textClaim(claims['family_name'])].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(' ');
}
