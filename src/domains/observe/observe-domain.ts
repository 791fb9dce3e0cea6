import { setTimeout as pause } from 'node:timers/promises';
import { randomBase32 } from '../../base/random.ts';
import { matchesToken } from '../diagnose/read-value.ts';
import type { AskDns } from '../dns/ask-dns.ts';
import type { DnsServer } from '../dns/dns-server.ts';
import { challengeName } from '../domain.ts';
import { askAuthorities, askName, findServers } from './ask-authorities.ts';
import type { NamedServer } from './ask-authorities.ts';
import { findZone } from './find-zone.ts';
import { lookElsewhere } from './look-elsewhere.ts';
import type { Observation, ResolverAnswer, View } from './observation.ts';

/** What is looked for. */
export interface Sought {
  domain: string;
  token: string;
  /** Servers of the zone when the record was last there. */
  formerNameServers: readonly string[];
  /** Verified already: the resolver is asked whatever the authorities say, and once more when it says absent. */
  again: boolean;
}

/** All questions of one check together, milliseconds. */
const WITHIN_MS = 10_000;
/** Resolvers that are asked at most. */
const MOST_RESOLVERS = 3;
/** A resolver that serves expired answers has fetched the new one by then. */
const SECOND_ASK_MS = 2000;

interface Looked {
  view: View;
  servers: NamedServer[];
}

/**
 * Looks at a domain: the authoritative servers first, since an early question would make the resolver remember that the
 * record is absent; the resolver once one of them has it, or none can be asked. Another resolver of the list is asked
 * where the first one leads to no authoritative server: it may know the internal DNS only.
 */
export async function observeDomain(dns: AskDns, sought: Sought): Promise<Observation> {
  const signal = AbortSignal.timeout(WITHIN_MS);
  const views: View[] = [];
  let last: Looked | undefined;
  for (const resolver of dns.resolvers.slice(0, MOST_RESOLVERS)) {
    last = await look(dns, resolver, sought, signal);
    views.push(last.view);
    if (last.view.authorities.some(({ failure }) => failure === null)) break;
  }
  const observation: Observation = {
    domain: sought.domain,
    views,
    sibling: null,
    elsewhere: null,
    otherType: null,
    formerServers: [],
  };
  const reachable = last?.servers.find((_, index) => last.view.authorities[index]?.failure === null);
  if (last === undefined || reachable === undefined) return observation;
  const { authorities } = last.view;
  if (authorities.some(({ values, alias }) => values.length > 0 || alias !== null)) {
    // A name nobody made: what answers there is a wildcard (RFC 4592).
    const sibling = `_gatehouse-${randomBase32(10)}.${sought.domain}`;
    observation.sibling = await askName(dns, reachable.server, sibling, signal);
  }
  if (authorities.some(({ values }) => values.some((value) => matchesToken(value, sought.token)))) return observation;
  const elsewhere = await lookElsewhere(dns, { ...sought, server: reachable.server, view: last.view }, signal);
  return { ...observation, ...elsewhere };
}

async function look(dns: AskDns, resolver: DnsServer, sought: Sought, signal: AbortSignal): Promise<Looked> {
  const name = challengeName(sought.domain);
  const found = await findZone(dns, resolver, sought.domain, signal);
  if ('failure' in found) {
    const view = { resolver, failure: found.failure, zone: null, nameServers: [], authorities: [], answer: null };
    return { view, servers: [] };
  }
  let { zone, nameServers } = found;
  let servers = await findServers(dns, resolver, nameServers, signal);
  let authorities = await askAuthorities(dns, servers, { zone, name }, signal);
  const below = await findDelegation(dns, { servers, authorities, name }, signal);
  if (below !== undefined) {
    ({ zone, nameServers } = below);
    servers = await findServers(dns, resolver, nameServers, signal);
    authorities = await askAuthorities(dns, servers, { zone, name }, signal);
  }
  const has = authorities.some(({ values }) => values.some((value) => matchesToken(value, sought.token)));
  const silent = authorities.every(({ failure }) => failure !== null);
  let answer: ResolverAnswer | null = null;
  if (has || silent || sought.again) {
    answer = await askResolver(dns, resolver, name, signal);
    if (sought.again && answer.failure === null && !answer.values.some((value) => matchesToken(value, sought.token))) {
      await pause(SECOND_ASK_MS);
      answer = await askResolver(dns, resolver, name, signal);
    }
  }
  return { view: { resolver, failure: null, zone, nameServers, authorities, answer }, servers };
}

/** The challenge name may be delegated itself: its servers, where an authoritative server refers to them. */
async function findDelegation(
  dns: AskDns,
  about: { servers: readonly NamedServer[]; authorities: View['authorities']; name: string },
  signal: AbortSignal,
): Promise<{ zone: string; nameServers: string[] } | undefined> {
  const at = about.authorities.findIndex(({ failure, values }) => failure === null && values.length === 0);
  const server = about.servers[at]?.server;
  if (server === undefined) return undefined;
  const packet = await dns.explain(server, { name: about.name, type: 'TXT' }, signal);
  const referral = packet?.referral;
  if (referral === null || referral === undefined || !about.name.endsWith(referral.zone)) return undefined;
  return { zone: referral.zone, nameServers: referral.nameServers.toSorted() };
}

async function askResolver(
  dns: AskDns,
  resolver: DnsServer,
  name: string,
  signal: AbortSignal,
): Promise<ResolverAnswer> {
  const answer = await askName(dns, resolver, name, signal);
  const packet = await dns.explain(resolver, { name, type: 'TXT' }, signal);
  let dnssecFails = false;
  if (answer.failure === 'ESERVFAIL') {
    const unchecked = await dns.explain(resolver, { name, type: 'TXT', unchecked: true }, signal);
    dnssecFails = unchecked?.rcode === 'NOERROR' || unchecked?.rcode === 'NXDOMAIN';
  }
  return {
    ...answer,
    authenticated: packet?.authenticated ?? false,
    dnssecFails,
    rememberedFor: packet?.ttl ?? packet?.negativeTtl ?? null,
  };
}
