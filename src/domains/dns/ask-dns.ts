import { Resolver } from 'node:dns/promises';
import type { SoaRecord } from 'node:dns';
import { askPacket } from './ask-packet.ts';
import type { DnsPacket } from './ask-packet.ts';
import { readAskableServers, readResolvers, writeDnsServer } from './dns-server.ts';
import type { AskableServers, DnsServer } from './dns-server.ts';

/** What one server says. Only `absent` means that there is nothing; `unknown` never does. */
export type DnsAnswer<T> =
  | { outcome: 'found'; records: T[] }
  /** `nameExists` is false for NXDOMAIN. */
  | { outcome: 'absent'; nameExists: boolean }
  /** Node's code: `ESERVFAIL`, `EREFUSED`, `ETIMEOUT`, `ECONNREFUSED`, … */
  | { outcome: 'unknown'; code: string };

/** A record of each type that is asked for. Strings of a TXT record are joined without a blank (RFC 7208 3.3). */
export interface DnsRecords {
  TXT: string;
  CNAME: string;
  NS: string;
  SOA: SoaRecord;
  A: string;
  AAAA: string;
  MX: string;
}

/** Asks DNS servers; the only part of this service that does for domains. */
export interface AskDns {
  /** Recursive resolvers, in the order of the setting. */
  readonly resolvers: readonly DnsServer[];
  /** Authoritative servers that may be asked. */
  readonly askable: AskableServers;
  /** One question to one server, at most 4 seconds. An answer of a kind that is none of ours counts as unknown. */
  ask<T extends keyof DnsRecords>(
    server: DnsServer,
    name: string,
    type: T,
    signal: AbortSignal,
  ): Promise<DnsAnswer<DnsRecords[T]>>;
  /** The same by a packet of ours, for what Node does not tell. */
  explain(
    server: DnsServer,
    question: { name: string; type: 'TXT' | 'NS' | 'SOA'; unchecked?: boolean },
    signal: AbortSignal,
  ): Promise<DnsPacket | undefined>;
}

/** Resolvers that are kept at most; a kept one remembers that its server is silent. */
const MOST_KEPT = 500;

/**
 * Node's resolver with one server per object: a second server in `setServers` is not asked after SERVFAIL or REFUSED.
 * @param settings.resolvers recursive resolvers, the system's when empty
 * @param settings.internal internal addresses that customers' zones may name
 */
export function createAskDns(settings: { resolvers: readonly string[]; internal: readonly string[] }): AskDns {
  const kept = new Map<string, Resolver>();
  const resolverOf = (server: DnsServer): Resolver => {
    const key = writeDnsServer(server);
    const known = kept.get(key);
    if (known !== undefined) return known;
    if (kept.size >= MOST_KEPT) kept.clear();
    const resolver = new Resolver({ timeout: 2000, tries: 2, maxTimeout: 2000 });
    resolver.setServers([key]);
    kept.set(key, resolver);
    return resolver;
  };
  return {
    resolvers: readResolvers(settings.resolvers),
    askable: readAskableServers(settings.internal),
    ask: async (server, name, type, signal) =>
      within(
        signal,
        readAnswer(async () => query(resolverOf(server), name, type)),
      ),
    explain: askPacket,
  };
}

async function query<T extends keyof DnsRecords>(resolver: Resolver, name: string, type: T): Promise<DnsRecords[T][]> {
  const answers: { [K in keyof DnsRecords]: () => Promise<DnsRecords[K][]> } = {
    TXT: async () => (await resolver.resolveTxt(name)).map((strings) => strings.join('')),
    CNAME: async () => lowerCase(await resolver.resolveCname(name)),
    NS: async () => lowerCase(await resolver.resolveNs(name)),
    SOA: async () => [await resolver.resolveSoa(name)],
    A: async () => resolver.resolve4(name),
    AAAA: async () => resolver.resolve6(name),
    MX: async () => (await resolver.resolveMx(name)).map(({ exchange }) => exchange),
  };
  return answers[type]();
}

const lowerCase = (names: string[]): string[] => names.map((name) => name.toLowerCase());

async function readAnswer<T>(work: () => Promise<T[]>): Promise<DnsAnswer<T>> {
  try {
    const records = await work();
    // Success without a record: an alias whose target has none of this type.
    return records.length === 0 ? { outcome: 'absent', nameExists: true } : { outcome: 'found', records };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'EBADRESP';
    if (code === 'ENOTFOUND' || code === 'ENODATA') return { outcome: 'absent', nameExists: code === 'ENODATA' };
    return { outcome: 'unknown', code };
  }
}

/** The answer, or unknown when the signal comes first. */
async function within<T>(signal: AbortSignal, answer: Promise<DnsAnswer<T>>): Promise<DnsAnswer<T>> {
  const late: DnsAnswer<T> = { outcome: 'unknown', code: 'ETIMEOUT' };
  if (signal.aborted) return late;
  const { promise, resolve } = Promise.withResolvers<DnsAnswer<T>>();
  const giveUp = (): void => resolve(late);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([answer, promise]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
