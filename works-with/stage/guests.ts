import { setTimeout as pause } from 'node:timers/promises';
import { goThrough } from '../../demo/gatehouse/first-administrator.ts';
import { oneTimeCode } from '../../demo/gatehouse/one-time-code.ts';
import { addOrganization, invite } from '../../demo/gatehouse/seed.ts';
import { openHttpBrowser } from '../../test/support/http-browser.ts';
import { linkNamed } from '../../test/support/mailbox.ts';
import type { Stage } from './set-stage.ts';

/** Somebody who logs in with password and authenticator app, and then visits programs. */
export interface Guest {
  email: string;
  /** Whose user this is. */
  of: 'the root' | 'a managed organization';
  password: string;
  /** The next code of the authenticator app that Gatehouse has not seen; waits until there is one. */
  code(): Promise<string>;
}

const STEP_SECONDS = 30;
const LOOK_MS = 500;

/**
 * A user of Northwind, the root, and one of Contoso, which it manages; both were invited and have logged in once. Some programs take
 * no addresses but those in public top-level domains.
 */
export async function inviteGuests(stage: Stage): Promise<Guest[]> {
  const { organization: root } = await stage.api.call('getMe');
  const contoso = await addOrganization(stage.api, 'Contoso');
  return [
    await inviteGuest(stage, root.id, 'ben@northwind.example.com', 'the root'),
    await inviteGuest(stage, contoso.id, 'maria@contoso.example.com', 'a managed organization'),
  ];
}

async function inviteGuest(stage: Stage, organizationId: string, email: string, of: Guest['of']): Promise<Guest> {
  await invite(stage.api, organizationId, [email]);
  const mail = await stage.mailbox.waitForMail({ to: email, subject: 'Welcome to Gatehouse' });
  await using browser = openHttpBrowser();
  const welcome = await browser.open(linkNamed(mail, 'Access Gatehouse'));
  const first = await browser.submit(welcome, {}, { button: 'Log In' });
  const password = 'brass gate at dusk, quietly';
  const { seed } = await goThrough(browser, first, { organization: '', email, password });
  let last = stepAt(Date.now());
  return {
    email,
    of,
    password,
    async code() {
      // One step early is taken (RFC 6238 section 5.2), no step twice.
      while (stepAt(Date.now()) + 1 <= last) await pause(LOOK_MS);
      last = Math.max(last + 1, stepAt(Date.now()));
      return oneTimeCode(seed, new Date(last * STEP_SECONDS * 1000));
    },
  };
}

function stepAt(ms: number): number {
  return Math.floor(ms / 1000 / STEP_SECONDS);
}
