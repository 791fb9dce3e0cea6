import { afterAll, beforeAll } from 'vitest';
import { FLOW } from './fapi-2/flow.ts';
import { startFapi2Ground } from './fapi-2/ground.ts';
import type { Fapi2Ground } from './fapi-2/ground.ts';
import { PROOFS } from './fapi-2/proofs.ts';
import { REQUESTS } from './fapi-2/requests.ts';
import { TOKENS } from './fapi-2/tokens.ts';
import { PLANS } from './plans/plans.ts';
import { testPlan } from './test-plan.ts';

let ground: Fapi2Ground;

beforeAll(async () => {
  ground = await startFapi2Ground();
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});

testPlan(PLANS.fapi2, () => ground, { ...FLOW, ...PROOFS, ...REQUESTS, ...TOKENS });
