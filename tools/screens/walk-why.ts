import { formatId } from '../../src/base/ids.ts';
import { button, enterConsole, openConsole } from './walk-the-console.ts';
import type { Walk } from './screen.ts';

/** *Why?*: logins that succeeded and failed, one of each step by step, and what would happen if somebody logged in now. */
export const why: Walk = {
  title: 'Why a login failed',
  async walk(stage, see) {
    const page = await enterConsole(stage);
    const person = await stage.newVisitor();
    await person.goto(`${stage.service.url}/login/start`);
    await person.getByLabel('Email address').fill(stage.paul.email);
    await person.getByRole('button', { name: 'Continue' }).click();
    await person.getByLabel('Password', { exact: true }).fill('not the one');
    await person.getByRole('button', { name: 'Continue' }).click();
    await person.getByText('don’t match').first().waitFor();
    const retail = `/managed-organizations/${formatId('org', stage.houses.contosoRetail.id)}`;
    await openConsole(stage, page, `${retail}/why`);
    await see(page, 'Why?, logins');
    await page.getByLabel('Email address').fill(stage.paul.email);
    await button(page, 'Show').click();
    await page.getByText('was typed').waitFor();
    await see(page, 'Why?, what would happen');
    await page.getByRole('main').getByRole('link', { name: stage.paul.email }).first().click();
    await page.getByRole('heading', { name: 'Step by step' }).waitFor();
    await see(page, 'Why?, a login');
    await openConsole(stage, page, `${retail}/why?search=nobody`);
    await see(page, 'Why?, no match');
  },
};
