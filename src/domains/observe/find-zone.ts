import { getDomain } from 'tldts';
import type { AskDns } from '../dns/ask-dns.ts';
import type { DnsServer } from '../dns/dns-server.ts';
import type { ZoneFailure } from './observation.ts';

/** The zone a domain lies in, as a resolver tells it. */
export type FoundZone = { zone: string; nameServers: string[] } | { failure: ZoneFailure };

/** The domain that is registered: one label below a public suffix. */
export function registeredDomain(domain: string): string {
  return getDomain(domain, { allowPrivateDomains: true }) ?? domain;
}

/**
 * Finds the zone of a domain and its name servers: NS of the domain, then upward to the registered domain. Stops where the
 * answer is unknown. The challenge name itself is not asked: the resolver would remember that it was absent (RFC 2308 5).
 */
export async function findZone(
  dns: AskDns,
  resolver: DnsServer,
  domain: string,
  signal: AbortSignal,
): Promise<FoundZone> {
  const top = registeredDomain(domain);
  let name = domain;
  for (;;) {
    const answer = await dns.ask(resolver, name, 'NS', signal);
    if (answer.outcome === 'found') return { zone: name, nameServers: answer.records.toSorted() };
    if (answer.outcome === 'unknown') return { failure: await explainFailure(dns, resolver, name, signal) };
    if (name === top) return { failure: 'missing' };
    name = name.slice(name.indexOf('.') + 1);
  }
}

/**
 * Why a resolver gives no usable answer. SERVFAIL that becomes an answer when signatures are not checked (CD) is DNSSEC;
 * SERVFAIL that stays is the servers.
 */
async function explainFailure(
  dns: AskDns,
  resolver: DnsServer,
  name: string,
  signal: AbortSignal,
): Promise<ZoneFailure> {
  const [checked, unchecked] = await Promise.all([
    dns.explain(resolver, { name, type: 'NS' }, signal),
    dns.explain(resolver, { name, type: 'NS', unchecked: true }, signal),
  ]);
  if (unchecked?.rcode === 'NOERROR' && checked?.rcode !== 'NOERROR') return 'dnssec';
  if (unchecked?.rcode === 'SERVFAIL' || unchecked?.rcode === 'REFUSED') return 'refused';
  return (await resolverWorks(dns, resolver, signal)) ? 'silent' : 'resolver';
}

/** Whether a resolver answers at all: the control name is the root, which is always there. */
export async function resolverWorks(dns: AskDns, resolver: DnsServer, signal: AbortSignal): Promise<boolean> {
  return (await dns.explain(resolver, { name: '.', type: 'NS' }, signal))?.rcode === 'NOERROR';
}
