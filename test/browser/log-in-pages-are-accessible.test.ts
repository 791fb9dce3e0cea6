import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOGIN_WALKS } from '../../tools/screens/all-walks.ts';
import { openStage, setStage } from '../../tools/screens/stage.ts';
import type { SetStage } from '../../tools/screens/stage.ts';
import { walkSetup } from '../../tools/screens/walks/login/the-door.ts';
import { faultsOf, faultsOfWalk } from './faults-of-a-screen.ts';

let stage: SetStage;
const faultsOfSetup: string[] = [];

beforeAll(async () => {
  const bare = await openStage();
  await walkSetup(bare, async (page, name) => void faultsOfSetup.push(...(await faultsOf(page, name))));
  stage = await setStage(bare);
});
afterAll(async () => {
  await stage?.close();
});

// The same screens that the contact sheets show: whoever adds one there has it tried here.
describe('every log-in screen: nothing for axe to find in either theme, one h1, no complaint of the browser, 320 pixels', () => {
  test('Setup', () => {
    expect(faultsOfSetup).toEqual([]);
  });

  for (const { title, walk } of LOGIN_WALKS) {
    test(title, async () => {
      expect(await faultsOfWalk(stage, walk)).toEqual([]);
    });
  }
});
