import type { Finding } from './explanation-codes.ts';

/** Values of claims by name; null where the provider did not say which (as Entra ID of more than 200 groups). */
export type StatedValues = Readonly<Record<string, readonly string[] | null>>;

/** What a provider states of a person beside the name as shown. */
export interface StatedPerson {
  givenName: string | null;
  familyName: string | null;
  locale: string | null;
}

/** What the provider proved. */
export interface Claims {
  issuer: string;
  /** `tid` for Entra ID, empty otherwise. */
  directoryId: string;
  /** `oid` for Entra ID, `sub` otherwise. */
  subject: string;
  name: string | null;
  /** Given and family name, and language (OpenID Connect Core 5.1), as stated; left out: they were not. */
  person?: StatedPerson | undefined;
  /** What the provider calls the person: shown, never compared. */
  displayAddress: string | null;
  /** Addresses the provider states, verified or not, as stated. */
  claimedAddresses: string[];
  /** Those of them it has shown to be this person's. */
  provenAddresses: string[];
  /** The address is of a claim that an administrator chose: nothing proves it, also not a domain of the organization. */
  addressMapped?: boolean | undefined;
  /** Chosen claims that were missing, or held nothing usable; left out: none. */
  unmapped?: readonly Finding[] | undefined;
  /** RFC 8176, as stated. */
  amr: string[];
  acr: string | null;
  /** When the person proved something there, never in the future; null when not stated. */
  authTime: Date | null;
  /** Claims for the trace an administrator reads; a closed list, never a token. */
  shown: Record<string, string>;
  /** Values of the claims that were asked for by name; left out: none was. */
  stated?: StatedValues | undefined;
}

/** What became of a source that supplements claims (the userinfo endpoint). */
export interface Supplement {
  fault: Finding | null;
}

/** Which claims give address and name, as entered; empty: those of the standard. */
export interface EnteredMapping {
  addressClaim?: string | undefined;
  nameClaim?: string | undefined;
}

/** What people would see of a person. */
export interface MappedPerson {
  name: string | null;
  address: string | null;
  unmapped: readonly Finding[];
}

/** What a mapping would make of claims that a test kept, and the names among which one may choose. */
export interface PreviewedPerson extends MappedPerson {
  names: readonly string[];
}
