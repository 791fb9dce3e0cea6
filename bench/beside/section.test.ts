import { expect, test } from 'vitest';
import type { Measurement } from '../measure.ts';
import type { Rival, RivalKey } from './rival.ts';
import type { Turns } from './rounds.ts';
import { besideSection } from './section.ts';

const run = (serverCpu: number, databaseCpu: number): Measurement => ({
  concurrency: 64,
  flows: 100,
  errors: 0,
  seconds: 1,
  perSecond: 100,
  p50: 10,
  p99: 20,
  complaints: [],
  serverCpu,
  databaseCpu,
  wal: 1000,
});

const turns = (key: RivalKey, runs: (Measurement | undefined)[]): Turns => ({
  rival: rivalNamed(key),
  flow: 'silent',
  atOnce: 64,
  runs,
  steady: [],
});

function rivalNamed(key: RivalKey): Rival {
  const nowhere = { issuer: '', databaseUrl: '', scope: '', applications: {}, restart: undefined };
  return {
    ...nowhere,
    key,
    name: key,
    plan: { people: 1, steps: [], ownAddresses: false },
    tree: () => ({ cpu: () => undefined, residentMib: () => undefined }),
    stop: () => Promise.resolve(),
  };
}

const about = { rounds: 3, seconds: 1, commit: 'abc', leftOut: ['polis: no network'], profile: '' };
const costs = { argon2id: 8000, rs256: 240, es256: 40 };
const rest = { failures: [], requests: new Map<string, number>(), idleDatabase: 5, loadAverage: 0.5 };

function rowOf(page: string, words: string): string[] {
  const line = page.split('\n').find((each) => each.includes(words)) ?? '';
  return line.split('|').map((cell) => cell.trim());
}

test('a ratio is of the same round, its middle is judged, and a round that one of the two lacks is left out', () => {
  const own = turns('gatehouse', [run(20, 10), run(60, 30), run(300, 0)]);
  const other = turns('prepared', [run(60, 40), run(100, 100), undefined]);
  const page = besideSection({ ...rest, turns: [own, other] }, { ...about, costs });
  expect(rowOf(page, 'silent login, 64 at once |')).toEqual([
    '',
    'silent login, 64 at once',
    '0.40 × prepared',
    '0.30',
    '0.30 to 0.45',
    'yes',
    '',
  ]);
  expect(rowOf(page, 'with a direct way | 0.25')).toContain('**missed**');
});

test('what was not measured, what was left out and a machine with more work than processors are said', () => {
  const page = besideSection(
    { ...rest, loadAverage: 1e6, turns: [turns('gatehouse', [undefined])] },
    { ...about, costs },
  );
  expect(rowOf(page, '0.50 × before')).toContain('not measured');
  expect(page).not.toContain('userinfo, 16 at once');
  expect(page).toContain('polis: no network');
  expect(page).toContain('more work than processors');
});
