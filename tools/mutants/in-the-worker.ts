/** Runs in every test worker: which mutant is active, and which ones make a difference to which test. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeEach, expect } from 'vitest';
import { OUTSIDE, placeIn } from './sight.ts';
import type { Sight } from './sight.ts';

interface Force {
  /** The mutant in force. */
  active: string | undefined;
  /** Called when a condition's value differs from its mutant's: only then can the mutant change anything. */
  differs: (id: string) => void;
  touches: (id: string) => void;
}

const force: Force = { active: undefined, differs: () => undefined, touches: () => undefined };

Object.assign(globalThis, {
  __mutants: force,
  __mutant(id: string, value: boolean, condition: unknown): unknown {
    if (id === force.active) return value;
    force.touches(id);
    // What a promise will say is not known yet.
    if (condition instanceof Promise || Boolean(condition) !== value) force.differs(id);
    return condition;
  },
});

/** Puts a mutant in force, or none. */
export function putInForce(id: string | undefined): void {
  (globalThis as unknown as { __mutants: Force }).__mutants.active = id;
}

const folder = process.env['MUTANTS_LEARN'];
if (folder !== undefined) {
  let test: number = OUTSIDE;
  const sight: Sight = { path: '', differs: {}, touches: [] };
  const differs = new Map<string, Set<number>>();
  const touches = new Set<string>();
  force.differs = (id) => {
    const tests = differs.get(id) ?? new Set<number>();
    differs.set(id, tests.add(test));
  };
  force.touches = (id) => touches.add(id.slice(0, id.indexOf(' ')));
  beforeEach(({ task }) => {
    test = placeIn(task, 'file');
    return () => {
      test = OUTSIDE;
    };
  });
  afterAll(() => {
    mkdirSync(folder, { recursive: true });
    sight.path = expect.getState().testPath ?? '';
    sight.differs = Object.fromEntries([...differs].map(([id, tests]) => [id, [...tests]]));
    sight.touches = [...touches];
    writeFileSync(`${folder}/${Buffer.from(sight.path).toString('base64url').slice(-120)}.json`, JSON.stringify(sight));
  });
}
