import type { Page } from 'playwright-core';
import { setTimeout as pause } from 'node:timers/promises';
import { codeIn, linkNamed } from '../../test/support/mailbox.ts';
import type { Person, ProviderDrive, RunningProvider } from '../program.ts';
import type { Stage } from './set-stage.ts';

/** One person before one provider. */
export interface Visit {
  stage: Stage;
  drive: ProviderDrive;
  running: RunningProvider;
  person: Person;
}

/** Where a round trip ended: `in`, or the text of the page that is no step of it. */
export type End = 'in' | (string & {});

const PATIENCE_MS = 60_000;
const LOOK_MS = 200;
/** A page that shows for so long is where it ended. */
const STANDS_MS = 3000;
const MOST_ACTS = 8;

/** By the invitation's mail, as somebody who was never here. */
export async function firstLogin(visit: Visit, page: Page): Promise<End> {
  const { stage, person } = visit;
  const mail = await stage.mailbox.waitForMail({ to: person.email, subject: 'Welcome to Gatehouse' });
  await page.goto(linkNamed(mail, 'Access Gatehouse'));
  await page.getByRole('button', { name: 'Log In' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  return travel(visit, page);
}

/** Logged out of Gatehouse, still logged in at the provider. */
export async function laterLogin(visit: Visit, page: Page): Promise<End> {
  const { stage, person } = visit;
  await page.context().clearCookies({ domain: new URL(stage.url).hostname });
  await page.goto(`${stage.url}/login/start`);
  await page.getByLabel('Email address').fill(person.email);
  await page.getByRole('button', { name: 'Continue' }).click();
  return travel(visit, page);
}

/**
 * Goes wherever the browser is led, and does there what is asked, until a page of ours shows how it ended or a page of theirs
 * stays as it is.
 */
export async function travel(visit: Visit, page: Page): Promise<End> {
  const { stage, drive, running, person } = visit;
  const home = new URL(stage.url).origin;
  const until = Date.now() + PATIENCE_MS;
  let acts = 0;
  let before = '';
  let since = Date.now();
  while (Date.now() < until) {
    await pause(LOOK_MS);
    const text = await textOf(page);
    if (text === null) continue;
    if (text !== before) [before, since] = [text, Date.now()];
    const { origin, pathname } = new URL(page.url());
    if (origin === home) {
      if (pathname === '/' && text.includes('Your applications')) return 'in';
      if (await confirmMailbox(stage, page, person)) continue;
      if (Date.now() - since > STANDS_MS / 3) return text;
    } else if (origin === running.origin && acts < MOST_ACTS && (await mayAct(page))) {
      acts += 1;
      const { href } = new URL(page.url());
      await drive.act(page, person);
      await page.waitForURL((url) => url.href !== href, { timeout: STANDS_MS }).catch(() => undefined);
    } else if (Date.now() - since > STANDS_MS) return text;
  }
  return `no end after ${PATIENCE_MS / 1000} s, at ${page.url()}: ${before}`;
}

/** Whether a page there asks for something. */
async function mayAct(page: Page): Promise<boolean> {
  return (await page.locator('input:visible, button:visible').count()) > 0;
}

/** The code that is mailed to somebody whose provider states no address. */
async function confirmMailbox(stage: Stage, page: Page, person: Person): Promise<boolean> {
  const send = page.getByRole('button', { name: person.email });
  if ((await send.count()) === 0) return false;
  await send.click();
  const mail = await stage.mailbox.waitForMail({ to: person.email, subject: /code/i });
  await page.getByLabel('Code from the mail').fill(codeIn(mail));
  await page.getByRole('button', { name: 'Continue' }).click();
  return true;
}

/** What a page says; null while it changes. */
async function textOf(page: Page): Promise<string | null> {
  try {
    await page.waitForLoadState('load', { timeout: PATIENCE_MS });
    return (await page.locator('body').innerText()).replaceAll(/\s+/g, ' ').trim().slice(0, 600);
  } catch {
    return null;
  }
}
