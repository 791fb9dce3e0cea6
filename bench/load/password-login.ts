import { setTimeout as pause } from 'node:timers/promises';
import { Agent } from 'undici';
import { oneTimeCode } from '../../demo/gatehouse/one-time-code.ts';
import { openHttpBrowser } from '../../test/support/http-browser.ts';
import { formOf } from '../../test/support/page.ts';
import { newCodeRequest, redeemCode } from './code-flow.ts';
import type { Flow } from './flow.ts';
import type { Target } from './target.ts';

/** Somebody with a password and an authenticator app. */
export interface PasswordPerson {
  email: string;
  password: string;
  /** Of the authenticator app, base32. */
  seed: string;
}

/** How long a code is shown (RFC 6238 4.1); each is taken once. */
const STEP_MS = 30_000;
const MOST_PAGES = 6;
/** Small forms beside it, as *Forgot password*, are not this one. */
const MAIN = { form: 'main form.fields' };

/**
 * From nothing to tokens with a password and a one-time code: the pages of Gatehouse, each login in a browser of its own.
 * Whoever logged in longest ago is next, and waits for the next code of the app when this one is used.
 */
export function createPasswordLogin(target: Target, people: readonly PasswordPerson[]): Flow {
  const agent = new Agent({ connections: 256, pipelining: 1 });
  const idle = people.map((person) => ({ person, usedStep: 0 }));
  let started = 0;

  const logIn = async ({ email, password, seed }: PasswordPerson): Promise<void> => {
    const number = (started += 1);
    const browser = openHttpBrowser({
      dispatcher: agent,
      // limits count by address, and people have addresses of their own
      headers: { 'x-forwarded-for': `10.128.${(number >> 8) & 255}.${number & 255}` },
      stopAt: (url) => url.href.startsWith(target.redirectUri),
    });
    const { url, state, verifier } = newCodeRequest(target);
    let page = await browser.open(url);
    for (let pages = 0; page.stoppedAt === undefined; pages += 1) {
      const asked = page.html.querySelector(MAIN.form) === null ? undefined : formOf(page, MAIN).fillable;
      const [field] = ['password', 'code', 'email'].filter((name) => asked?.has(name));
      if (field === undefined || pages === MOST_PAGES) {
        throw new Error(`nothing to fill in at ${page.url.pathname} (${page.status}): ${page.text.slice(0, 200)}`);
      }
      const entries = { password, code: await oneTimeCode(seed), email };
      page = await browser.submit(page, { [field]: entries[field as keyof typeof entries] }, MAIN);
    }
    const code = page.stoppedAt.searchParams.get('code');
    if (code === null || page.stoppedAt.searchParams.get('state') !== state) {
      throw new Error(`no code but ${page.stoppedAt.search}`);
    }
    await redeemCode(agent, target, { code, verifier });
  };

  return {
    // Everybody has a code that is unused: while somebody waits for the next one, the server is measured at rest.
    async prepare() {
      const latest = Math.max(...idle.map(({ usedStep }) => usedStep));
      const nextStep = (latest + 1) * STEP_MS;
      if (latest > 0 && Date.now() < nextStep) await pause(nextStep - Date.now());
    },
    async run() {
      const next = idle.shift();
      if (next === undefined) throw new Error('more at once than people');
      const nextStep = (next.usedStep + 1) * STEP_MS;
      if (Date.now() < nextStep) await pause(nextStep - Date.now());
      try {
        await logIn(next.person);
      } finally {
        next.usedStep = Math.floor(Date.now() / STEP_MS);
        idle.push(next);
      }
    },
    close: async () => agent.close(),
  };
}
