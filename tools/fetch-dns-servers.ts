/**
 * Makes sure that DNS servers by other people are on the machine, for the tests of domains: Knot (authoritative) and
 * Unbound (recursive). Debian and its derivatives: as root they are installed by apt, and none of them is started. Says in one
 * sentence what to do where that is not possible; exit code 1 then.
 */
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { apt, mayInstall } from './apt.ts';

const missing = ['/usr/sbin/knotd', '/usr/sbin/keymgr', '/usr/sbin/unbound'].some((file) => !existsSync(file));
/** Asked by the packages' scripts before they start a service; 101 forbids it. */
const policy = '/usr/sbin/policy-rc.d';

async function fetchServers(): Promise<void> {
  if (!mayInstall()) {
    throw new Error('The suite needs DNS servers of the operating system: install its packages "knot" and "unbound".');
  }
  console.log('Installing DNS servers from the operating system …');
  await apt('update');
  const ours = !existsSync(policy);
  if (ours) await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await apt('install', '--no-install-recommends', 'knot', 'unbound');
  } finally {
    if (ours) await rm(policy);
  }
}

try {
  if (missing) await fetchServers();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
