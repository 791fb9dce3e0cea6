import { Resolver } from 'node:dns/promises';
import { existsSync } from 'node:fs';
import { freeDnsPort, startSilentServer } from './dns-process.ts';
import { startKnot } from './knot.ts';
import type { Knot, Zone } from './knot.ts';
import { startUnbound } from './unbound.ts';

/** Authoritative servers by the names that zones give them, each on an address of its own. */
const ADDRESSES = {
  'ns1.hosting.example': '127.0.0.61',
  'ns2.hosting.example': '127.0.0.62',
  'silent.hosting.example': '127.0.0.63',
  'dc1.hosting.example': '127.0.0.64',
} as const;
export type ServerName = keyof typeof ADDRESSES;
const RESOLVER = '127.0.0.65';
const INSIDE = '127.0.0.66';

/** DNS as far as a test needs it: real servers in processes of their own, on loopback addresses and a high port. */
export interface DnsWorld extends AsyncDisposable {
  /** Settings of a service that lives in this world. */
  settings: Record<string, string>;
  /** Of one whose first resolver knows the internal DNS. */
  settingsInside: Record<string, string>;
  ns1: Knot;
  ns2: Knot;
  /** A domain controller: knows zones of the same names, and is asked only by the resolver inside. */
  dc1: Knot;
  /** Somebody else asks the resolver for a TXT record, so that it remembers the answer. */
  resolve(name: string): Promise<void>;
  /** A zone with its usual servers. */
  zone(name: string, records: readonly string[], more?: Partial<Omit<Zone, 'name' | 'records'>>): Zone;
}

/**
 * Starts the world.
 * @param plan.delegations for each zone the servers that its parent names
 * @param plan.inside the same for the resolver inside, where it differs
 * @param plan.signed zones that are signed, and checked by the resolver
 * @param plan.broken zones for which the parent holds the DS of another key
 */
export async function startDnsWorld(plan: {
  delegations: Readonly<Record<string, readonly ServerName[]>>;
  inside?: Readonly<Record<string, readonly ServerName[]>>;
  signed?: readonly string[];
  broken?: readonly string[];
}): Promise<DnsWorld> {
  if (!existsSync('/usr/sbin/knotd') || !existsSync('/usr/sbin/unbound')) {
    throw new Error('no DNS servers on this machine: run "node tools/fetch-dns-servers.ts"');
  }
  const port = await freeDnsPort([...Object.values(ADDRESSES), RESOLVER, INSIDE]);
  await using started = new AsyncDisposableStack();
  const [ns1, ns2, dc1] = await Promise.all([
    startKnot(ADDRESSES['ns1.hosting.example'], port),
    startKnot(ADDRESSES['ns2.hosting.example'], port),
    startKnot(ADDRESSES['dc1.hosting.example'], port),
  ]);
  for (const server of [ns1, ns2, dc1]) started.use(server);
  started.use(await startSilentServer(ADDRESSES['silent.hosting.example'], port));
  const zone: DnsWorld['zone'] = (name, records, more = {}) => ({
    name,
    primary: 'ns1.hosting.example',
    nameServers: ['ns1.hosting.example'],
    serial: 1,
    records,
    ...more,
  });
  const addresses = Object.entries(ADDRESSES).map(([name, address]) => `${name}. A ${address}`);
  await ns1.publish(
    zone('.', [], {}),
    zone('hosting.example', addresses),
    ...(plan.signed ?? []).map((name) => zone(name, [], { signed: true })),
  );
  const anchors = [
    ...(await Promise.all((plan.signed ?? []).map(async (name) => ns1.delegationSigner(`${name}.`)))),
    ...(plan.broken ?? []).map((name) => `${name}. DS 12345 13 2 ${'0123456789abcdef'.repeat(4)}`),
  ];
  const reached = (delegations: Readonly<Record<string, readonly ServerName[]>>): Map<string, string[]> =>
    new Map(
      Object.entries({
        '.': ['ns1.hosting.example'] as const,
        'hosting.example': ['ns1.hosting.example'] as const,
        ...delegations,
      }).map(([name, servers]) => [name, servers.map((server) => `${ADDRESSES[server]}@${port}`)]),
    );
  const resolver = started.use(await startUnbound(RESOLVER, port, { zones: reached(plan.delegations), anchors }));
  const inside = started.use(
    await startUnbound(INSIDE, port, { zones: reached({ ...plan.delegations, ...plan.inside }) }),
  );
  const all = started.move();
  const internal = (['ns1.hosting.example', 'ns2.hosting.example', 'silent.hosting.example'] as const)
    .map((name) => `${ADDRESSES[name]}:${port}`)
    .join(',');
  return {
    settings: { GATEHOUSE_DNS_RESOLVERS: resolver.server, GATEHOUSE_DNS_INTERNAL_SERVERS: internal },
    settingsInside: {
      GATEHOUSE_DNS_RESOLVERS: `${inside.server},${resolver.server}`,
      GATEHOUSE_DNS_INTERNAL_SERVERS: internal,
    },
    ns1,
    ns2,
    dc1,
    zone,
    async resolve(name) {
      const somebody = new Resolver();
      somebody.setServers([resolver.server]);
      await somebody.resolveTxt(name).catch(() => {}); // absent is an answer too
    },
    async [Symbol.asyncDispose]() {
      await all.disposeAsync();
    },
  };
}
