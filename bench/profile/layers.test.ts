import { expect, test } from 'vitest';
import { timeByLayer } from './layers.ts';

const frame = (functionName: string, url = '') => ({ functionName, url });

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
  const times = timeByLayer({ nodes, samples: [2, 3, 4, 5, 6, 7], timeDeltas: [1, 2, 4, 8, 16, 32] });
  expect(Object.fromEntries(times)).toEqual({ pg: 7, 'own: oidc': 8, idle: 16, node: 32 });
});
