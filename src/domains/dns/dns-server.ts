import { getServers } from 'node:dns';
import { isIP } from 'node:net';
import { isForbiddenAddress, isNetwork, holds, networks } from '../../connectors/outgoing/network-address.ts';

/** A DNS server: an address and a port. */
export interface DnsServer {
  address: string;
  port: number;
}

const DNS_PORT = 53;

/** Reads `address`, `address:port`, `[ipv6]` or `[ipv6]:port`; undefined when it is none of these. */
export function readDnsServer(text: string): DnsServer | undefined {
  if (isIP(text) !== 0) return { address: text, port: DNS_PORT };
  const match = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+))(?::(\d{1,5}))?$/i.exec(text);
  const address = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3] ?? DNS_PORT);
  return isIP(address) === 0 || port < 1 || port > 65_535 ? undefined : { address, port };
}

/** As Node's `setServers` and a log want it. */
export function writeDnsServer({ address, port }: DnsServer): string {
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

/** The recursive resolvers of a setting, or the system's where it is empty. */
export function readResolvers(entries: readonly string[]): DnsServer[] {
  return (entries.length === 0 ? getServers() : entries).flatMap((entry) => readDnsServer(entry) ?? []);
}

/** Which addresses that a customer's zone names may be asked, and at which port. */
export interface AskableServers {
  /** The server at an address; undefined where the service must not send. */
  at(address: string): DnsServer | undefined;
}

/**
 * Public addresses, and the internal ones that the operator named: `address`, `address:port` or a network (CIDR).
 * A zone's owner chooses these addresses, so nothing else is asked.
 */
export function readAskableServers(internal: readonly string[]): AskableServers {
  const ranges = networks(internal.filter(isNetwork));
  const named = new Map(
    internal.flatMap((entry) => {
      const server = isNetwork(entry) ? undefined : readDnsServer(entry);
      return server === undefined ? [] : [[server.address, server] as const];
    }),
  );
  return {
    at(address) {
      const server = named.get(address);
      if (server !== undefined) return server;
      return isForbiddenAddress(address) && !holds(ranges, address) ? undefined : { address, port: DNS_PORT };
    },
  };
}
