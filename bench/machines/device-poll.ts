import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { Target } from '../load/target.ts';
import type { Machines } from './machines.ts';

/** A device code that nobody has confirmed. */
interface WaitingCode {
  value: string;
  /** By `performance.now()`, milliseconds. */
  madeAt: number;
  polledAt: number;
}

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
/** RFC 8628 3.2: a device waits so long between two questions when it is told nothing else. */
const INTERVAL_MS = 5000;
/** Codes live ten minutes; older ones are not begun with. */
const USABLE_MS = 8 * 60 * 1000;
const MADE_AT_ONCE = 8;

/**
 * A device asks whether somebody has confirmed its code (RFC 8628 3.4): one request, answered `authorization_pending`.
 * The codes take turns, each no sooner again than its interval allows: `slow_down` counts as an error.
 */
export function createDevicePoll(
  target: Target,
  { device }: Machines,
): {
  flow: () => Promise<void>;
  /** Makes codes until there are so many; none of it belongs to a flow. */
  refill: (codes: number) => Promise<void>;
  close: () => Promise<void>;
} {
  const { device: begin } = target;
  if (begin === undefined) throw new Error(`${target.issuer} has no device authorization endpoint`);
  const agent = new Agent({ connections: 256, pipelining: 1 });
  let waiting: WaitingCode[] = [];
  let made = 0;
  const post = async (
    url: string,
    form: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> => {
    const answer = await request(url, {
      method: 'POST',
      dispatcher: agent,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams({ client_id: device.clientId, ...form }).toString(),
    });
    return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
  };
  const make = async (): Promise<void> => {
    made += 1;
    // Each from an address of its own: what a network begins is limited.
    const from = `10.${(made >> 16) & 255}.${(made >> 8) & 255}.${made & 255}`;
    const { status, body } = await post(begin, { scope: 'openid' }, { 'x-forwarded-for': from });
    const value = body['device_code'];
    if (typeof value !== 'string') throw new Error(`no device code but ${status} ${String(body['error'])}`);
    waiting.push({ value, madeAt: performance.now(), polledAt: -INTERVAL_MS });
  };

  return {
    async flow() {
      const code = waiting.shift();
      if (code === undefined) throw new Error('no device code is left');
      const early = code.polledAt + INTERVAL_MS - performance.now();
      if (early > 0) await pause(early);
      const { status, body } = await post(target.token, { grant_type: DEVICE_GRANT, device_code: code.value });
      waiting.push({ ...code, polledAt: performance.now() });
      if (body['error'] !== 'authorization_pending') throw new Error(`${status} ${String(body['error'])}`);
    },
    async refill(codes) {
      const begun = performance.now();
      waiting = waiting.filter(({ madeAt }) => begun - madeAt < USABLE_MS);
      while (waiting.length < codes) {
        const missing = Math.min(MADE_AT_ONCE, codes - waiting.length);
        await Promise.all(Array.from({ length: missing }, make));
      }
    },
    close: async () => agent.close(),
  };
}
