import { setTimeout as pause } from 'node:timers/promises';
import { createSilentLogin } from '../../../bench/load/silent-login.ts';
import { newCodeRequest } from '../../../bench/load/code-flow.ts';
import type { Target } from '../../../bench/load/target.ts';
import { openHttpBrowser } from '../../support/http-browser.ts';
import type { Figure } from '../figures.ts';
import { lostOf, startLoad, write } from '../installation.ts';
import { countReasons, startLogins, wholeLogins } from './logins.ts';
import type { LoginGround } from './logins.ts';
import { watch } from './watch.ts';

const PATIENCE_MS = 60_000;

/** One fault while people log in and administrators write. */
export interface FaultCase {
  /** A word or two: the column of the table. */
  name: string;
  begin(): Promise<void> | void;
  end(): Promise<void> | void;
  /** How long it lasts, milliseconds. */
  lastsMs: number;
  /** What somebody who is hit sees, instead of the page that everybody begins at. */
  look?: () => Promise<string>;
  /** Whether browsers may have to log in again. */
  mayEndSessions?: true;
  /** What the same person must see afterwards. */
  afterwards?: string;
  /** Longest time without a login that is right, milliseconds. */
  mostGapMs?: number;
}

/** The service that it happens to. */
export interface FaultGround {
  ground: LoginGround;
  url: string;
  pid: number;
  /** Asked afterwards for what was acknowledged. */
  databaseUrl: string;
}

/**
 * Lets a fault happen under load. Tells what a person saw, what was refused, how long nobody got in, when both logins and
 * writes worked again by themselves, what of the acknowledged is lost (must be nothing), and memory and descriptors.
 */
export async function underFault({ ground, url, pid, databaseUrl }: FaultGround, fault: FaultCase): Promise<Figure[]> {
  const watched = watch(pid);
  const logins = startLogins(ground, { atOnce: 3, pauseMs: 20, every: 10 });
  const load = startLoad(url, ground.writer);
  await pause(1500);
  const doneBefore = logins.done();
  await fault.begin();
  await pause(Math.min(500, fault.lastsMs / 2));
  const began = performance.now();
  const look = fault.look ?? (async () => seenByPerson(ground.target));
  const seen = await look();
  const seenMs = Math.round(performance.now() - began);
  await pause(Math.max(0, fault.lastsMs - (performance.now() - began)));
  const meanwhile = logins.done() - doneBefore;
  await fault.end();
  const wellAfter = await untilWell(ground, url);
  const afterwards = fault.afterwards === undefined ? undefined : await look();
  await pause(500);
  await Promise.all([load.stop(), logins.stop()]);
  const loggedOut = await countLoggedOut(ground);
  const lost = await lostOf(databaseUrl, load.acknowledged);
  const refusals = [...load.statuses].filter(([status]) => status !== 201).map(([status, n]) => `${n} × ${status}`);
  const crashes = (load.statuses.get(500) ?? 0) + logins.failed.filter((reason) => reason === '500').length;
  const of = (what: string, measured: string | number, wanted?: string | number): Figure => ({
    case: fault.name,
    what,
    measured,
    ...(wanted === undefined ? {} : { wanted }),
  });
  return [
    of('a person who comes meanwhile sees', seen),
    of('… after', `${seenMs} ms`),
    of('logins that succeeded meanwhile', meanwhile),
    of('logins refused', countReasons(logins.failed)),
    of('writes refused', refusals.join(', ') || 'none'),
    {
      ...of('longest time without a login, ms', logins.longestGap()),
      ...(fault.mostGapMs === undefined ? {} : { atMost: fault.mostGapMs }),
    },
    of('logins and writes work again after', typeof wellAfter === 'number' ? `${wellAfter} ms` : wellAfter),
    of(
      `browsers of ${ground.sessions.length} that must log in again`,
      loggedOut,
      fault.mayEndSessions === true ? undefined : 0,
    ),
    ...(afterwards === undefined ? [] : [of('the same person afterwards', afterwards, fault.afterwards)]),
    of('well by itself', typeof wellAfter === 'number' ? 'yes' : 'no', 'yes'),
    of('answers 500', crashes, 0),
    of('writes acknowledged', load.acknowledged.length),
    of('acknowledged writes lost', lost.length, 0),
    ...(await watched.end(fault.name)),
  ];
}

/** Status and heading of the page that an application sends a person to who is not logged in. */
export async function seenByPerson(target: Target): Promise<string> {
  await using browser = openHttpBrowser();
  try {
    const page = await browser.open(newCodeRequest(target).url);
    const heading = page.html.querySelector('h1')?.textContent.trim() ?? '';
    return `${page.status} ${heading === '' ? page.text.slice(0, 60) : `“${heading}”`}`;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error).slice(0, 60);
  }
}

/** How many of the browsers that were logged in are asked to log in. */
async function countLoggedOut(ground: LoginGround): Promise<number> {
  const silent = createSilentLogin(ground.target, ground.sessions);
  const tried = ground.sessions.map(async (_, browser) =>
    silent.flow(browser).then(
      () => 0,
      () => 1,
    ),
  );
  const out: number[] = await Promise.all(tried);
  await silent.close();
  return out.reduce((sum, one) => sum + one, 0);
}

/** Milliseconds until one login (with a session, or from nothing) and one write have succeeded; `never` after a minute. */
async function untilWell(ground: LoginGround, url: string): Promise<number | 'never'> {
  const began = performance.now();
  const [silent, whole] = [createSilentLogin(ground.target, ground.sessions), wholeLogins(ground.target)];
  const succeeds = async (flow: () => Promise<void>): Promise<boolean> =>
    flow().then(
      () => true,
      () => false,
    );
  try {
    for (let attempt = 0; performance.now() - began < PATIENCE_MS; attempt += 1) {
      const loggedIn = (await succeeds(async () => silent.flow(attempt))) || (await succeeds(async () => whole.flow()));
      const status = await write(url, ground.writer, `Fabrikam ${began} ${attempt}`);
      if (loggedIn && status === 201) return Math.round(performance.now() - began);
      await pause(50);
    }
    return 'never';
  } finally {
    await Promise.all([silent.close(), whole.close()]);
  }
}
