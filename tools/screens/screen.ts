import type { Page } from 'playwright-core';
import type { SetStage } from './stage.ts';

/** Called with each screen as a person meets it; the page stands still until it answers. */
export type See = (page: Page, name: string) => Promise<void>;

export const SCHEMES = ['light', 'dark'] as const;
export type Scheme = (typeof SCHEMES)[number];

/** Shows the page in a scheme and waits until it stands still: loaded, the console in that scheme, nothing in motion. */
export async function showScheme(page: Page, scheme: Scheme): Promise<void> {
  await page.waitForLoadState('load');
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  const other = SCHEMES.find((one) => one !== scheme);
  await page.locator(`html[data-mantine-color-scheme=${other}]`).waitFor({ state: 'detached' });
  await standsStill(page);
}

/** Fonts are there, what was changed is drawn, nothing is in motion. */
export async function standsStill(page: Page): Promise<void> {
  await page.evaluate(NOTHING_MOVES);
}

// In the page: as text, as this project's types know no document. Two frames, so that what was changed is drawn.
const NOTHING_MOVES = `(async () => {
  await document.fonts.ready;
  const frame = () => new Promise(requestAnimationFrame);
  do await frame().then(frame);
  while (document.getAnimations().some((motion) => motion.playState === 'running'));
})()`;

/** A way through some screens, from a stage that was set. It leaves the stage so that the other walks still can be walked. */
export interface Walk {
  /** What its screens have in common. */
  title: string;
  walk(stage: SetStage, see: See): Promise<void>;
}
