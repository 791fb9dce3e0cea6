import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectFolder } from '../../tools/project.ts';

/** Gatehouse as an operator runs it: the launcher, in a process of its own. */
export interface ServiceProcess extends AsyncDisposable {
  /** Public URL without a slash at its end. */
  url: string;
  /** Link that creates the first administrator; undefined once somebody did. */
  setupUrl: string | undefined;
  pid: number;
  /** Milliseconds from its start until it said that it answers requests. */
  readyAfterMs: number;
  /** Settles when the process has ended, for whatever reason. */
  ended: Promise<void>;
  /** Runs another command of the command line on the same installation; gives what it prints with `--json`. */
  command(...words: string[]): Promise<Readonly<Record<string, unknown>>>;
  stop(): Promise<void>;
}

/** @param options.logFile where its log goes; nowhere without */
export async function startGatehouse(options: {
  settings: Readonly<Record<string, string>>;
  logFile?: string;
}): Promise<ServiceProcess> {
  const launcher = join(projectFolder, 'gatehouse');
  const environment = { ...withoutOurs(process.env), ...options.settings };
  const startedAt = performance.now();
  const child = spawn(process.execPath, [launcher, 'serve', '--json'], {
    cwd: projectFolder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl+C in a terminal reaches all its processes at once; who started it decides the order of ending
    detached: true,
  });
  const endNow = (): void => void child.kill('SIGKILL');
  process.on('exit', endNow);
  const ended = once(child, 'exit').then(() => void process.off('exit', endNow));

  const log =
    options.logFile === undefined ? undefined : createWriteStream(options.logFile, { flags: 'a', mode: 0o600 });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-4000);
    log?.write(text);
  });
  const ready = await new Promise<Announcement>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const announced = readAnnouncement(line);
      if (announced === undefined) log?.write(`${line}\n`);
      else resolve(announced);
    });
    void ended.then(() => reject(new Error(`Gatehouse ended before it was ready: ${complaint.trim()}`)));
  });
  const readyAfterMs = performance.now() - startedAt;

  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  return {
    url: ready.url,
    setupUrl: ready.setupUrl,
    pid: child.pid ?? 0,
    readyAfterMs,
    ended,
    stop,
    [Symbol.asyncDispose]: stop,
    command: async (...words) => {
      const answer = await new Promise<string>((resolve, reject) => {
        execFile(process.execPath, [launcher, ...words, '--json'], { env: environment }, (error, out, err) => {
          if (error === null) resolve(out);
          else reject(new Error(`gatehouse ${words.join(' ')}: ${err.trim()}`));
        });
      });
      return JSON.parse(answer) as Record<string, unknown>;
    },
  };
}

interface Announcement {
  url: string;
  setupUrl?: string;
}

/** Lines of the log have a level and an instant; this one has neither. */
function readAnnouncement(line: string): Announcement | undefined {
  try {
    const data = JSON.parse(line) as Record<string, unknown>;
    return typeof data['url'] === 'string' && data['level'] === undefined
      ? (data as unknown as Announcement)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Settings of another installation on this machine are none of ours. */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const theirs = /^(GATEHOUSE_.*|DATABASE_URL|SMTP_URL|MAIL_FROM|MAIL_BOUNCES|HOST|PORT|TRUSTED_PROXIES|LOG_LEVEL)$/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !theirs.test(name)));
}
