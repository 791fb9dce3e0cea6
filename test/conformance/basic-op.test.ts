import { afterAll, beforeAll } from 'vitest';
import { BASIC } from './basic/basic.ts';
import { PLANS } from './plans/plans.ts';
import { startProviderGround } from './provider-ground.ts';
import type { ProviderGround } from './provider-ground.ts';
import { testPlan } from './test-plan.ts';

let ground: ProviderGround;

beforeAll(async () => {
  ground = await startProviderGround();
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});

testPlan(PLANS.basic, () => ground, BASIC);
