import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { projectFolder } from '../../../tools/project.ts';

const run = promisify(execFile);
/** How long packages may take, and a server until it listens. */
const INSTALL_MS = 10 * 60_000;
const LISTEN_MS = 60_000;

/** A program of Debian that runs with a root directory of its own. */
export interface LayeredProgram extends AsyncDisposable {
  /** Where a file of its root directory is, for us. */
  path(name: string): string;
  /** The end of what it printed. */
  said(): string;
}

/**
 * Installs packages of Debian into a layer over this machine's root directory, kept in `.cache/mail-servers`: programs,
 * accounts and settings of a mail server, of which the machine itself sees nothing. Needs root and overlay file systems.
 * @param program a file that is there afterwards
 */
export async function installLayer(name: string, packages: readonly string[], program: string): Promise<string> {
  const folder = join(projectFolder, '.cache/mail-servers', name);
  const upper = join(folder, 'upper');
  if (existsSync(join(upper, program))) return upper;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error('Mail servers are installed by apt into a layer of its own, which needs root on Debian.');
  }
  for (const part of ['upper', 'work', 'root']) await mkdir(join(folder, part), { recursive: true });
  // 101: nothing is started by the packages' scripts. A script that fails leaves the programs all the same.
  const install = `printf '#!/bin/sh\\nexit 101\\n' > usr/sbin/policy-rc.d; chmod 755 usr/sbin/policy-rc.d
    chroot . apt-get -q update; DEBIAN_FRONTEND=noninteractive chroot . apt-get -y -q install --no-install-recommends ${packages.join(' ')}; rm -rf var/cache/apt var/lib/apt/lists usr/share/doc usr/share/man`;
  const script = mountScript(
    { lower: '/', upper, work: join(folder, 'work'), root: join(folder, 'root') },
    [],
    install,
  );
  await run('unshare', ['--mount', 'sh', '-c', script], { timeout: INSTALL_MS }).catch(() => undefined);
  if (!existsSync(join(upper, program))) throw new Error(`apt installed no ${program} of ${packages.join(', ')}`);
  return upper;
}

/**
 * Starts a program over an installed layer; what it writes is gone afterwards. All its processes end with it.
 * @param options.files texts by path in its root directory; those that begin with `#!` can be run
 * @param options.prepare shell commands in its root directory, before
 * @param options.command becomes the first process
 */
export async function startInLayer(
  layer: string,
  options: {
    files: Readonly<Record<string, string>>;
    prepare: string;
    command: string;
    ports: readonly number[];
  },
): Promise<LayeredProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-mail-'));
  const places = { lower: '/', upper: join(folder, 'upper'), work: join(folder, 'work'), root: join(folder, 'root') };
  await chmod(folder, 0o755);
  for (const part of [places.work, places.root]) await mkdir(part);
  // Its own copy: a layer below `/` that lies in `/` itself is refused.
  await run('cp', ['-a', layer, places.upper]);
  for (const [name, text] of Object.entries(options.files)) {
    const file = join(places.upper, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
  }
  const script = mountScript(places, [], `chroot . sh -c '${options.prepare}' && exec chroot . ${options.command}`);
  const words = ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script];
  const child = spawn('unshare', words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-8000)));
  }
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      // The first process of the namespace: with it all others end. That it dies with `unshare` was forgotten when it changed its user.
      const first = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').catch(() => '');
      for (const pid of first.split(' ').filter((text) => text !== '')) process.kill(Number(pid), 'SIGKILL');
      child.kill('SIGKILL');
      await ended;
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    for (const port of options.ports) await untilListening(port, () => child.exitCode !== null);
  } catch (error) {
    await stop();
    throw new Error(`${options.command} does not listen: ${said}`, { cause: error });
  }
  return { path: (name) => join(places.upper, name), said: () => said, [Symbol.asyncDispose]: stop };
}

function mountScript(
  { lower, upper, work, root }: { lower: string; upper: string; work: string; root: string },
  binds: readonly string[],
  then: string,
): string {
  const mounts = ['/proc', '/dev', ...binds].map((from) => `mount --rbind ${from} ${root}${from}`);
  return [
    'set -e',
    `mount -t overlay overlay -o lowerdir=${lower},upperdir=${upper},workdir=${work} ${root}`,
    ...mounts,
    `cd ${root}`,
    then,
  ].join('\n');
}

async function untilListening(port: number, over: () => boolean): Promise<void> {
  for (let waited = 0; waited < LISTEN_MS && !over(); waited += 100) {
    const socket = connect(port, '127.0.0.1');
    const answered = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (answered) return;
    await pause(100);
  }
  throw new Error(`nobody listens on port ${port}`);
}
