import { expect } from 'vitest';
import type { Person } from '../../support/fixtures.ts';
import type { HttpBrowser } from '../../support/http-browser.ts';
import type { Page } from '../../support/page.ts';
import { STATE } from '../provider-ground.ts';
import type { ProviderGround } from '../provider-ground.ts';
import type { Checks } from '../test-plan.ts';

type Claims = Record<string, unknown>;

/** Tokens for the answer on a page: the ID token and its claims. */
async function tokensOn(ground: ProviderGround, page: Page): Promise<{ idToken: string; claims: Claims }> {
  const tokens = await ground.redeem(ground.answerOn(page).get('code'));
  return { idToken: String(tokens['id_token']), claims: (await ground.readIdToken(tokens['id_token'])).claims };
}

/** A person's first login, by the service's clock so many seconds ago. */
async function firstLogin(
  ground: ProviderGround,
  browser: HttpBrowser,
  more: { parameters?: Record<string, string>; ago?: number } = {},
): Promise<{ person: Person; idToken: string; claims: Claims }> {
  const { clock } = ground.service;
  const { parameters = {}, ago = 0 } = more;
  clock.advance(-ago);
  try {
    const person = await ground.addPerson();
    const page = await browser.open(ground.request(ground.client, parameters));
    return { person, ...(await tokensOn(ground, await ground.logIn(browser, page, person))) };
  } finally {
    clock.advance(ago);
  }
}

/** The person is asked again, and the token tells when that was. */
async function askedAgain(ground: ProviderGround, parameters: Record<string, string>): Promise<void> {
  await using browser = ground.open();
  const first = await firstLogin(ground, browser, { parameters, ago: 10 });
  const page = await browser.open(ground.request(ground.client, parameters));
  expect(page.stoppedAt).toBeUndefined();
  const again = await tokensOn(ground, await ground.logIn(browser, page, first.person, true));
  expect(again.claims['sub']).toBe(first.claims['sub']);
  expect(first.claims['auth_time']).toEqual(expect.any(Number));
  expect(again.claims['auth_time']).toBeGreaterThan(Number(first.claims['auth_time']));
}

/** Nobody is asked; the person and the time are those of the login. */
async function notAsked(
  ground: ProviderGround,
  more: { first?: Record<string, string>; second: (idToken: string) => Record<string, string> },
): Promise<void> {
  await using browser = ground.open();
  const first = await firstLogin(ground, browser, { parameters: more.first ?? {}, ago: 5 });
  const page = await browser.open(ground.request(ground.client, more.second(first.idToken)));
  const again = await tokensOn(ground, page);
  expect(again.claims['sub']).toBe(first.claims['sub']);
  expect(again.claims['auth_time']).toBe(first.claims['auth_time']);
}

/** When a person is asked to log in, and what the request says about it. */
export const PROMPTS: Checks<ProviderGround> = {
  'oidcc-prompt-login': async (ground) => askedAgain(ground, { prompt: 'login' }),
  'oidcc-max-age-1': async (ground) => askedAgain(ground, { max_age: '1' }),

  async 'oidcc-prompt-none-not-logged-in'(ground) {
    await using browser = ground.open();
    const answer = ground.answerOn(await browser.open(ground.request(ground.client, { prompt: 'none' })));
    expect([answer.get('error'), answer.get('state')]).toEqual(['login_required', STATE]);
    expect(answer.has('code')).toBe(false);
  },

  'oidcc-prompt-none-logged-in': async (ground) => notAsked(ground, { second: () => ({ prompt: 'none' }) }),

  async 'oidcc-max-age-10000'(ground) {
    const aged = { max_age: '10000' };
    await notAsked(ground, { first: aged, second: () => aged });
  },

  async 'oidcc-id-token-hint'(ground) {
    await notAsked(ground, { second: (idToken) => ({ prompt: 'none', id_token_hint: idToken }) });
    // Of somebody else: nobody is logged in as that person here (Core 3.1.2.1).
    await using theirs = ground.open();
    await using ours = ground.open();
    const other = await firstLogin(ground, theirs);
    await firstLogin(ground, ours);
    const hinted = { prompt: 'none', id_token_hint: other.idToken };
    const answer = ground.answerOn(await ours.open(ground.request(ground.client, hinted)));
    expect(answer.get('error')).toBe('login_required');
  },

  async 'oidcc-login-hint'(ground) {
    await using browser = ground.open();
    const person = await ground.addPerson();
    const page = await browser.open(ground.request(ground.client, { login_hint: person.email }));
    expect(page.html.querySelector('input[name="email"]')?.getAttribute('value')).toBe(person.email);
    await tokensOn(ground, await ground.logIn(browser, page, person));
  },
};
