import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import type {
  clientSchema,
  configurationSchema,
  userSchema,
} from '../../src/stand-ins/openid-connect/configuration.ts';
import type {
  appSchema,
  configurationSchema as fabrikamSchema,
  directorySchema,
  userSchema as fabrikamUserSchema,
} from '../../src/stand-ins/entra-id/configuration.ts';
import type { faultsSchema } from '../../src/stand-ins/faults/faults.ts';
import type { TestCertificates } from './certificates.ts';
import { startTlsProxy } from './tls-proxy.ts';
import type { JournalEntry } from '../../src/stand-ins/small-server.ts';

/** An identity provider in a process of its own, and what a test may ask of it. */
export interface ProviderProcess {
  /** `http://<host>:<port>` where it listens. */
  origin: string;
  /** Its issuer; differs from `origin` behind TLS. */
  issuer: string;
  pid: number;
  /** `control('PUT', 'users', […])`: a request below `/__double/`; throws when it is refused. */
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Every request since the start or the last `forget`. */
  journal(): Promise<JournalEntry[]>;
  forget(): Promise<void>;
  /** Ends the process: from now on nobody listens there. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface Contoso extends ProviderProcess {
  addClients(...clients: z.input<typeof clientSchema>[]): Promise<void>;
  addUsers(...users: z.input<typeof userSchema>[]): Promise<void>;
  removeUser(id: string): Promise<void>;
  /** Ends everybody's session at Contoso. */
  endSessions(): Promise<void>;
  /** Replaces all faults; `{}` heals. */
  setFaults(faults: z.input<typeof faultsSchema>): Promise<void>;
  /** Signs with a new key from now on; the old one is gone. */
  rotateKeys(): Promise<void>;
}

export interface Fabrikam extends ProviderProcess {
  addDirectories(...directories: z.input<typeof directorySchema>[]): Promise<void>;
  /** Adds registrations, or replaces those with the same client id. */
  addApps(...apps: z.input<typeof appSchema>[]): Promise<void>;
  removeApp(clientId: string): Promise<void>;
  addUsers(...users: z.input<typeof fabrikamUserSchema>[]): Promise<void>;
  removeUser(oid: string): Promise<void>;
  endSessions(): Promise<void>;
  /** Replaces all faults; `{}` heals. */
  setFaults(faults: z.input<typeof faultsSchema>): Promise<void>;
  /** Signs with a new key from now on; the old ones are gone unless kept. */
  rotateKeys(options?: { keepOld?: boolean }): Promise<void>;
  setClock(offsetSeconds: number): Promise<void>;
}

/** Starts Fabrikam, the stand-in for Entra ID; `origin` is its authority. It ends with this process. */
export async function startFabrikam(configuration: z.input<typeof fabrikamSchema> = {}): Promise<Fabrikam> {
  const fabrikam = await startProvider('demo/providers/fabrikam.ts', configuration);
  const { control } = fabrikam;
  return {
    ...fabrikam,
    addDirectories: async (...directories) => void (await control('PUT', 'directories', directories)),
    addApps: async (...apps) => void (await control('PUT', 'apps', apps)),
    removeApp: async (clientId) => void (await control('DELETE', `apps?id=${clientId}`)),
    addUsers: async (...users) => void (await control('PUT', 'users', users)),
    removeUser: async (oid) => void (await control('DELETE', `users?id=${oid}`)),
    endSessions: async () => void (await control('DELETE', 'sessions')),
    setFaults: async (faults) => void (await control('PUT', 'faults', faults)),
    rotateKeys: async (options = {}) => void (await control('POST', 'rotate-keys', options)),
    setClock: async (offsetSeconds) => void (await control('PUT', 'clock', { offsetSeconds })),
  };
}

/** Starts Contoso, the OpenID Provider by other people. It ends with this process. */
export async function startContoso(configuration: z.input<typeof configurationSchema> = {}): Promise<Contoso> {
  const contoso = await startProvider('demo/providers/contoso.ts', configuration);
  const { control } = contoso;
  return {
    ...contoso,
    addClients: async (...clients) => void (await control('PUT', 'clients', clients)),
    addUsers: async (...users) => void (await control('PUT', 'users', users)),
    removeUser: async (id) => void (await control('DELETE', `users?id=${encodeURIComponent(id)}`)),
    endSessions: async () => void (await control('DELETE', 'sessions')),
    setFaults: async (faults) => void (await control('PUT', 'faults', faults)),
    rotateKeys: async () => void (await control('POST', 'rotate-keys')),
  };
}

/**
 * Puts a provider behind TLS on a site of its own: `start` gets the public address, which becomes its issuer.
 * What it returns has `issuer` with https, while `origin` stays the plain address it listens on; `stop` ends both.
 *
 *   await startBehindTls(certificates, (issuer) => startContoso({ issuer, users, clients }))
 *   await startBehindTls(certificates, (origin) => startFabrikam({ origin, directories, users, apps }))
 */
export async function startBehindTls<Provider extends ProviderProcess>(
  certificates: TestCertificates,
  start: (publicUrl: string) => Promise<Provider>,
): Promise<Provider> {
  const proxy = await startTlsProxy(certificates, '127.0.0.2');
  const provider = await start(proxy.url);
  const { hostname, port } = new URL(provider.origin);
  proxy.forwardTo(Number(port), hostname);
  const stop = async (): Promise<void> => {
    await Promise.all([provider.stop(), proxy.stop()]);
  };
  return { ...provider, stop, [Symbol.asyncDispose]: stop };
}

/** Starts a provider's file with its configuration and waits for the line that says it is ready. */
async function startProvider(file: string, configuration: object): Promise<ProviderProcess> {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  // the channel (ipc) ends the provider when this process ends, however that happens
  const child = fork(path, [JSON.stringify(configuration)], {
    execArgv: [],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  if (child.stdout === null || child.pid === undefined) throw new Error(`${file} did not start`);
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit');
  const first = await Promise.race([once(lines, 'line'), ended]);
  const ready: unknown = typeof first[0] === 'string' ? JSON.parse(first[0]) : undefined;
  if (!isReady(ready)) throw new Error(`${file} ended before it was ready (code ${String(first[0])})`);
  const { origin, issuer, control: controlUrl } = ready;

  const control: ProviderProcess['control'] = async (method, what, body) => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${controlUrl}/${what}`, { method, ...init });
    if (!answer.ok) throw new Error(`${method} ${what}: ${await answer.text()}`);
    return answer.json();
  };
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  return {
    origin,
    issuer,
    pid: child.pid,
    control,
    journal: async () => (await control('GET', 'journal')) as JournalEntry[],
    forget: async () => void (await control('DELETE', 'journal')),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function isReady(line: unknown): line is { origin: string; issuer: string; control: string } {
  return typeof line === 'object' && line !== null && 'issuer' in line && 'origin' in line && 'control' in line;
}
