import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../tools/project.ts';
import { PLANS } from '../conformance/plans/plans.ts';
import type { Plan } from '../conformance/plans/plan.ts';

const plans: readonly (readonly [key: string, plan: Plan])[] = Object.entries(PLANS);

/**
 * How many modules the suite's release has in each plan: those it runs with our variant, and those it names for others. Counted
 * in its own lists, so that a row that is lost here is missed.
 */
const COUNTED: Readonly<Record<keyof typeof PLANS, { runs: number; forOthers: number }>> = {
  config: { runs: 1, forOthers: 0 },
  // Three are for registration by request; what they check is tested nevertheless.
  basic: { runs: 35, forOthers: 3 },
  formPostBasic: { runs: 35, forOthers: 3 },
  rpInitiatedLogout: { runs: 11, forOthers: 0 },
  backChannelLogout: { runs: 2, forOthers: 0 },
  fapi2: { runs: 56, forOthers: 17 },
  basicRelyingParty: { runs: 14, forOthers: 0 },
  configRelyingParty: { runs: 6, forOthers: 0 },
  // With `id_token` alone; three more with an access token beside it.
  formPostImplicitRelyingParty: { runs: 12, forOthers: 3 },
};

test.each(plans)('%s: every module of the plan is here once, by a name of the suite', (key, plan) => {
  const { runs, forOthers } = COUNTED[key as keyof typeof PLANS];
  const names = plan.modules.map(({ name }) => name);
  expect(names).toHaveLength(runs + forOthers);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^(?:oidcc|fapi2-security-profile-final)-[\w-]+$/.test(name))).toEqual([]);
});

test.each(plans)('%s: a module is tested or says why not, in a sentence', (_key, plan) => {
  const unexplained = plan.modules.filter(
    ({ section, holds, doesNotApply }) =>
      section === '' || holds === '' || (doesNotApply ?? 'tested').trim().length < 6,
  );
  expect(unexplained).toEqual([]);
});

// `testPlan` makes the tests, and fails for a module that has no check.
test.each(plans)('%s: its file runs the plan', (key, plan) => {
  expect(readFileSync(join(projectFolder, plan.test), 'utf8')).toContain(`testPlan(PLANS.${key}, `);
});
