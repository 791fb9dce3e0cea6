import { createSocket } from 'node:dgram';
import { connect, isIP } from 'node:net';
import { AUTHENTIC_DATA, CHECKING_DISABLED, RECURSION_DESIRED, decode, encode } from 'dns-packet';
import type { DecodedPacket, Packet } from 'dns-packet';
import { randomUint16 } from '../../base/random.ts';
import type { DnsServer } from './dns-server.ts';

/** What Node's resolver does not tell about an answer. */
export interface DnsPacket {
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, … */
  rcode: string;
  /** AA: the server is authoritative for the name. */
  authoritative: boolean;
  /** AD: the resolver checked the signatures (RFC 4035 3.2.3). */
  authenticated: boolean;
  /** Aliases in order, from the name asked for. */
  aliases: string[];
  /** Smallest TTL of the answer, seconds; null for an answer without records. */
  ttl: number | null;
  /** For how long the absence is remembered (RFC 2308 5): the TTL of the SOA beside it, seconds. */
  negativeTtl: number | null;
  /** A referral: the zone below and the names of its servers. */
  referral: { zone: string; nameServers: string[] } | null;
}

/** Patience with one packet, milliseconds. */
const WAIT_MS = 2000;

/**
 * Asks one question with EDNS (RFC 6891): one datagram, and TCP where the answer was truncated.
 * @param question.unchecked sets CD: the resolver answers although signatures do not check out
 * @returns undefined when nothing usable came in time
 */
export async function askPacket(
  server: DnsServer,
  question: { name: string; type: 'TXT' | 'NS' | 'SOA'; unchecked?: boolean },
  signal: AbortSignal,
): Promise<DnsPacket | undefined> {
  const { name, type, unchecked = false } = question;
  const id = randomUint16();
  const packet: Packet = {
    type: 'query',
    id,
    flags: RECURSION_DESIRED | AUTHENTIC_DATA | (unchecked ? CHECKING_DISABLED : 0),
    questions: [{ type, name, class: 'IN' }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 1232,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  };
  const fits = (answer: DecodedPacket): boolean =>
    answer.id === id && answer.type === 'response' && sameName(answer.questions?.[0]?.name ?? '', name);
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)]);
  const first = await overUdp(server, packet, fits, deadline);
  const answer = first?.flag_tc === true ? await overTcp(server, packet, fits, deadline) : first;
  return answer && read(answer, name);
}

async function overUdp(
  server: DnsServer,
  packet: Packet,
  fits: (answer: DecodedPacket) => boolean,
  signal: AbortSignal,
): Promise<DecodedPacket | undefined> {
  // A signal that was aborted before fires no event.
  if (signal.aborted) return undefined;
  const socket = createSocket(isIP(server.address) === 6 ? 'udp6' : 'udp4');
  const { promise, resolve } = Promise.withResolvers<DecodedPacket | undefined>();
  const giveUp = (): void => resolve(undefined);
  signal.addEventListener('abort', giveUp, { once: true });
  socket.on('error', giveUp);
  socket.on('message', (message) => {
    const answer = tryDecode(() => decode(message));
    if (answer !== undefined && fits(answer)) resolve(answer);
  });
  // Connected: datagrams of others are not even seen.
  socket.connect(server.port, server.address, () => socket.send(encode(packet)));
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', giveUp);
    socket.close();
  }
}

async function overTcp(
  server: DnsServer,
  packet: Packet,
  fits: (answer: DecodedPacket) => boolean,
  signal: AbortSignal,
): Promise<DecodedPacket | undefined> {
  const bytes = encode(packet);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  const socket = connect({ host: server.address, port: server.port, signal });
  try {
    socket.write(Buffer.concat([length, bytes]));
    let received = Buffer.alloc(0);
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < received.readUInt16BE(0) + 2) continue;
      const answer = tryDecode(() => decode(received.subarray(2)));
      return answer !== undefined && fits(answer) ? answer : undefined;
    }
    return undefined;
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}

/** Decodes an untrusted packet; undefined when it is malformed. */
function tryDecode(work: () => DecodedPacket): DecodedPacket | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function sameName(one: string, other: string): boolean {
  const bare = (name: string): string => name.toLowerCase().replace(/\.$/, '');
  return bare(one) === bare(other);
}

function read(answer: DecodedPacket, name: string): DnsPacket {
  const answers = answer.answers ?? [];
  const authorities = answer.authorities ?? [];
  const aliases: string[] = [];
  let at = name;
  for (const record of answers) {
    if (record.type !== 'CNAME' || !sameName(record.name, at)) continue;
    at = record.data;
    aliases.push(at.toLowerCase());
  }
  const soa = authorities.find((record) => record.type === 'SOA');
  const below = authorities.flatMap((record) =>
    record.type === 'NS' ? [{ zone: record.name.toLowerCase(), server: record.data.toLowerCase() }] : [],
  );
  const zone = below[0]?.zone;
  return {
    rcode: (answer as { rcode?: string }).rcode ?? 'NOERROR',
    authoritative: answer.flag_aa,
    authenticated: answer.flag_ad,
    aliases,
    ttl: answers.length === 0 ? null : Math.min(...answers.map((record) => ('ttl' in record ? (record.ttl ?? 0) : 0))),
    negativeTtl: soa?.ttl ?? null,
    referral:
      zone === undefined || answer.flag_aa || answers.length > 0
        ? null
        : { zone, nameServers: below.map(({ server }) => server) },
  };
}
