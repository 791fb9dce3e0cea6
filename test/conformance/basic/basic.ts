import type { ProviderGround } from '../provider-ground.ts';
import type { Checks } from '../test-plan.ts';
import { CLAIMS } from './claims.ts';
import { FLOW } from './flow.ts';
import { PROMPTS } from './prompts.ts';
import { REFUSALS } from './refusals.ts';

/** The checks of the Basic plan, in the response mode of the ground. */
export const BASIC: Checks<ProviderGround> = { ...FLOW, ...CLAIMS, ...PROMPTS, ...REFUSALS };
