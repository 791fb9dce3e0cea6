import { afterAll, beforeAll, expect, test } from 'vitest';
import { startActingStage } from '../support/acting.ts';
import type { ActingStage } from '../support/acting.ts';

// Lesson: an exchange gives nothing that was taken away meanwhile, that was given for elsewhere, or that a key guards.

let stage: ActingStage;
beforeAll(async () => {
  stage = await startActingStage();
});
afterAll(async () => stage?.close());

test('a token that is bound to a key does not become one that opens to everybody', async () => {
  const { backend, shop } = stage;
  const bound = await stage.boundTokenOf(shop);
  const { status, body } = await stage.exchange(backend, bound.access_token);
  expect([status, body.error, body.access_token]).toEqual([400, 'invalid_request', undefined]);
});
