import type { AskDns } from '../dns/ask-dns.ts';
import type { DnsServer } from '../dns/dns-server.ts';
import type { AuthorityAnswer, ServerAnswer } from './observation.ts';

/** An authoritative server with the name that the zone gives it. */
export interface NamedServer {
  name: string;
  server: DnsServer;
}

/** Addresses that are asked at most, whatever a zone names. */
const MOST_ADDRESSES = 8;
/** Names that are looked at, so that a zone with hundreds costs nothing. */
const MOST_NAMES = 8;

/** The servers of a zone that may be asked: IPv4 where a name has it, since this machine may have no IPv6. */
export async function findServers(
  dns: AskDns,
  resolver: DnsServer,
  nameServers: readonly string[],
  signal: AbortSignal,
): Promise<NamedServer[]> {
  const found = await Promise.all(
    nameServers.slice(0, MOST_NAMES).map(async (name) => {
      const v4 = await dns.ask(resolver, name, 'A', signal);
      const answer = v4.outcome === 'found' ? v4 : await dns.ask(resolver, name, 'AAAA', signal);
      const addresses = answer.outcome === 'found' ? answer.records : [];
      return addresses.flatMap((address) => {
        const server = dns.askable.at(address);
        return server === undefined ? [] : [{ name, server }];
      });
    }),
  );
  // First one address of each name, so that one name with many does not hide the others.
  const rounds = Math.max(0, ...found.map((of) => of.length));
  const mixed = Array.from({ length: rounds }, (_, round) => found.flatMap((of) => of.slice(round, round + 1))).flat();
  return mixed.slice(0, MOST_ADDRESSES);
}

/** TXT and alias at a name, from one server. */
export async function askName(
  dns: AskDns,
  server: DnsServer,
  name: string,
  signal: AbortSignal,
): Promise<ServerAnswer> {
  const [txt, cname] = await Promise.all([
    dns.ask(server, name, 'TXT', signal),
    dns.ask(server, name, 'CNAME', signal),
  ]);
  return {
    failure: txt.outcome === 'unknown' ? txt.code : null,
    values: txt.outcome === 'found' ? txt.records : [],
    alias: cname.outcome === 'found' ? (cname.records[0] ?? null) : null,
  };
}

/** Asks each authoritative server for the challenge name and the zone's SOA, all at the same time. */
export async function askAuthorities(
  dns: AskDns,
  servers: readonly NamedServer[],
  about: { zone: string; name: string },
  signal: AbortSignal,
): Promise<AuthorityAnswer[]> {
  return Promise.all(
    servers.map(async ({ name, server }) => {
      const [answer, soa] = await Promise.all([
        askName(dns, server, about.name, signal),
        dns.ask(server, about.zone, 'SOA', signal),
      ]);
      const record = soa.outcome === 'found' ? soa.records[0] : undefined;
      return { name, ...answer, serial: record?.serial ?? null, primary: record?.nsname.toLowerCase() ?? null };
    }),
  );
}
