/** A V8 profile as the inspector gives it (Profiler.Profile of the DevTools Protocol). */
export interface CpuProfile {
  nodes: readonly ProfileNode[];
  /** Ids of nodes, one for each sample. */
  samples: readonly number[];
  /** Microseconds before each sample. */
  timeDeltas: readonly number[];
}

interface ProfileNode {
  id: number;
  callFrame: Frame;
  children?: readonly number[];
}

/** Where a function begins (Runtime.CallFrame), counted from 0. */
export interface Frame {
  functionName: string;
  url: string;
  lineNumber: number;
  columnNumber: number;
}

/** Packages that are one layer, under the name of the one that brings them. */
const BROUGHT_BY: Readonly<Record<string, string>> = {
  'pg-pool': 'pg',
  'pg-protocol': 'pg',
  'pg-types': 'pg',
  'find-my-way': 'fastify',
  'fast-json-stringify': 'fastify',
  '@fastify/cookie': 'fastify',
  '@fastify/formbody': 'fastify',
  '@fastify/static': 'fastify',
  '@koa/router': 'koa',
  'koa-compose': 'koa',
  'raw-body': 'koa',
  keygrip: 'cookies',
  tsscmp: 'cookies',
  'sonic-boom': 'pino',
  'thread-stream': 'pino',
  oauth4webapi: 'openid-client',
};

export const IDLE = 'idle';
const BY_V8: Readonly<Record<string, string>> = {
  '(idle)': IDLE,
  '(garbage collector)': 'garbage collection',
  '(program)': 'V8 and the operating system',
  '(root)': 'node',
};

/**
 * Microseconds by layer: a package of npm, a room of our own, or what belongs to neither. What Node does on behalf of a
 * package (writing to a socket, hashing) counts with the package that asked.
 * @param sourceOf the file that a function was written in
 */
export function timeByLayer(profile: CpuProfile, sourceOf: (frame: Frame) => string): Map<string, number> {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const known = new Map<number, string>();
  const layerOf = (id: number): string => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const frame = nodes.get(id)?.callFrame;
    const parent = parents.get(id);
    const own = frame && ownLayer(frame.functionName, sourceOf(frame));
    const layer = own ?? (parent === undefined ? 'node' : layerOf(parent));
    known.set(id, layer);
    return layer;
  };
  const times = new Map<string, number>();
  for (const [place, id] of profile.samples.entries()) {
    const layer = layerOf(id);
    times.set(layer, (times.get(layer) ?? 0) + (profile.timeDeltas[place] ?? 0));
  }
  return times;
}

/** Undefined for what belongs to whoever called it. */
function ownLayer(functionName: string, url: string): string | undefined {
  const byV8 = BY_V8[functionName];
  if (byV8 !== undefined && url === '') return byV8;
  const packageName = /.*\/node_modules\/(@[^/]+\/[^/]+|[^/]+)\//.exec(url)?.[1];
  if (packageName !== undefined) return BROUGHT_BY[packageName] ?? packageName;
  const room = /(?:^|\/)(?:dist\/server|src)\/(?:([^/]+)\/)?/.exec(url);
  return room === null ? undefined : `own: ${room[1] ?? 'app'}`;
}
