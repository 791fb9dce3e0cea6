import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { timeByLayer } from './layers.ts';
import { createSources } from './sources.ts';

const frame = (functionName: string, url = '', lineNumber = 0) => ({ functionName, url, lineNumber, columnNumber: 0 });

test('what Node does for a package counts with it, our own code by room, the rest by what it is', () => {
  const nodes = [
    { id: 1, callFrame: frame('(root)'), children: [2, 5, 6, 7] },
    { id: 2, callFrame: frame('query', 'file:///srv/node_modules/pg/lib/client.js'), children: [3] },
    { id: 3, callFrame: frame('writeGeneric', 'node:internal/stream_base_commons'), children: [4] },
    { id: 4, callFrame: frame('writev') },
    { id: 5, callFrame: frame('flush', 'file:///srv/dist/server/oidc/storage/flush-store.js') },
    { id: 6, callFrame: frame('(idle)') },
    { id: 7, callFrame: frame('processTimers', 'node:internal/timers') },
  ];
  const times = timeByLayer({ nodes, samples: [2, 3, 4, 5, 6, 7], timeDeltas: [1, 2, 4, 8, 16, 32] }, ({ url }) => url);
  expect(Object.fromEntries(times)).toEqual({ pg: 7, 'own: oidc': 8, idle: 16, node: 32 });
});

test('of a bundle, a function counts with the file that it was written in', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-profile-'));
  try {
    const file = join(folder, 'main.js');
    const sources = ['../../node_modules/kysely/dist/esm/query.js', '../../src/db/connection/pool.ts'];
    // One mapping a line: the first to the first source, the second to the second.
    await writeFile(
      `${file}.map`,
      JSON.stringify({ version: 3, file: 'main.js', sources, names: [], mappings: 'AAAA;ACAA' }),
    );
    const url = pathToFileURL(file).href;
    const nodes = [
      { id: 1, callFrame: frame('compile', url, 0) },
      { id: 2, callFrame: frame('connect', url, 1) },
    ];
    const times = timeByLayer({ nodes, samples: [1, 2], timeDeltas: [3, 5] }, createSources());
    expect(Object.fromEntries(times)).toEqual({ kysely: 3, 'own: db': 5 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
