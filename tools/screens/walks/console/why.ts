import { formatId } from '../../../../src/base/ids.ts';
import { makeManaged, makePerson } from '../../../../test/support/fixtures.ts';
import { button, enterConsole, openConsole } from './the-console.ts';
import type { Walk } from '../../screen.ts';

/** *Why?*: logins that succeeded and failed, one of each step by step, and what would happen if somebody logged in now. */
export const why: Walk = {
  title: 'Why a login failed',
  async walk(stage, see) {
    const page = await enterConsole(stage);
    // Of its own: other walks change how the others log in.
    const tailspin = await makeManaged(stage.service, stage.houses.northwind, 'Tailspin Toys');
    const { email } = await makePerson(stage.service, tailspin, 'paul@tailspin.example');
    const person = await stage.newVisitor();
    await person.goto(`${stage.service.url}/login/start`);
    await person.getByLabel('Email address').fill(email);
    await person.getByRole('button', { name: 'Continue' }).click();
    await person.getByLabel('Password', { exact: true }).fill('not the one');
    await person.getByRole('button', { name: 'Continue' }).click();
    await person.getByText('don’t match').first().waitFor();
    const organization = `/managed-organizations/${formatId('org', tailspin.id)}`;
    await openConsole(stage, page, `${organization}/why`);
    await see(page, 'Why?, logins');
    await page.getByLabel('Email address').fill(email);
    await button(page, 'Show').click();
    await page.getByText('was typed').waitFor();
    await see(page, 'Why?, what would happen');
    await page.getByRole('main').getByRole('link', { name: email }).first().click();
    await page.getByRole('heading', { name: 'Step by step' }).waitFor();
    await see(page, 'Why?, a login');
    await openConsole(stage, page, `${organization}/why?search=nobody`);
    await see(page, 'Why?, no match');
  },
};
