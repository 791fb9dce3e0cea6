import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { Result } from 'axe-core';
import { showScheme } from '../../tools/screens/screen.ts';
import type { Scheme, Walk } from '../../tools/screens/screen.ts';
import type { SetStage } from '../../tools/screens/stage.ts';

/** What a person who sees little, uses no mouse, or has a small screen would stumble over on the page as it stands. */
export async function faultsOf(page: Page, name: string): Promise<string[]> {
  const faults = await axe(page);
  const headings = await page.locator('h1').count();
  if (headings !== 1) faults.push(`${headings} h1`);
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  const wide = await widthAtRest(page);
  if (wide > 320) faults.push(`${wide} pixels wide on a screen of 320`);
  if (before !== null) await page.setViewportSize(before);
  return faults.map((fault) => `${name}: ${fault}`);
}

/** Walks through screens; what was found on them, and what the browser complained about. */
export async function faultsOfWalk(stage: SetStage, walk: Walk['walk']): Promise<string[]> {
  const faults: string[] = [];
  let screens = 0;
  await walk(stage, async (page, name) => {
    screens += 1;
    faults.push(...(await faultsOf(page, name)));
  });
  if (screens === 0) faults.push('the walk saw no screen');
  return [...faults, ...stage.complaints.splice(0)];
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

const AXE = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** The scheme each page was left in. */
const shown = new WeakMap<Page, Scheme>();

/** All rules in the scheme the page stands in; in the other one, where nothing but the colours differs, those of colours. */
async function axe(page: Page): Promise<string[]> {
  const first = shown.get(page) ?? 'light';
  const second = first === 'light' ? 'dark' : 'light';
  shown.set(page, second);
  return [...(await axeIn(page, first, {})), ...(await axeIn(page, second, { runOnly: ['color-contrast'] }))];
}

async function axeIn(page: Page, scheme: Scheme, options: { runOnly?: readonly string[] }): Promise<string[]> {
  await showScheme(page, scheme);
  const violations = await violationsOn(page, options);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${scheme}: ${id} (${help}): ${node.html.slice(0, 160)}`),
  );
}

/**
 * What axe finds on the page as it stands. It is loaded once for each document, as loading takes longer than looking; pages
 * of ours have no frames. What passes is not listed: that takes long, too.
 */
export async function violationsOn(
  page: Page,
  options: { readonly runOnly?: readonly string[] } = {},
): Promise<Result[]> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(AXE);
  const asked = JSON.stringify({ ...options, resultTypes: ['violations'] });
  return page.evaluate<Result[]>(`axe.run(document, ${asked}).then(({ violations }) => violations)`);
}
