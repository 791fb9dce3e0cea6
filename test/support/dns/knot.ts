import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startDnsProcess, stopDnsProcess } from './dns-process.ts';

const run = promisify(execFile);

/** A zone as its owner typed it. */
export interface Zone {
  name: string;
  /** Primary server in the SOA, and the servers the zone names. */
  primary: string;
  nameServers: readonly string[];
  serial: number;
  /** Lines of the zone file; names without a dot at their end are below the zone. */
  records: readonly string[];
  /** How long an absence may be remembered (RFC 2308 4), seconds; 600 by default. */
  absence?: number;
  /** Signed by Knot with a key of its own. */
  signed?: boolean;
}

/** An authoritative server in a process of its own: Knot DNS. */
export interface Knot extends AsyncDisposable {
  address: string;
  /** Serves zones as they are now; a zone with the same name is replaced, whatever its serial. */
  publish(...zones: Zone[]): Promise<void>;
  /** Serves a zone no longer. */
  withdraw(zone: string): Promise<void>;
  /** Ends the server. */
  stop(): Promise<void>;
  /** DS record of a signed zone, as the parent would hold it. */
  delegationSigner(zone: string): Promise<string>;
}

/** Starts Knot DNS on a loopback address. */
export async function startKnot(address: string, port: number): Promise<Knot> {
  const folder = await mkdtemp(join(tmpdir(), 'knot-'));
  await Promise.all(['zones', 'db'].map(async (name) => mkdir(join(folder, name))));
  const configuration = join(folder, 'knot.conf');
  const socket = join(folder, 'knot.sock');
  const zones = new Map<string, Zone>();
  const configure = async (): Promise<void> =>
    writeFile(
      configuration,
      [
        `server:\n    rundir: "${folder}"\n    listen: ${address}@${port}\n    udp-workers: 1\n    tcp-workers: 1\n    background-workers: 1`,
        `database:\n    storage: "${folder}/db"`,
        `control:\n    listen: "${socket}"`,
        'log:\n  - target: stdout\n    any: info',
        `template:\n  - id: default\n    storage: "${folder}/zones"\n    semantic-checks: off\n    zonefile-load: whole\n    journal-content: none\n    zonefile-sync: -1`,
        'policy:\n  - id: ours\n    single-type-signing: on',
        zones.size === 0 ? '' : 'zone:',
        ...[...zones.values()].map(
          ({ name, signed }) =>
            `  - domain: ${name}${signed === true ? '\n    dnssec-signing: on\n    dnssec-policy: ours' : ''}`,
        ),
        '',
      ].join('\n'),
    );
  await configure();
  const child = await startDnsProcess('knotd', ['-c', configuration], 'server started');
  const control = async (...args: string[]): Promise<string> => (await run('knotc', ['-s', socket, ...args])).stdout;
  return {
    address,
    async publish(...changed) {
      const added = changed.some(({ name }) => !zones.has(name));
      for (const zone of changed) {
        zones.set(zone.name, zone);
        await writeFile(join(folder, 'zones', `${zone.name === '.' ? '' : zone.name}.zone`), zoneFile(zone));
      }
      if (added) {
        await configure();
        await control('-b', 'reload');
      }
      for (const { name } of changed) await control('-b', '-f', 'zone-reload', name);
    },
    async withdraw(zone) {
      zones.delete(zone);
      await configure();
      await control('-b', 'reload');
    },
    stop: async () => stopDnsProcess(child),
    async delegationSigner(zone) {
      const { stdout } = await run('keymgr', ['-c', configuration, zone, 'ds']);
      return stdout.split('\n').find((line) => / DS \d+ \d+ 2 /.test(line)) ?? '';
    },
    async [Symbol.asyncDispose]() {
      await stopDnsProcess(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function zoneFile({ name, primary, nameServers, serial, records, absence = 600 }: Zone): string {
  return [
    `$ORIGIN ${name === '.' ? '' : name}.`,
    '$TTL 0',
    `@ ${absence} SOA ${primary}. hostmaster.${primary}. ${serial} 3600 600 86400 ${absence}`,
    ...nameServers.map((server) => `@ NS ${server}.`),
    ...records,
    '',
  ].join('\n');
}
