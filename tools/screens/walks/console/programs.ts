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
    await openConsole(stage, page, '/applications/guides');
    await see(page, 'Guides');
    await openConsole(stage, page, '/applications/guides/miniflux');
    await see(page, 'Guide of a program');
  },
};
