import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../demo/free-port.ts';

/** An image that runs, as a container engine would run it. */
export interface StartedImage extends AsyncDisposable {
  /** The status of a page; 0 where nobody answers. */
  ask(path: string): Promise<number>;
  /** User and group of the server's process. */
  user(): Promise<string>;
  /** Top folders that are mounted writable and have something in them. */
  written(): Promise<string[]>;
  /** Asks it to stop; its exit code. */
  stop(): Promise<number | null>;
}

const USER = 10_001;

/** Starts what stands in `root` in namespaces of its own: that folder read-only, `data` at `/data`, Node's own `/proc` and `/dev`. */
export async function startImage(root: string, data: string): Promise<StartedImage> {
  await mkdir(data, { mode: 0o700 });
  await chown(data, USER, USER);
  const port = await freePort();
  const script = `set -e
mount --bind ${root} ${root}
mount -o remount,bind,ro ${root}
mount --bind ${data} ${root}/data
mount -t proc proc ${root}/proc
mount --rbind /dev ${root}/dev
exec chroot --userspec=${USER}:${USER} ${root} /usr/local/bin/node /opt/gatehouse/gatehouse serve`;
  const settings = {
    NODE_ENV: 'production',
    PORT: String(port),
    GATEHOUSE_DATA: '/data',
    NODE_COMPILE_CACHE: '/data/.compile-cache',
  };
  const child = spawn('unshare', ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script], {
    env: { PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LOG_LEVEL: 'warn', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
  }
  const gone = once(child, 'exit');
  const ask = async (path: string): Promise<number> =>
    fetch(`http://127.0.0.1:${port}${path}`).then(
      (answer) => answer.status,
      () => 0,
    );
  const first = async (): Promise<number> =>
    Number((await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')).trim().split(' ')[0]);
  for (let tries = 0; tries < 600 && child.exitCode === null && (await ask('/readyz')) !== 200; tries += 1) {
    await pause(100);
  }
  if ((await ask('/readyz')) !== 200) {
    child.kill('SIGKILL');
    throw new Error(`the image does not serve: ${said}`);
  }
  return {
    ask,
    async user() {
      const status = await readFile(`/proc/${await first()}/status`, 'utf8');
      return ['Uid', 'Gid'].map((name) => new RegExp(`^${name}:\\t(\\d+)`, 'm').exec(status)?.[1]).join(' ');
    },
    async written() {
      const there = `/proc/${await first()}/root`;
      const mounts = await readFile(`/proc/${await first()}/mounts`, 'utf8');
      const writable = mounts.split('\n').filter((line) => / \/\w+ \S+ rw[, ]/.test(line));
      const names = writable
        .map((line) => line.split(' ')[1]?.slice(1) ?? '')
        .filter((name) => !['proc', 'dev'].includes(name));
      const filled = await Promise.all(names.map(async (name) => (await readdir(`${there}/${name}`)).length > 0));
      return names.filter((_, place) => filled[place]);
    },
    async stop() {
      process.kill(await first(), 'SIGTERM');
      await gone;
      return child.exitCode;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) child.kill('SIGKILL');
    },
  };
}
