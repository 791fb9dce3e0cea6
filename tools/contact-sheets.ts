/**
 * Takes a picture of every screen, in both themes and two widths, into `screens/`, and lays them out on contact sheets,
 * so that they can be looked at side by side:
 *
 *   npm run screens                everything
 *   npm run screens -- console     what has "console" in its walk's title
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { projectFolder } from './project.ts';
import { CONSOLE_WALKS, LOGIN_WALKS } from './screens/all-walks.ts';
import { seeMails } from './screens/mails.ts';
import { SCHEMES, showScheme } from './screens/screen.ts';
import { openStage, setStage } from './screens/stage.ts';
import { openThrowawayDatabase } from './screens/throwaway-database.ts';
import { walkSetup } from './screens/walks/login/the-door.ts';

const WIDTHS = [
  { name: 'desktop', width: 1320, height: 860, shown: 440 },
  { name: 'phone', width: 360, height: 740, shown: 240 },
] as const;

interface Picture {
  part: string;
  name: string;
  file: string;
  scheme: (typeof SCHEMES)[number];
  width: (typeof WIDTHS)[number]['name'];
}

const folder = join(projectFolder, 'screens');
const wanted = process.argv.slice(2).map((word) => word.toLowerCase());
const pictures: Picture[] = [];
let part = '';

/** One screen: four pictures of the page as it stands. */
async function see(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  // A dialog covers what is in view; below it a full page would show itself uncovered.
  const fullPage = !(await page.getByRole('dialog').first().isVisible());
  for (const { name: width, width: pixels, height } of WIDTHS) {
    await page.setViewportSize({ width: pixels, height });
    for (const scheme of SCHEMES) {
      await showScheme(page, scheme);
      const file = `${slug(part)}-${slug(name)}-${width}-${scheme}.png`;
      await page.screenshot({ path: join(folder, file), fullPage, animations: 'disabled' });
      pictures.push({ part, name, file, scheme, width });
    }
  }
  if (before !== null) await page.setViewportSize(before);
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** A sheet for each part, theme and width: the pictures in the order in which they were met. */
async function composeSheets(browser: Browser): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1880, height: 900 } });
  const page = await context.newPage();
  for (const [about, shown] of Map.groupBy(pictures, (one) => `${one.part}\n${one.width}\n${one.scheme}`)) {
    const [title = '', width = '', scheme = ''] = about.split('\n');
    const size = WIDTHS.find((one) => one.name === width)!.shown;
    const figures = shown.map(
      (one) =>
        `<figure><img src="${pathToFileURL(join(folder, one.file)).href}"><figcaption>${one.name}</figcaption></figure>`,
    );
    const html = `<!doctype html><meta charset="utf-8"><style>body{margin:24px;font:13px/1.4 sans-serif;background:${scheme === 'dark' ? '#333;color:#eee' : '#ccc;color:#222'}}
main{display:flex;flex-wrap:wrap;gap:20px;align-items:flex-start}figure{margin:0;width:${size}px}img{width:100%;display:block}figcaption{padding:6px 0}</style>
<h1>${title}, ${width}, ${scheme}</h1><main>${figures.join('')}</main>`;
    const source = join(folder, 'sheet.html');
    await writeFile(source, html);
    await page.goto(pathToFileURL(source).href);
    await page.screenshot({ path: join(folder, `sheet-${slug(title)}-${width}-${scheme}.png`), fullPage: true });
    await rm(source);
  }
  await context.close();
}

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
await using database = await openThrowawayDatabase();
await using stage = await openStage(database);
part = 'Setup';
const all = wanted.length === 0;
if (all || wanted.includes('setup')) await walkSetup(stage, see);
const set = await setStage(stage);
for (const { title, walk } of [...LOGIN_WALKS, ...CONSOLE_WALKS]) {
  if (!all && !wanted.some((word) => title.toLowerCase().includes(word))) continue;
  part = title;
  console.log(title);
  try {
    await walk(set, see);
  } catch (error) {
    // What was seen until then is laid out all the same.
    console.error(error);
    process.exitCode = 1;
  }
}
part = 'Mails';
await seeMails(set, see);
await composeSheets(stage.browser);
console.log(`${pictures.length} pictures in screens/`);
