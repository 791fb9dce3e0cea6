import { promisify } from 'node:util';
import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFairQueue } from '../../src/authenticators/turns/fair-queue.ts';
import type { FairQueue, Visitor } from '../../src/authenticators/turns/fair-queue.ts';
import { passwordsAtOnce } from '../../src/authenticators/password.ts';
import { AppError } from '../../src/base/errors.ts';
import { statusOf } from '../../src/http/problem.ts';
import { makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Page } from '../support/page.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: passwords waited in one line for all, so that a burst from one network had everybody else refused.

describe('in the queue of passwords', () => {
  /** Works that the test ends one by one, with the order in which they began and what became of each. */
  function openStage(queue: FairQueue) {
    const began: string[] = [];
    const ended: string[] = [];
    const ends: (() => void)[] = [];
    return {
      began,
      ended,
      ask(name: string, visitor: Partial<Visitor> = {}): void {
        const asked = queue.run({ network: name, isGone: () => false, ...visitor }, async () => {
          began.push(name);
          await new Promise<void>((end) => ends.push(end));
        });
        asked.then(
          () => ended.push(`${name} done`),
          (error: AppError) => ended.push(`${name} ${error.code} ${String(error.values['seconds'])}`),
        );
      },
      /** Ends the work that began first, and lets everything follow that follows from it. */
      async endOne(): Promise<void> {
        ends.shift()?.();
        await settled();
      },
    };
  }
  const settled = async (): Promise<void> => new Promise((done) => void setImmediate(done));
  const bounds = { atOnce: 2, ofOneNetwork: 64, inAll: 128 };

  test('the next turn is of the one who came from elsewhere', async () => {
    const stage = openStage(createFairQueue(bounds));
    for (let count = 0; count < 1000; count += 1) stage.ask('burst');
    stage.ask('home');
    stage.ask('office');
    stage.ask('office');
    await settled();
    expect(stage.began).toEqual(['burst', 'burst']);
    expect(stage.ended).toEqual(Array.from({ length: 934 }, () => 'burst request.too-many 5'));
    for (let turn = 0; turn < 6; turn += 1) await stage.endOne();
    expect(stage.began.slice(2)).toEqual(['burst', 'home', 'office', 'burst', 'office', 'burst']);
  });

  test('bursts of several networks fill it, and refuse each other alone', async () => {
    const stage = openStage(createFairQueue(bounds));
    for (const burst of ['burst 1', 'burst 2', 'burst 3']) {
      for (let count = 0; count < 300; count += 1) stage.ask(burst);
    }
    for (let home = 0; home < 20; home += 1) stage.ask(`home ${home}`);
    await settled();
    expect(stage.ended.filter((what) => what.startsWith('home'))).toEqual([]);
    // Two run, 128 wait, 20 of them at home.
    expect(stage.ended).toHaveLength(900 - 2 - 108);
    for (let turn = 0; turn < 23; turn += 1) await stage.endOne();
    const homes = stage.began.filter((name) => name.startsWith('home'));
    expect(homes).toEqual(Array.from({ length: 20 }, (_, home) => `home ${home}`));
  });

  test('a queue that is full of ever other networks says so, with when to try again', async () => {
    const stage = openStage(createFairQueue(bounds));
    for (let count = 0; count < 131; count += 1) stage.ask(`network ${count}`);
    await settled();
    expect(stage.ended).toEqual(['network 130 service.busy 5']);
    expect(statusOf(new AppError('service.busy'))).toBe(503);
  });

  test('who left takes no turn and no place', async () => {
    const stage = openStage(createFairQueue({ atOnce: 1, ofOneNetwork: 3, inAll: 4 }));
    let left = false;
    stage.ask('running');
    for (const name of ['left 1', 'left 2', 'left 3']) stage.ask(name, { network: 'burst', isGone: () => left });
    await settled();
    left = true;
    stage.ask('stays', { network: 'burst' }); // the network's line was full
    await settled();
    expect(stage.ended).toEqual(['left 1', 'left 2', 'left 3'].map((name) => `${name} request.too-many 5`));
    stage.ask('leaves late', { network: 'burst', isGone: () => true });
    stage.ask('last', { network: 'burst' });
    await stage.endOne();
    await stage.endOne();
    expect(stage.began).toEqual(['running', 'stays', 'last']);
  });
});

