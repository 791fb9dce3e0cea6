/** What a check may find: code and meaning, for the reference. The sentence stands in the catalog, `domain-finding.<code>`. */
export const FINDING_CODES = {
  verified: 'The record is there; the domain is verified.',
  confirming: 'The record is there; a second answer, minutes later, verifies the domain.',
  held: 'The record is there; the domain was entered through a setup link and counts once an administrator says so.',
  'held-elsewhere': 'The record is there, but the domain is verified for another organization of this service.',
  'not-there': 'No name server has the record yet.',
  'published-without': 'The zone was published again since the last check, without the record.',
  doubled: 'The record lies at a name that ends with the domain twice.',
  elsewhere: 'The value lies at another name of the domain.',
  'more-in-value': 'The value holds the right one, and more.',
  incomplete: 'The value is cut.',
  differs: 'The value differs in a character.',
  'former-value': 'The value is one of an earlier attempt.',
  'another-value': 'Another value lies at the name.',
  'old-answer': 'The name servers are right; the resolver still remembers the former value.',
  'remembered-absent': 'The name servers are right; the resolver still remembers that the record was absent.',
  'internal-only': 'The record is in an internal DNS only.',
  'internal-servers': 'The resolver of this service knows internal name servers for the domain only.',
  'former-host': 'The record is at name servers that no longer serve the domain.',
  delegated: 'The subdomain is a zone of its own, and its name servers do not have the record.',
  'stale-secondary': 'A secondary name server has an older version of the zone.',
  'two-zones': 'The name servers serve two different zones; one lacks the record.',
  'server-refuses': 'A name server refuses to answer for the domain.',
  'server-silent': 'A name server does not answer.',
  'all-refuse': 'The name servers named at the registrar do not serve the domain.',
  'all-silent': 'No name server of the domain answers.',
  dnssec: 'The DNSSEC signatures of the domain do not check out.',
  alias: 'There is an alias (CNAME) at the name.',
  wildcard: 'A wildcard answers in place of the record.',
  'other-type': 'There is a record of another type at the name.',
  'another-record': 'There is a second, needless record at the name.',
  'no-such-domain': 'The domain does not exist in DNS.',
  'resolver-silent': 'The resolver of this service does not answer.',
  'name-servers-changed': 'All name servers of the domain changed.',
} as const;

export type FindingCode = keyof typeof FINDING_CODES;

/** A code and what its sentence is filled with. */
export interface Remark {
  code: FindingCode;
  values: Record<string, string | number>;
}

/** How a name server of the domain answered. */
export interface NameServerAnswer {
  name: string;
  answer: 'record' | 'absent' | 'refused' | 'silent';
}

/** What a check found. Stored as JSON. */
export interface Finding extends Remark {
  /** `unknown` says nothing about the record: neither proof nor a step towards losing the domain. */
  presence: 'present' | 'absent' | 'unknown';
  /** Resolver and an authoritative server agree at the exact name: what a first verification asks for. */
  proof: boolean;
  /** The resolver checked DNSSEC signatures (AD). */
  authenticated: boolean;
  notes: Remark[];
  nameServers: NameServerAnswer[];
  /** SOA serial of the zone. */
  serial: number | null;
}
