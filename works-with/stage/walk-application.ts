import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { freePort } from '../../demo/free-port.ts';
import { registerApplication } from '../../demo/gatehouse/seed.ts';
import { openContext } from '../../test/support/chromium.ts';
import { fillIn, fillRegistration } from '../preset.ts';
import type { Values } from '../preset.ts';
import type { ApplicationDrive, ApplicationStart } from '../program.ts';
import type { Guest } from './guests.ts';
import { cacheFolder } from './install.ts';
import type { Stage } from './set-stage.ts';
import { forgetProgram, isLoggedInHere, isOut, logOutHere, travel } from './visit-application.ts';
import type { Visit } from './visit-application.ts';

/** What is done with an application, in this order. */
export type Act =
  | 'first login'
  | 'second login'
  | 'refresh'
  | 'log out there'
  | 'log out of Gatehouse'
  | 'back-channel logout';

/** What came of one act of one person. */
export interface Done {
  act: Act;
  /** Whose user the person is. */
  of: Guest['of'];
  result: string;
  /** Whether that is what is right. */
  right: boolean;
}

/** An application is told of a logout by a job; it has to be out by then. */
const TOLD_MS = 10_000;
const LEAVES_MS = 15_000;

/** Registers an application as its preset says, pastes what the preset shows, starts it, and walks both people through it. */
export async function walkApplication(
  stage: Stage,
  guests: readonly Guest[],
  drive: ApplicationDrive,
  folder: string,
  say: (what: string) => void,
): Promise<Done[]> {
  const given = await register(stage, drive, folder);
  say('starting');
  const running = await drive.start(given);
  const done: Done[] = [];
  try {
    for (const guest of guests) {
      const context = await openContext(stage.browser);
      const visit = { stage, drive, app: given.app, guest };
      try {
        say(`${guest.email} visits it`);
        for (const step of stepsOf(visit)) {
          const one = await step(context);
          done.push(one);
          if (!one.right) break;
        }
      } finally {
        await context.close();
      }
    }
  } finally {
    await running.stop();
  }
  return done;
}

/** *Register application*, by the API; what the form shows then. */
async function register(
  stage: Stage,
  { preset, answers }: ApplicationDrive,
  folder: string,
): Promise<ApplicationStart> {
  // Kept after the run, for its log.
  const data = join(cacheFolder, 'data', preset.id);
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { recursive: true });
  const port = await freePort();
  const app = `http://127.0.0.1:${port}`;
  const asked = Object.fromEntries((preset.questions ?? []).map(({ id, initial }) => [id, initial]));
  const known = { ...asked, ...answers, app, appHost: new URL(app).host };
  const registration = fillRegistration(preset.registration, known);
  const { organization } = await stage.api.call('getMe');
  const { kind, redirectUris, postLogoutRedirectUris, ...rest } = registration;
  if (kind !== 'web') throw new Error(`no drive knows an application of kind ${kind}`);
  const registered = await registerApplication(stage.api, organization.id, {
    ...rest,
    name: preset.name,
    redirectUris: [...redirectUris],
    ...(postLogoutRedirectUris === undefined ? {} : { postLogoutRedirectUris: [...postLogoutRedirectUris] }),
  });
  const values: Values = {
    ...known,
    issuer: stage.url,
    issuerHost: new URL(stage.url).host,
    discovery: `${stage.url}/.well-known/openid-configuration`,
    ...registered,
    random: randomBytes(32).toString('hex'),
  };
  const blocks = preset.there.map(({ text }) => fillIn(text, values));
  return { folder, data, port, app, registered: { ...registration, ...registered }, blocks };
}

type Step = (context: BrowserContext) => Promise<Done>;

/** The root's user logs out there, the other one of Gatehouse: so each proves themself once. */
function stepsOf(visit: Visit): Step[] {
  const { drive, guest } = visit;
  const { registration } = drive.preset;
  const named =
    (act: Act, step: (page: Page) => Promise<[result: string, right: boolean]>): Step =>
    async (context) => {
      const page = await context.newPage();
      try {
        const [result, right] = await step(page);
        return { act, of: guest.of, result, right };
      } catch (error) {
        return { act, of: guest.of, result: error instanceof Error ? error.message : String(error), right: false };
      } finally {
        await page.close();
      }
    };
  const both = [
    named('first login', async (page) => {
      const { end, asked } = await travel(visit, page);
      return [end, end === 'in' && asked.length > 0];
    }),
    named('second login', async (page) => {
      await forgetProgram(visit, page);
      const { end, asked } = await travel(visit, page);
      return [asked.length > 0 ? `asked for ${asked.join(', ')}` : end, end === 'in' && asked.length === 0];
    }),
  ];
  const { refresh } = drive;
  const renewed = named('refresh', async (page) => {
    const { end } = await travel(visit, page);
    if (end !== 'in') return [end, false];
    return (await refresh?.(page, visit.app)) === true ? ['renewed', true] : ['not renewed', false];
  });
  const there = named('log out there', async (page) => logOutThere(visit, page, registration.postLogoutRedirectUris));
  const here = named('log out of Gatehouse', async (page) => {
    await travel(visit, page);
    await logOutHere(visit, page);
    return (await isLoggedInHere(visit, page)) ? ['still logged in', false] : ['logged out', true];
  });
  const told = named('back-channel logout', async (page) => {
    const isTold = registration.backchannelLogoutUri !== undefined;
    const left = await isOut(visit, page, isTold ? TOLD_MS : 0);
    if (isTold) return left ? ['out of the program within 10 seconds', true] : ['still in the program', false];
    return [
      left ? 'out of the program without being told' : 'not told: in the program until its own session ends',
      true,
    ];
  });
  return [...both, ...(refresh === undefined ? [] : [renewed]), ...(guest.of === 'the root' ? [there] : [here, told])];
}

async function logOutThere(
  visit: Visit,
  page: Page,
  registered: readonly string[] | undefined,
): Promise<[result: string, right: boolean]> {
  const { drive, app } = visit;
  if (drive.logOut === null) return ['has no log-out', true];
  const { end } = await travel(visit, page);
  if (end !== 'in') return [end, false];
  await drive.logOut(page, app);
  const isAsked = await logOutHere(visit, page, true);
  const until = Date.now() + LEAVES_MS;
  while (await drive.isIn(page, visit.guest.email)) {
    if (Date.now() > until) return ['still in the program', false];
    await page.waitForTimeout(250);
  }
  const at = page.url();
  const stays = await isLoggedInHere(visit, page);
  if (registered === undefined) return [stays ? 'out of the program alone' : 'out on both sides', true];
  const back = at.startsWith(app) ? 'back there' : at.includes('/login') ? 'at the log-in page' : `at ${at}`;
  return [
    stays ? 'still logged in at Gatehouse' : `out on both sides${isAsked ? ' after *Log out?*' : ''}, ${back}`,
    !stays,
  ];
}
