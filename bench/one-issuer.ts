import { readFileSync } from 'node:fs';
import { createPlannedLogin, planSchema } from './load/planned-login.ts';
import { listenerOf, processTree } from './load/process-tree.ts';
import { createSilentLogin } from './load/silent-login.ts';
import { discoverTarget } from './load/target.ts';
import { measure, type Measurement } from './measure.ts';

export interface OneIssuer {
  issuer: string;
  client: string;
  secret: string;
  redirectUri: string;
  scope: string;
  /** Cookie headers of live sessions; each worker takes one. */
  cookies: readonly string[];
  /** A JSON file: how to log in. Without cookies it also opens the sessions. */
  plan: string | undefined;
  concurrencies: readonly number[];
  seconds: number;
  serverPid: number | undefined;
  databasePid: number | undefined;
}

/** Loads whatever OpenID Provider the command line names, and prints what it saw. */
export async function measureIssuer(options: OneIssuer): Promise<void> {
  const target = await discoverTarget(options.issuer, {
    clientId: options.client,
    secret: options.secret,
    redirectUri: options.redirectUri,
    scope: options.scope,
  });
  const issuer = new URL(target.issuer);
  const local = ['localhost', '127.0.0.1'].includes(issuer.hostname);
  const serverPid = options.serverPid ?? (local ? listenerOf(Number(issuer.port)) : undefined);
  const databasePid = options.databasePid;
  const trees = {
    server:
      serverPid === undefined ? undefined : processTree(serverPid, databasePid === undefined ? [] : [databasePid]),
    database: databasePid === undefined ? undefined : processTree(databasePid),
  };
  const planned =
    options.plan === undefined
      ? undefined
      : createPlannedLogin(target, planSchema.parse(JSON.parse(readFileSync(options.plan, 'utf8'))));
  const sessions = [...options.cookies];
  const most = Math.max(...options.concurrencies);
  while (planned !== undefined && sessions.length < most) sessions.push(await planned.openSession(sessions.length));
  if (sessions.length === 0) throw new Error('neither --cookie nor --login was given');

  const silent = createSilentLogin(target, sessions);
  console.log(`${target.issuer}, ${sessions.length} sessions\n\n${HEAD}`);
  for (const [name, flow] of [
    ['silent login', silent.flow],
    ['login', planned?.flow],
  ] as const) {
    if (flow === undefined) continue;
    for (const concurrency of options.concurrencies) {
      const load = { concurrency, seconds: options.seconds, warmUpSeconds: 1 };
      print(name, await measure(flow, load, trees));
    }
  }
  await Promise.all([silent.close(), planned?.close()]);
}

const HEAD = 'flow          at once  per second   p50 ms   p99 ms  errors  CPU µs server  CPU µs database';

function print(name: string, result: Measurement): void {
  const cell = (value: number | undefined, width: number, digits = 0): string =>
    (value === undefined || Number.isNaN(value) ? '–' : value.toFixed(digits)).padStart(width);
  console.log(
    name.padEnd(13) +
      cell(result.concurrency, 8) +
      cell(result.perSecond, 12) +
      cell(result.p50, 9, 1) +
      cell(result.p99, 9, 1) +
      cell(result.errors, 8) +
      cell(result.serverCpu, 15) +
      cell(result.databaseCpu, 17),
  );
  for (const complaint of result.errors > 0 ? result.complaints : []) console.log(`  ${complaint}`);
}
