import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Reads the processor time so far, in milliseconds, of the connections of the service to one PostgreSQL (Linux).
 * @param dataFolder of the embedded PostgreSQL
 */
export function createProcessorClock(dataFolder: string): () => number {
  const [postmaster = ''] = readFileSync(join(dataFolder, 'postgres/postmaster.pid'), 'utf8').split('\n');
  return () => backendsOf(postmaster).reduce((sum, pid) => sum + ranOf(pid), 0);
}

/** Of this process, in milliseconds. */
export function ownTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function backendsOf(postmaster: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    const stat = readProc(pid, 'stat');
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return parent === postmaster && readProc(pid, 'cmdline').startsWith('postgres: gatehouse gatehouse');
  });
}

/** The first number of `schedstat` is how long it ran, in nanoseconds. */
function ranOf(pid: string): number {
  return Number(readProc(pid, 'schedstat').split(' ')[0] ?? 0) / 1e6;
}

/** Empty for a process that has ended meanwhile. */
function readProc(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
