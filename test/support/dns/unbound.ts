import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDnsProcess, stopDnsProcess } from './dns-process.ts';

/** A recursive resolver in a process of its own: Unbound. */
export interface Unbound extends AsyncDisposable {
  /** As `GATEHOUSE_DNS_RESOLVERS` takes it. */
  server: string;
}

/**
 * Starts Unbound on a loopback address. It asks nothing outside: each zone is a stub zone with the addresses given.
 * @param options.anchors DS records it trusts; signatures of all other zones are not checked
 */
export async function startUnbound(
  address: string,
  port: number,
  options: { zones: ReadonlyMap<string, readonly string[]>; anchors?: readonly string[] },
): Promise<Unbound> {
  const folder = await mkdtemp(join(tmpdir(), 'unbound-'));
  const configuration = join(folder, 'unbound.conf');
  const stubs = [...options.zones].map(
    ([zone, servers]) =>
      `stub-zone:\n  name: "${zone}"\n${servers.map((server) => `  stub-addr: ${server}\n`).join('')}  stub-no-cache: no\n`,
  );
  await writeFile(
    configuration,
    `server:
  interface: ${address}@${port}
  port: ${port}
  do-not-query-localhost: no
  do-ip6: no
  access-control: 127.0.0.0/8 allow
  chroot: ""
  username: ""
  directory: "${folder}"
  pidfile: ""
  use-syslog: no
  logfile: ""
  verbosity: 1
  num-threads: 1
  module-config: "validator iterator"
  qname-minimisation: no
  aggressive-nsec: no
  cache-max-negative-ttl: 600
${(options.anchors ?? []).map((anchor) => `  trust-anchor: "${anchor}"\n`).join('')}
remote-control:
  control-enable: no
${stubs.join('')}`,
  );
  const child = await startDnsProcess('unbound', ['-d', '-p', '-c', configuration], 'start of service');
  return {
    server: `${address}:${port}`,
    async [Symbol.asyncDispose]() {
      await stopDnsProcess(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
