import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second, whatever the machine. */
const MICROSECONDS_PER_TICK = 10_000;
const PAGE_KIB = 4;

interface ProcessFacts {
  pid: number;
  parent: number;
  /** Its own time and that of children it has waited for, in microseconds. */
  cpu: number;
  residentKib: number;
}

/** A process and everything below it, read from /proc. */
export interface ProcessTree {
  /** Microseconds of processor time since the processes started; undefined where there is no /proc. */
  cpu(): number | undefined;
  /** Resident memory of the first process alone, in MiB. */
  residentMib(): number | undefined;
}

/** @param without pids whose trees belong to somebody else (the database below the server that started it) */
export function processTree(root: number, without: readonly number[] = []): ProcessTree {
  return {
    cpu() {
      const all = readProcesses();
      if (!all.some(({ pid }) => pid === root)) return undefined;
      const inside = new Set([root]);
      // children may have lower pids than their parents: until nobody is added
      for (let before = 0; before !== inside.size;) {
        before = inside.size;
        for (const { pid, parent } of all) if (inside.has(parent) && !without.includes(pid)) inside.add(pid);
      }
      return all.filter(({ pid }) => inside.has(pid)).reduce((sum, { cpu }) => sum + cpu, 0);
    },
    residentMib: () => {
      const own = readProcesses().find(({ pid }) => pid === root);
      return own && own.residentKib / 1024;
    },
  };
}

function readProcesses(): ProcessFacts[] {
  let names: string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return []; // not Linux
  }
  return names.flatMap((name) => {
    try {
      return [readProcess(Number(name))];
    } catch {
      return []; // it ended meanwhile
    }
  });
}

/** proc_pid_stat(5); the name in parentheses may hold anything, so fields are counted from behind it. */
function readProcess(pid: number): ProcessFacts {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  const ticks = field(14) + field(15) + field(16) + field(17);
  return { pid, parent: field(4), cpu: ticks * MICROSECONDS_PER_TICK, residentKib: field(24) * PAGE_KIB };
}

/** The process that listens on a TCP port of this machine; undefined where it cannot be told. */
export function listenerOf(port: number): number | undefined {
  const wanted = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => {
      try {
        const lines = readFileSync(file, 'utf8').trim().split('\n').slice(1);
        const columns = lines.map((line) => line.trim().split(/\s+/));
        const hex = port.toString(16).toUpperCase().padStart(4, '0');
        return columns
          .filter(([, local, , state]) => state === '0A' && local?.endsWith(`:${hex}`))
          .map((column) => `socket:[${column[9]}]`);
      } catch {
        return [];
      }
    }),
  );
  return wanted.size === 0 ? undefined : readProcesses().find(({ pid }) => holdsOneOf(pid, wanted))?.pid;
}

function holdsOneOf(pid: number, sockets: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.has(readlinkSync(`/proc/${pid}/fd/${fd}`)));
  } catch {
    return false;
  }
}
