import { existsSync } from 'node:fs';
import { run } from './project.ts';

/** Whether packages of the operating system can be installed here: Debian and its derivatives, as root. */
export function mayInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/** Runs apt-get without questions. Throws with its output when it fails. */
export async function apt(...args: string[]): Promise<void> {
  const quietly = { DEBIAN_FRONTEND: 'noninteractive' };
  const { code, output } = await run('apt-get', ['-y', '-q', ...args], { environment: quietly });
  if (code !== 0) throw new Error(`apt-get ${args.join(' ')} failed:\n${output.trim()}`);
}
