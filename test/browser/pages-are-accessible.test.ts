import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONSOLE_WALKS, LOGIN_WALKS } from '../../tools/screens/all-walks.ts';
import { showScheme } from '../../tools/screens/screen.ts';
import type { Scheme } from '../../tools/screens/screen.ts';
import { openStage, setStage } from '../../tools/screens/stage.ts';
import type { SetStage } from '../../tools/screens/stage.ts';
import { walkSetup } from '../../tools/screens/walk-the-door.ts';

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
describe('every screen: nothing for axe to find in either theme, one h1, no complaint of the browser, 320 pixels', () => {
  test('Setup', () => {
    expect(faultsOfSetup).toEqual([]);
  });

  for (const { title, walk } of [...LOGIN_WALKS, ...CONSOLE_WALKS]) {
    test(title, async () => {
      const faults: string[] = [];
      let screens = 0;
      await walk(stage, async (page, name) => {
        screens += 1;
        faults.push(...(await faultsOf(page, name)));
      });
      expect([...faults, ...stage.complaints.splice(0)]).toEqual([]);
      expect(screens).toBeGreaterThan(0);
    });
  }
});

/** What a person who sees little, uses no mouse, or has a small screen would stumble over on the page as it stands. */
async function faultsOf(page: Page, name: string): Promise<string[]> {
  const faults = [...(await axe(page, 'light')), ...(await axe(page, 'dark'))];
  const headings = await page.locator('h1').count();
  if (headings !== 1) faults.push(`${headings} h1`);
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  const wide = await widthAtRest(page);
  if (wide > 320) faults.push(`${wide} pixels wide on a screen of 320`);
  if (before !== null) await page.setViewportSize(before);
  return faults.map((fault) => `${name}: ${fault}`);
}

/** An open menu or dialog is put in its new place by a script after the resize: what stays too wide is the fault. */
async function widthAtRest(page: Page): Promise<number> {
  let width = Infinity;
  for (let look = 0; look < 50 && width > 320; look += 1) {
    if (look > 0) await page.waitForTimeout(100);
    width = await page.evaluate<number>('document.documentElement.scrollWidth');
  }
  return width;
}

/** All rules in light; in dark, where nothing but the colours differs, those of colours. */
async function axe(page: Page, scheme: Scheme): Promise<string[]> {
  await showScheme(page, scheme);
  // Pages of ours have no frames: no second page is needed to gather the findings.
  const builder = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (scheme === 'light' ? builder : builder.withRules(['color-contrast'])).analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${scheme}: ${id} (${help}): ${node.html.slice(0, 160)}`),
  );
}
