/**
 * Takes the pictures of the README, in both themes, into `docs/pictures/`: the log-in page and the pane
 * *Authentication settings*. Run it after the pages have changed: `npm run pictures`.
 */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { projectFolder } from './project.ts';
import { authorizeUrl } from './screens/person.ts';
import { SCHEMES, showScheme } from './screens/screen.ts';
import { ENTRA_CLIENT, openStage, REPORTS, setStage } from './screens/stage.ts';
import type { SetStage } from './screens/stage.ts';
import { openThrowawayDatabase } from './screens/throwaway-database.ts';
import { enterConsole, openConsole, settled } from './screens/walks/console/the-console.ts';

/** Where such a service would be; the stage has a port of the moment. */
const PUBLIC_URL = 'https://sso.northwind.example';
/** Larger ones make the README slow to read. */
const MOST_BYTES = 150_000;
const folder = join(projectFolder, 'docs/pictures');

async function take(page: Page, name: string): Promise<void> {
  for (const scheme of SCHEMES) {
    await showScheme(page, scheme);
    const path = join(folder, `${name}${scheme === 'dark' ? '-dark' : ''}.png`);
    await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
    const { size } = await stat(path);
    console.log(`${path.slice(projectFolder.length + 1)}: ${Math.round(size / 1000)} kB`);
    if (size > MOST_BYTES) process.exitCode = 1;
  }
}

async function takeLogIn(stage: SetStage): Promise<void> {
  const page = await stage.newVisitor({ viewport: { width: 960, height: 600 }, deviceScaleFactor: 2 });
  await page.goto(authorizeUrl(stage, stage.applications.reports, `${REPORTS}/callback`));
  await page.getByLabel('Email address').fill('maria@contoso.example');
  await take(page, 'login');
}

async function takeAuthenticationSettings(stage: SetStage): Promise<void> {
  const page = await enterConsole(stage);
  await page.setViewportSize({ width: 1320, height: 764 });
  await page.route('**/api/v1/**', async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replaceAll(stage.service.url, PUBLIC_URL);
    await route.fulfill({ response: answer, body });
  });
  await openConsole(stage, page, '/my-organization/authentication-settings');
  await page.getByLabel('Method').selectOption('entra-id');
  await page.getByText('(found from northwind.example)').waitFor();
  await page.getByLabel('Client ID').fill(ENTRA_CLIENT);
  await page.getByLabel('Client ID').blur();
  await page.getByText(/^The directory .* answers/).waitFor();
  await settled(page);
  await take(page, 'authentication-settings');
}

await mkdir(folder, { recursive: true });
await using database = await openThrowawayDatabase();
await using stage = await openStage(database);
const set = await setStage(stage);
await takeLogIn(set);
await takeAuthenticationSettings(set);
