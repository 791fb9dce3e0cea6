import { formatId } from '../../../../src/base/ids.ts';
import { readProviders } from '../../../../test/support/provider-readings.ts';
import { giveAddress, toLogIn } from '../../person.ts';
import type { Walk } from '../../screen.ts';
import { button, dialog, enterConsole } from './the-console.ts';

/** A provider that replaced all its keys: what people and administrators see until one of them confirms that. */
export const holds: Walk = {
  title: 'A provider that changed',
  async walk(stage, see) {
    const { service, houses, contoso } = stage;
    await contoso.rotateKeys();
    await readProviders(service);
    const person = await stage.newVisitor();
    await toLogIn(stage, person);
    await giveAddress(person, 'maria@contoso.example');
    await person.getByText('an administrator has to confirm').waitFor();
    await see(person, 'Held, for a person');
    const page = await enterConsole(stage);
    await page.goto(`${service.url}/console/managed-organizations`);
    await page.getByText('Waits for a confirmation').first().waitFor();
    await see(page, 'Held, in the list');
    await page.goto(`${service.url}/console/managed-organizations/${formatId('org', houses.contoso.id)}`);
    await button(page, 'Confirm change').waitFor();
    await see(page, 'Held, Authentication');
    await button(page, 'Confirm change').click();
    await dialog(page).getByText('Is this change the provider’s own?').waitFor();
    await see(page, 'Held, confirm');
    await dialog(page).getByRole('button', { name: 'Confirm change' }).click();
    await page.getByText('Confirmed. People log in through the provider again.').first().waitFor();
    await button(page, 'Confirm change').waitFor({ state: 'detached' });
  },
};
