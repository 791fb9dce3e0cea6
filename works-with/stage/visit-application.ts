import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { ApplicationDrive } from '../program.ts';
import type { Guest } from './guests.ts';
import type { Stage } from './set-stage.ts';

/** One person before one application. */
export interface Visit {
  stage: Stage;
  drive: ApplicationDrive;
  app: string;
  guest: Guest;
}

const PATIENCE_MS = 60_000;
const LOOK_MS = 250;
/** A page that shows for so long is where it ended. */
const STANDS_MS = 20_000;
/** How long a page may take to show that somebody is in, on a busy machine. */
const SHOWS_MS = 10_000;
/** A page of Gatehouse that asks nothing. */
const ENDS_MS = 3000;

/**
 * Presses what begins a login there and answers what Gatehouse asks, until the program shows that the person is in.
 * @returns `in`, or the text of the page it ended at; and what was asked, in order
 */
export async function travel(visit: Visit, page: Page): Promise<{ end: 'in' | (string & {}); asked: string[] }> {
  const { stage, drive, app, guest } = visit;
  const asked: string[] = [];
  await drive.logIn(page, app);
  const until = Date.now() + PATIENCE_MS;
  let [before, since] = ['', Date.now()];
  while (Date.now() < until) {
    await pause(LOOK_MS);
    const text = await textOf(page);
    if (text === null) continue;
    if (text !== before) [before, since] = [text, Date.now()];
    if (new URL(page.url()).origin === new URL(stage.url).origin) {
      const what = await answer(page, guest);
      if (what !== null) asked.push(what);
      else if (Date.now() - since > ENDS_MS) return { end: text, asked };
    } else if (await isIn(visit, page)) return { end: 'in', asked };
    else if (Date.now() - since > STANDS_MS) break;
  }
  return { end: `at ${page.url()}: ${before}`, asked };
}

/** Answers one page of Gatehouse; what it asked for, null when it is no question. */
async function answer(page: Page, guest: Guest): Promise<string | null> {
  const { pathname } = new URL(page.url());
  const fields: [name: string, value: () => string | Promise<string>][] = [
    ['password', () => guest.password],
    ['code', async () => guest.code()],
    ['email', () => guest.email],
  ];
  for (const [name, value] of fields) {
    const field = page.locator(`main form input[name=${name}]:visible`);
    if ((await field.count()) !== 1) continue;
    await field.fill(await value());
    await goOn(page, pathname);
    return name;
  }
  return null;
}

async function goOn(page: Page, from: string): Promise<void> {
  const text = await textOf(page);
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  const until = Date.now() + STANDS_MS;
  while (Date.now() < until && new URL(page.url()).pathname === from && (await textOf(page)) === text)
    await pause(LOOK_MS);
}

/** As in a browser that was never at the program, and still is logged in at Gatehouse. */
export async function forgetProgram({ app }: Visit, page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Storage.clearDataForOrigin', { origin: new URL(app).origin, storageTypes: 'all' });
  await devtools.detach();
  await page.context().clearCookies({ domain: new URL(app).hostname });
}

/** *Log out?* of Gatehouse, answered with yes; false when it is not shown. */
export async function logOutHere({ stage }: Visit, page: Page, onlyIfAsked = false): Promise<boolean> {
  if (!onlyIfAsked) await page.goto(`${stage.url}/logout`);
  await page.waitForLoadState('load');
  if (!page.url().startsWith(stage.url)) return false;
  const yes = page.getByRole('button', { name: 'Log out', exact: true });
  if ((await yes.count()) === 0) return false;
  await yes.click();
  await page.waitForURL((url) => url.pathname !== '/logout');
  return true;
}

/** Whether this browser has a session at Gatehouse. */
export async function isLoggedInHere({ stage }: Visit, page: Page): Promise<boolean> {
  await page.goto(`${stage.url}/`);
  return (await textOf(page))?.includes('Your applications') ?? false;
}

/** Whether the program has let go of a person, looked at for so long. */
export async function isOut(visit: Visit, page: Page, withinMs: number): Promise<boolean> {
  const until = Date.now() + withinMs;
  for (;;) {
    await page.goto(visit.app);
    const shown = Date.now() + SHOWS_MS;
    let isThere = false;
    while (!isThere && Date.now() < shown) {
      if (page.url().startsWith(visit.stage.url)) return true; // it asks for a login
      isThere = await isIn(visit, page);
      if (!isThere) await pause(LOOK_MS);
    }
    if (!isThere) return true;
    if (Date.now() > until) return false;
    await pause(LOOK_MS);
  }
}

/** False too while the page changes. */
async function isIn({ drive, app, guest }: Visit, page: Page): Promise<boolean> {
  if (new URL(page.url()).origin !== new URL(app).origin) return false;
  return drive.isIn(page, guest.email).catch(() => false);
}

/** What a page says; null while it changes. */
async function textOf(page: Page): Promise<string | null> {
  try {
    await page.waitForLoadState('load', { timeout: STANDS_MS });
    return (await page.locator('body').innerText()).replaceAll(/\s+/g, ' ').trim().slice(0, 600);
  } catch {
    return null;
  }
}
