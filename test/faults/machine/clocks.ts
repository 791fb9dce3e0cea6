import { existsSync, globSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent } from 'undici';
import { newCodeRequest, redeemCode } from '../../../bench/load/code-flow.ts';
import { ADDRESS, AT_CONTOSO } from '../../../bench/rivals/contoso.ts';
import { freePort } from '../../../demo/free-port.ts';
import { startExternalPostgres } from '../../support/external-postgres.ts';
import { openHttpBrowser } from '../../support/http-browser.ts';
import { startBalancer } from '../balancer.ts';
import type { Figure } from '../figures.ts';
import { countReasons, LOGIN_SETTINGS, openSessions, setUpForLogins, startLogins } from '../ground/logins.ts';
import type { LoginGround } from '../ground/logins.ts';
import { underFault } from '../ground/under-fault.ts';
import { start } from '../installation.ts';
import type { Settings } from '../installation.ts';

const HOURS_2 = 7200;

/** A clock that a started service goes by, changed while it runs. */
interface FakeClock {
  environment: Settings;
  /** Seconds that it differs from the machine's. */
  set(seconds: number): Promise<void>;
}

/** Debian's libfaketime; the service's timers go on as they are. Throws with what to install. */
async function makeClock(folder: string, name: string): Promise<FakeClock> {
  const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');
  if (library === undefined || !existsSync(library)) throw new Error('no libfaketime: apt-get install faketime');
  const file = join(folder, `${name}.clock`);
  const set = async (seconds: number): Promise<void> => {
    await writeFile(`${file}.new`, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`);
    await rename(`${file}.new`, file);
  };
  await set(0);
  const environment = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  return { environment, set };
}

/** Clocks that leap, and two servers that do not agree on the time. */
export async function wrongClocks(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-clocks-'));
  await using server = await startExternalPostgres();
  const databaseUrl = Object.assign(new URL(server.superuserUrl), { pathname: new URL(server.url).pathname }).href;
  const front = await freePort();
  const ports = [await freePort(), await freePort()] as const;
  const common: Settings = {
    ...LOGIN_SETTINGS,
    GATEHOUSE_URL: `http://localhost:${front}`,
    DATABASE_URL: server.url,
    GATEHOUSE_MASTER_KEY: randomBytes(32).toString('base64'),
    GATEHOUSE_DATA: folder,
    LOG_LEVEL: 'silent',
  };
  const [clock, other] = [await makeClock(folder, 'one'), await makeClock(folder, 'two')];
  const one = await start({ ...common, ...clock.environment, PORT: String(ports[0]) });
  const balancer = await startBalancer(front, ports);
  await using ground = await setUpForLogins({ ...one, url: balancer.url });
  const place = { ground, url: balancer.url, pid: one.pid, databaseUrl };
  const right = async (): Promise<void> => {
    await clock.set(0);
    while (!balancer.ready().includes(ports[0])) await pause(100);
  };
  const figures: Figure[] = [];
  for (const [name, seconds] of [
    ['two hours ahead', HOURS_2],
    ['two hours back', -HOURS_2],
  ] as const) {
    console.error(`clocks: ${name} …`);
    const fault = {
      name,
      begin: async () => clock.set(seconds),
      end: right,
      lastsMs: 6000,
      mayEndSessions: true,
    } as const;
    const fresh = { ...ground, sessions: await openSessions(ground.target) };
    figures.push(...(await underFault({ ...place, ground: fresh }, fault)));
  }
  for (const [name, seconds] of [
    ['leap of 30 s ahead in the middle of a login', 30],
    ['leap of 30 s back in the middle of a login', -30],
    ['leap of two hours ahead in the middle of a login', HOURS_2],
    ['leap of two hours back in the middle of a login', -HOURS_2],
  ] as const) {
    const measured = await logInWithLeap(ground, async () => clock.set(seconds));
    await pause(1500); // the balancer may have noticed
    await right();
    // A small leap is nothing; a login that seems hours old may be void, but never without a page that says what to do.
    figures.push({ what: name, measured, ...(Math.abs(seconds) === 30 ? { wanted: 'logged in' } : {}) });
  }
  console.error('clocks: two servers, 90 s apart …');
  const fresh = { ...ground, sessions: await openSessions(ground.target) };
  await other.set(90);
  const two = await start({ ...common, ...other.environment, PORT: String(ports[1]) }).catch((error: Error) => error);
  if (two instanceof Error) figures.push({ what: 'a second server, 90 s ahead', measured: two.message.slice(0, 200) });
  else {
    await pause(2500);
    const takesPart = balancer.ready().includes(ports[1]);
    const apart = await countLogins(fresh);
    figures.push(
      { what: 'a second server, 90 s ahead, is ready', measured: takesPart ? 'yes' : 'no', wanted: 'no' },
      { what: 'logins meanwhile through the balancer', measured: apart },
    );
    await other.set(40);
    await pause(4000);
    figures.push(
      {
        what: 'its clock put to 40 s ahead: is ready',
        measured: balancer.ready().includes(ports[1]) ? 'yes' : 'no',
        wanted: 'yes',
      },
      { what: 'logins then, on both', measured: await countLogins(fresh) },
    );
    await two.stop();
  }
  await one.stop();
  await balancer.stop();
  await rm(folder, { recursive: true });
  return figures;
}

/** Logins for five seconds. */
async function countLogins(ground: LoginGround): Promise<string> {
  const logins = startLogins(ground, { atOnce: 4, pauseMs: 10, every: 5 });
  await pause(5000);
  await logins.stop();
  return `${logins.done()}, refused ${countReasons(logins.failed)}`;
}

/** One login from nothing, with the leap while the person is at the identity provider. */
async function logInWithLeap({ target }: LoginGround, leap: () => Promise<void>): Promise<string> {
  const person = { '{n}': String(9) };
  const typed = (text: string): string => text.replaceAll('{n}', person['{n}']);
  const agent = new Agent();
  try {
    await using browser = openHttpBrowser({ stopAt: (url) => url.href.startsWith(target.redirectUri) });
    const { url, verifier } = newCodeRequest(target);
    const first = await browser.open(url);
    const atProvider = await browser.submit(first, { email: typed(ADDRESS) }, { button: 'Continue' });
    await leap();
    await pause(300);
    const entries = Object.entries(AT_CONTOSO.fill).map(([name, value]) => [name, typed(value)]);
    const last = await browser.submit(atProvider, Object.fromEntries(entries) as Record<string, string>, {
      button: AT_CONTOSO.button ?? '',
    });
    const code = last.stoppedAt?.searchParams.get('code');
    if (code === undefined || code === null) {
      return `${last.status} “${last.html.querySelector('h1')?.textContent.trim() ?? ''}”`;
    }
    await redeemCode(agent, target, { code, verifier });
    return 'logged in';
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 120) : String(error);
  } finally {
    await agent.close();
  }
}
