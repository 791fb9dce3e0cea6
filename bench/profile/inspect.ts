import { setTimeout as pause } from 'node:timers/promises';
import type { CpuProfile } from './layers.ts';

/** A Node process whose inspector can be opened: started with `--inspect-port`, which opens nothing by itself. */
export interface Inspected {
  pid: number;
  port: number;
}

const SAMPLE_EVERY_US = 500;
const TRIES = 40;

/** Opens the inspector of a process (SIGUSR1) and profiles it while `work` runs. */
export async function profileWhile({ pid, port }: Inspected, work: () => Promise<void>): Promise<CpuProfile> {
  process.kill(pid, 'SIGUSR1');
  const socket = new WebSocket(await debuggerAddress(port));
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error('the inspector does not take the connection')));
  });
  const waiting = new Map<number, (result: unknown) => void>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown };
    if (id !== undefined) waiting.get(id)?.(result);
  });
  let sent = 0;
  const ask = (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve) => {
      waiting.set((sent += 1), resolve);
      socket.send(JSON.stringify({ id: sent, method, params }));
    });
  try {
    await ask('Profiler.enable');
    await ask('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
    await ask('Profiler.start');
    await work();
    return ((await ask('Profiler.stop')) as { profile: CpuProfile }).profile;
  } finally {
    socket.close();
  }
}

async function debuggerAddress(port: number): Promise<string> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const listed = await fetch(`http://127.0.0.1:${port}/json/list`).catch(() => undefined);
    if (listed?.ok) {
      const [first] = (await listed.json()) as { webSocketDebuggerUrl: string }[];
      if (first !== undefined) return first.webSocketDebuggerUrl;
    }
    await pause(250);
  }
  throw new Error('the inspector does not open');
}
