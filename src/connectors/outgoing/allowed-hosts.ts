import type { BlockList } from 'node:net';
import { holds, isLoopbackAddress, isNetwork, networks } from './network-address.ts';

/** Hosts outside the public internet that the operator trusts: GATEHOUSE_ALLOWED_PROVIDER_HOSTS, read. */
export interface AllowedHosts {
  /** Whether this name or address, at this port, is named by the operator; a network names its addresses. */
  names(hostname: string, port: number): boolean;
  /** Whether an address that a name resolved to lies in a network the operator named. */
  holdsAddress(address: string): boolean;
}

/**
 * Reads the operator's list: `host`, `host:port`, `[ipv6]`, `[ipv6]:port`, `10.0.0.0/8`.
 * @throws Error naming the entry that is none of these; settings are refused with it at start.
 */
export function readAllowedHosts(entries: readonly string[]): AllowedHosts {
  const hosts = new Set<string>();
  const ranges: string[] = [];
  for (const entry of entries.map((text) => text.trim()).filter((text) => text !== '')) {
    if (isNetwork(entry)) ranges.push(entry);
    else hosts.add(readHost(entry));
  }
  const list: BlockList = networks(ranges);
  const holdsAddress = (address: string): boolean => holds(list, address);
  return {
    names(hostname, port) {
      const name = bareHost(hostname);
      return hosts.has(name) || hosts.has(`${name} ${port}`) || holdsAddress(name);
    },
    holdsAddress,
  };
}

/** A URL's host without the brackets of IPv6 and without the dot that may end a name, lower case. */
export function bareHost(hostname: string): string {
  const name = hostname.toLowerCase();
  return name.startsWith('[') ? name.slice(1, -1) : name.replace(/\.$/, '');
}

/** Whether the host names this machine itself: `localhost`, a name below it, or a loopback address. */
export function isLoopbackHost(hostname: string): boolean {
  const name = bareHost(hostname);
  return isLocalName(name) || isLoopbackAddress(name);
}

/** Names that stand for this machine alone (RFC 6761 6.3). */
export function isLocalName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

function readHost(entry: string): string {
  const match = /^(\[[0-9a-f:.]+\]|[^\s:/?#@[\]]+)(?::(\d{1,5}))?$/i.exec(entry);
  const host = match?.[1];
  if (host === undefined || !URL.canParse(`https://${host}/`))
    throw new Error(`"${entry}" is no host, host:port or network`);
  const name = bareHost(new URL(`https://${host}/`).hostname);
  return match?.[2] === undefined ? name : `${name} ${Number(match[2])}`;
}