test('several server processes together hash no more at once than there are processors', () => {
  expect([1, 2, 4].map((processes) => passwordsAtOnce(processes, 1))).toEqual([1, 1, 1]);
  expect([1, 2, 4].map((processes) => passwordsAtOnce(processes, 4))).toEqual([2, 2, 1]);
});

/** Of the two browsers that stay, and one that is being closed. */
const MOST_OWN_CONNECTIONS = 4;

describe('at the service', () => {
  let service: TestService;
  let maria: Person;
  beforeAll(async () => {
    // So dear that passwords come faster than they are compared.
    service = await startService({ settings: { TRUSTED_PROXIES: '127.0.0.0/8', GATEHOUSE_ARGON2: '64/8/1' } });
    maria = await makePerson(service, await makeRoot(service), 'maria@northwind.example');
  });
  afterAll(async () => service.close());

  /** Opens the page that asks for the password of an address. */
  async function atPassword(browser: HttpBrowser, email: string): Promise<Page> {
    const page = await browser.submit(await browser.open(`${service.url}/login/start`), { email });
    expect(page.title).toContain('Enter Your Password');
    return page;
  }

  /** Ten browsers of one network that post a guess nine times each, until they are told to leave. */
  async function openBurst(name: string, networkOf: (browser: number) => string) {
    const agent = new Agent({ connections: 200, pipelining: 0 });
    const guesses = await Promise.all(
      Array.from({ length: 10 }, async (_, number) => {
        const browser = openHttpBrowser({ dispatcher: agent, headers: { 'x-forwarded-for': networkOf(number) } });
        const page = await atPassword(browser, `${name}-${number}@northwind.example`);
        return { browser, page };
      }),
    );
    const answers = guesses.flatMap(({ browser, page }) =>
      Array.from({ length: 9 }, async () => {
        const answer = await browser.submit(page, { password: 'winter 2026 again' }, { button: 'Continue' });
        if (answer.status !== 429) throw new Error(`answered ${answer.status}`);
        return answer;
      }),
    );
    const leave = async (): Promise<void> => {
      await Promise.all([agent.destroy(), Promise.allSettled(answers)]);
      const { server } = service.app.server;
      const connections = promisify(server.getConnections.bind(server));
      await expect.poll(async () => connections()).toBeLessThan(MOST_OWN_CONNECTIONS);
    };
    return { refused: Promise.any(answers), leave };
  }

  test.each([
    ['2001:db8:7:7::', '2001:db8:7:8::1', 'nobody'],
    ['203.0.113.7', '203.0.113.8', 'somebody'],
  ])('guesses from %s leave maria at %s her turn, and their places when they leave', async (burst, elsewhere, name) => {
    await using own = openHttpBrowser({ headers: { 'x-forwarded-for': elsewhere } });
    const asked = await atPassword(own, maria.email);
    // Of IPv6 a whole /64 counts as one network.
    const crowd = await openBurst(name, (browser) => (burst.endsWith('::') ? `${burst}${browser + 1}` : burst));
    const refused = await crowd.refused;
    expect(refused.text).toContain('Too many attempts');
    expect(refused.headers['retry-after']).toBe('5');

    const answer = await own.submit(asked, { password: maria.password }, { button: 'Continue' });
    expect(answer.title).toContain('Confirm It’s You');

    await using neighbour = openHttpBrowser({ headers: { 'x-forwarded-for': burst.replace(/::$/, '::ffff') } });
    const page = await atPassword(neighbour, maria.email);
    await crowd.leave();
    const posted = Array.from({ length: 8 }, async () =>
      neighbour.submit(page, { password: 'winter 2026 again' }, { button: 'Continue' }),
    );
    expect((await Promise.all(posted)).map(({ status }) => status)).not.toContain(429);
  });
});
