import type { Walk } from '../../screen.ts';
import { button, dialog, enterConsole, openConsole, settled } from './the-console.ts';

/** *Register application* by a preset: which program, its page, what is set there; the guides. */
export const programs: Walk = {
  title: 'Console, programs',
  async walk(stage, see) {
    const page = await enterConsole(stage);
    await openConsole(stage, page, '/applications/register');
    await see(page, 'Which program?');
    await page.getByLabel('Search by name or purpose').fill('nothing of that kind');
    await page.getByText('There is no preset for').waitFor();
    await see(page, 'Which program?, none');
    await openConsole(stage, page, '/applications/register/miniflux');
    await see(page, 'Register a program');
    await button(page, 'Register').click();
    await page.getByText('Enter the address at which people open it.').waitFor();
    await see(page, 'Register a program, no address');
    await page.getByLabel('Address of Miniflux').fill('https://rss.northwind.example');
    await see(page, 'Register a program, with its address');
    await button(page, 'Register').click();
    await page.getByRole('heading', { level: 1, name: 'Set up Miniflux' }).waitFor();
    await settled(page);
    await see(page, 'What to set there');
    await page.getByRole('link', { name: 'Users' }).first().click();
    await dialog(page).waitFor();
    await see(page, 'Leave without storing the client secret?');
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    await button(page, 'I have stored it').click();
    await page.getByRole('link', { name: 'What to set there' }).click();
    await page.getByText('The client secret cannot be shown again.').waitFor();
    await see(page, 'What to set there, later');
    await page.getByRole('link', { name: 'Miniflux' }).first().click();
    await page.getByLabel('Unproven addresses').check({ force: true });
    await page.getByText('If people use it already').waitFor();
    await see(page, 'Unproven addresses change');
    await page.getByLabel('Unproven addresses').uncheck({ force: true });
    await page.goto(
      await page.getByRole('link', { name: 'Try it' }).evaluate((link) => (link as unknown as { href: string }).href),
    );
    await button(page, 'Log in').waitFor();
    await see(page, 'Try it');
    await button(page, 'Log in').click();
    await page.getByText('The login works.').waitFor();
    await settled(page);
    await see(page, 'Tried');
    await page.reload();
    await page.getByRole('heading', { name: 'Nothing to show' }).waitFor();
    await see(page, 'Tried, read already');
    await openConsole(stage, page, '/applications/register/other');
    await see(page, 'Any other program');
    await page.getByLabel('Redirect URI').fill('https://books.northwind.example/callback');
    await button(page, 'Register').click();
    await see(page, 'Any other program, no name');
    await page.getByLabel('Name', { exact: true }).fill('Books');
    await button(page, 'Register').click();
    await page.getByRole('heading', { level: 1, name: 'Set up Books' }).waitFor();
    await see(page, 'What to enter there');
    await button(page, 'I have stored it').click();
    await openConsole(stage, page, '/applications/guides');
    await see(page, 'Guides');
    await openConsole(stage, page, '/applications/guides/miniflux');
    await see(page, 'Guide of a program');
  },
};
