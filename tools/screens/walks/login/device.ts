import { askForDevice } from '../../../../test/support/devices.ts';
import { makeApplication } from '../../../../test/support/fixtures.ts';
import { logInAs, press } from '../../person.ts';
import type { Walk } from '../../screen.ts';

/** Logging in on a device without a browser. */
export const device: Walk = {
  title: 'Device',
  async walk(stage, see) {
    const { application } = await makeApplication(stage.service, stage.houses.northwind, {
      kind: 'native',
      name: 'Television',
      deviceLogin: true,
      redirectUris: [],
    });
    const page = await stage.newVisitor();
    const started = await askForDevice(stage.service, application.clientId);
    await page.goto(`${stage.service.url}/device`);
    await see(page, 'Connect a device');
    await page.getByLabel('Code').fill('BBBB-BBBB');
    await press(page, 'Continue');
    await see(page, 'Connect a device, a wrong code');
    await page.getByLabel('Code').fill(started.user_code);
    await press(page, 'Continue');
    await see(page, 'Is this your device?');
    await press(page, 'Yes, it shows this code');
    await logInAs(stage, page, stage.anna);
    await see(page, 'Your device is logged in');
    await page.goto(`${stage.service.url}/device?user_code=${started.user_code}`);
    await press(page, 'Continue');
    await see(page, 'A code that was used');
    const again = await askForDevice(stage.service, application.clientId);
    await page.goto(`${stage.service.url}/device?user_code=${again.user_code}`);
    await press(page, 'Continue');
    await press(page, 'No, not mine');
    await see(page, 'A device that is not mine');
  },
};
