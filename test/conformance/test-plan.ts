import { describe, expect, test } from 'vitest';
import { titleOf } from './plans/plan.ts';
import type { Plan } from './plans/plan.ts';

/** What a module checks. */
export type Check<Ground> = (ground: Ground) => Promise<void>;

/** Checks by the names of their modules. */
export type Checks<Ground> = Readonly<Record<string, Check<Ground>>>;

/**
 * One test for each module of a plan that applies, titled by its name. A module without a check, or a check without a
 * module, fails: nothing is forgotten, and nothing is tested under a name that the plan does not have.
 * @param ground what the checks share; it is there when they run
 */
export function testPlan<Ground>(plan: Plan, ground: () => Ground, checks: Checks<Ground>): void {
  describe(plan.name, () => {
    const tested = plan.modules.filter(({ doesNotApply }) => doesNotApply === undefined);
    for (const module of tested) {
      test(titleOf(module), async () => {
        const check = checks[module.name];
        if (check === undefined) throw new Error(`${module.name} has no check`);
        await check(ground());
      });
    }

    test('every check is that of a module', () => {
      const names = new Set(tested.map(({ name }) => name));
      expect(Object.keys(checks).filter((name) => !names.has(name))).toEqual([]);
    });
  });
}
