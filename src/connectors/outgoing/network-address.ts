import { BlockList, isIP } from 'node:net';
import type { IPVersion } from 'node:net';

/** Networks that no identity provider of the public internet has: private, local, special and documentation ranges,
 * and the address at which Azure's platform answers every virtual machine (168.63.129.16). */
const FORBIDDEN: readonly string[] = (
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 ' +
  '192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 ::/128 ::1/128 ' +
  '64:ff9b:1::/48 100::/64 2001::/32 2001:db8::/32 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8'
).split(' ');
const LOOPBACK: readonly string[] = ['127.0.0.0/8', '::1/128'];

const forbidden = networks(FORBIDDEN);
const loopback = networks(LOOPBACK);

/** A list of networks in CIDR notation. */
export function networks(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits = ''] = range.split('/');
    list.addSubnet(network, Number(bits), versionOf(network));
  }
  return list;
}

/** Whether text is a network in CIDR notation. */
export function isNetwork(text: string): boolean {
  const [network = '', bits, more] = text.split('/');
  if (bits === undefined || more !== undefined || !/^\d{1,3}$/.test(bits)) return false;
  const version = isIP(network);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}

/** Whether one of the networks holds the address; IPv6 forms that carry an IPv4 address are looked through. */
export function holds(list: BlockList, address: string): boolean {
  const plain = withoutZone(address);
  if (isIP(plain) === 0) return false;
  const inner = embeddedIpv4(plain);
  if (inner !== undefined) return list.check(inner, 'ipv4');
  return list.check(plain, versionOf(plain));
}

/** Whether the service must not talk to this address unless the operator said so. What is no address is forbidden. */
export function isForbiddenAddress(address: string): boolean {
  return isIP(withoutZone(address)) === 0 || holds(forbidden, address);
}

/** Whether the address is this machine's own. */
export function isLoopbackAddress(address: string): boolean {
  return holds(loopback, address);
}

function versionOf(address: string): IPVersion {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function withoutZone(address: string): string {
  return address.split('%')[0]!;
}

/**
 * The IPv4 address that an IPv6 one carries: mapped (::ffff:0:0/96), translated (::ffff:0:0:0/96, RFC 2765
 * 2.1), compatible (::/96), NAT64 (64:ff9b::/96, RFC 6052) and 6to4 (2002::/16, RFC 3056). A packet to it may end at that IPv4 address.
 */
function embeddedIpv4(address: string): string | undefined {
  if (isIP(address) !== 6) return undefined;
  const groups = groupsOf(address);
  const dotted = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join('.');
  if (groups[0] === 0x2002) return dotted(groups[1]!, groups[2]!);
  const prefix = groups
    .slice(0, 6)
    .map((group) => group.toString(16))
    .join(':');
  if (['0:0:0:0:0:ffff', '0:0:0:0:ffff:0', '64:ff9b:0:0:0:0'].includes(prefix)) return dotted(groups[6]!, groups[7]!);
  // ::1 and :: are what they are.
  if (prefix === '0:0:0:0:0:0' && groups[6] !== 0) return dotted(groups[6]!, groups[7]!);
  return undefined;
}

function groupsOf(address: string): number[] {
  // The URL parser writes every IPv6 address in one way, without the dotted form (WHATWG URL 3.5).
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const read = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const left = read(head);
  const right = tail === undefined ? [] : read(tail);
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}
