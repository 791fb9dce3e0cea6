import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A cookie as Firefox keeps it. */
export interface KeptCookie {
  name: string;
  secure: boolean;
  httpOnly: boolean;
  sameSite: string;
}

/** Real Firefox with one empty window, driven over WebDriver BiDi. */
export interface Firefox extends AsyncDisposable {
  open(url: string): Promise<void>;
  /** The value of an expression on the page; waits for what it promises. */
  evaluate(expression: string): Promise<unknown>;
  /** Waits until an expression on whatever page stands there by then is true. */
  until(expression: string): Promise<void>;
  /** Cookies of a site, which no script of a page sees. */
  cookies(domain: string): Promise<KeptCookie[]>;
}

const LISTENING = /WebDriver BiDi listening on (ws:\/\/\S+)/;
const POLL_MS = 100;
const PATIENCE_MS = 60_000;

/** Launches Firefox without a screen. Test certificates are accepted. */
export async function launchFirefox(): Promise<Firefox> {
  const profile = await mkdtemp(join(tmpdir(), 'firefox-'));
  const program = process.env['FIREFOX_PATH'] ?? 'firefox-esr';
  const parameters = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'];
  const child = spawn(program, parameters, { stdio: ['ignore', 'ignore', 'pipe'] });
  const lines = createInterface({ input: child.stderr });
  const address = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${program} ended before it could be driven`)));
    lines.on('line', (line) => {
      const found = LISTENING.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const ask = await connect(`${address}/session`);
  await ask('session.new', { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
  const { contexts } = (await ask('browsingContext.getTree', {})) as { contexts: { context: string }[] };
  const context = contexts[0]!.context;

  const evaluate = async (expression: string): Promise<unknown> => {
    const target = { context };
    const answer = (await ask('script.evaluate', { expression, target, awaitPromise: true })) as Evaluated;
    if (answer.type === 'exception') throw new Error(answer.exceptionDetails?.text ?? 'the page threw');
    return answer.result?.value;
  };
  return {
    open: async (url) => void (await ask('browsingContext.navigate', { context, url, wait: 'complete' })),
    evaluate,
    async until(expression) {
      const end = Date.now() + PATIENCE_MS;
      // a page that is just left has no context to ask
      while ((await evaluate(expression).catch(() => false)) !== true) {
        if (Date.now() > end)
          throw new Error(`never ${expression}: ${String(await evaluate('document.body.innerText'))}`);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
    async cookies(domain) {
      const { cookies } = (await ask('storage.getCookies', { filter: { domain } })) as { cookies: KeptCookie[] };
      return cookies;
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await rm(profile, { recursive: true, force: true });
    },
  };
}

interface Evaluated {
  type: 'success' | 'exception';
  result?: { value?: unknown };
  exceptionDetails?: { text: string };
}

/** Opens a BiDi connection: one command at a time, answered by its id. */
async function connect(url: string): Promise<(method: string, params: object) => Promise<unknown>> {
  const socket = new WebSocket(url);
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as { id?: number; result?: unknown; error?: string; message?: string };
    const asked = answer.id === undefined ? undefined : waiting.get(answer.id);
    if (asked === undefined || answer.id === undefined) return;
    waiting.delete(answer.id);
    if (answer.error === undefined) asked.resolve(answer.result);
    else asked.reject(new Error(`${answer.error}: ${answer.message ?? ''}`));
  });
  await once(socket, 'open');
  let last = 0;
  return (method, params) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      socket.send(JSON.stringify({ id: last, method, params }));
    });
}
