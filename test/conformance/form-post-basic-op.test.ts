import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { headerOf } from '../support/page.ts';
import { BASIC } from './basic/basic.ts';
import { PLANS } from './plans/plans.ts';
import { startProviderGround } from './provider-ground.ts';
import type { ProviderGround } from './provider-ground.ts';
import { testPlan } from './test-plan.ts';

let ground: ProviderGround;

beforeAll(async () => {
  ground = await startProviderGround('form_post');
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});

testPlan(PLANS.formPostBasic, () => ground, BASIC);

test('a browser runs the script that posts the answer: the policy of the page allows that one alone (Form Post 2, CSP 3)', async () => {
  await using browser = ground.open();
  const page = await browser.open(ground.request(ground.client, { prompt: 'none' }));
  const script = /<script>([^]*?)<\/script>/.exec(page.body)?.[1] ?? '';
  const digest = createHash('sha256').update(script).digest('base64');
  const policy = headerOf(page, 'content-security-policy') ?? '';
  expect(policy).toContain(`'sha256-${digest}'`);
  expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
  expect(policy).not.toContain('form-action');
});
