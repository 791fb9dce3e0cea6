import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONSOLE_WALKS } from '../../tools/screens/all-walks.ts';
import { openStage, setStage } from '../../tools/screens/stage.ts';
import type { SetStage } from '../../tools/screens/stage.ts';
import { faultsOfWalk } from './faults-of-a-screen.ts';

let stage: SetStage;

beforeAll(async () => {
  stage = await setStage(await openStage());
});
afterAll(async () => {
  await stage?.close();
});

// The same screens that the contact sheets show: whoever adds one there has it tried here.
describe('every screen of the console: nothing for axe to find in either theme, one h1, no complaint of the browser, 320 pixels', () => {
  for (const { title, walk } of CONSOLE_WALKS) {
    test(title, async () => {
      expect(await faultsOfWalk(stage, walk)).toEqual([]);
    });
  }
});
