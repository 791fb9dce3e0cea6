import { Agent } from 'undici';
import { openHttpBrowser } from '../../test/support/http-browser.ts';
import { percentile } from '../load/closed-loop.ts';

/** How others fare while passwords queue. */
export interface FullQueue {
  /** Passwords that were posted at once, and how many of them were refused with 429 or 503. */
  posted: number;
  refused: number;
  /** Milliseconds, sorted, with nothing else to do and while the queue was full. */
  page: { idle: number[]; full: number[] };
  token: { idle: number[]; full: number[] };
}

const BROWSERS = 40;
const POSTS = 9;
const IDLE_PROBES = 40;

/**
 * Posts 360 passwords at once, from 40 networks, and meanwhile opens login pages and gets tokens, one after the other.
 * @param silentLogin authorization request and token request of a browser with a session
 */
export async function measureFullQueue(issuer: string, silentLogin: () => Promise<void>): Promise<FullQueue> {
  const agent = new Agent({ connections: 512, pipelining: 0 });
  const results: FullQueue = {
    posted: BROWSERS * POSTS,
    refused: 0,
    page: { idle: [], full: [] },
    token: { idle: [], full: [] },
  };
  const probe = async (when: 'idle' | 'full', number: number): Promise<void> => {
    const visitor = openHttpBrowser({
      dispatcher: agent,
      headers: { 'x-forwarded-for': `198.51.100.${number % 250}` },
    });
    results.page[when].push(await timed(async () => visitor.open(`${issuer}/login/start`)));
    results.token[when].push(await timed(silentLogin));
  };
  try {
    const guesses = [];
    for (let number = 0; number < BROWSERS; number += 1) {
      const browser = openHttpBrowser({ dispatcher: agent, headers: { 'x-forwarded-for': `203.0.113.${number}` } });
      const email = `nobody-${number}@northwind.example`;
      guesses.push({ browser, page: await browser.submit(await browser.open(`${issuer}/login/start`), { email }) });
    }
    for (let number = 0; number < IDLE_PROBES; number += 1) await probe('idle', number);

    let answered = 0;
    const answers = guesses.flatMap(({ browser, page }) =>
      Array.from({ length: POSTS }, async () => {
        const { status } = await browser.submit(page, { password: 'winter 2026 again' }, { button: 'Continue' });
        answered += 1;
        if (status === 429 || status === 503) results.refused += 1;
      }),
    );
    const all = Promise.all(answers);
    // The queue is full for as long as more than its last quarter waits.
    for (let number = 0; answered < results.posted - 32; number += 1) await probe('full', number);
    await all;
    for (const times of [results.page, results.token]) {
      for (const list of [times.idle, times.full]) list.sort((one, other) => one - other);
    }
    return results;
  } finally {
    await agent.close();
  }
}

/** p50 and p99 of sorted milliseconds, in words of a table. */
export function spread(sorted: readonly number[]): string {
  return `${percentile(sorted, 0.5).toFixed(0)} / ${percentile(sorted, 0.99).toFixed(0)}`;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
