import type { DnsServer } from '../dns/dns-server.ts';

/** TXT values and alias at a name, as one server tells them. */
export interface AtName {
  values: string[];
  /** Target of a CNAME. */
  alias: string | null;
}

/** What one server says about the challenge name. */
export interface ServerAnswer extends AtName {
  /** Node's code of an unknown answer; null when the server answered. */
  failure: string | null;
}

/** An authoritative server of the zone. */
export interface AuthorityAnswer extends ServerAnswer {
  name: string;
  /** SOA of the zone: serial and primary server. */
  serial: number | null;
  primary: string | null;
}

/** What the recursive resolver says. */
export interface ResolverAnswer extends ServerAnswer {
  /** AD: signatures were checked. */
  authenticated: boolean;
  /** The answer fails with DNSSEC checks and comes without them. */
  dnssecFails: boolean;
  /** How long the answer, or the absence, is remembered; seconds. */
  rememberedFor: number | null;
}

/** Why a resolver could not tell the servers of the zone. */
export type ZoneFailure = 'missing' | 'dnssec' | 'refused' | 'silent' | 'resolver';

/** The domain as seen through one resolver. */
export interface View {
  resolver: DnsServer;
  failure: ZoneFailure | null;
  zone: string | null;
  /** Names of the zone's servers, sorted. */
  nameServers: string[];
  /** Those that may be asked; at most 8. */
  authorities: AuthorityAnswer[];
  /** Null when the resolver was not asked for the record. */
  answer: ResolverAnswer | null;
}

/** All that was seen in one check. */
export interface Observation {
  domain: string;
  /** One per resolver that was asked, the deciding one last. */
  views: View[];
  /** A random name beside the challenge name; null when it was not asked. */
  sibling: AtName | null;
  /** Where else the value was found. */
  elsewhere: { place: 'doubled' | 'elsewhere'; name: string } | null;
  /** A record of another type at the challenge name. */
  otherType: 'A' | 'MX' | null;
  /** Former name servers that have the value. */
  formerServers: string[];
}
