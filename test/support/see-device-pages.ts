import { askForDevice } from './devices.ts';
import { makeApplication, makePerson } from './fixtures.ts';
import type { Person } from './fixtures.ts';
import type { LookingBrowser } from './looking-browser.ts';
import type { TestService } from './start-service.ts';
import type { Organization } from '../../src/organizations/organization.ts';

/** Looks at the pages of a device that logs somebody in: a wrong code, the question, done, a used code, a refusal. */
export async function seeDevicePages(
  service: TestService,
  root: Organization,
  { looking, logIn }: { looking(): LookingBrowser; logIn(browser: LookingBrowser, person: Person): Promise<unknown> },
): Promise<void> {
  const tim = await makePerson(service, root, 'tim@northwind.example');
  const settings = { kind: 'native' as const, name: 'Tickets', deviceLogin: true, redirectUris: [] };
  const { application } = await makeApplication(service, root, settings);
  await using browser = looking();
  await logIn(browser, tim);
  const enter = await browser.open(`${service.url}/device`);
  const started = await askForDevice(service, application.clientId);
  const wrong = await browser.main(enter, { user_code: 'BBBB-BBBB' });
  const confirm = await browser.main(wrong, { user_code: started.user_code });
  await browser.submit(confirm, {}, { form: 'form.actions', forged: { confirm: 'yes' } });
  const used = await browser.main(await browser.open(`${service.url}/device`), { user_code: started.user_code });
  const again = await askForDevice(service, application.clientId);
  const asked = await browser.main(used, { user_code: again.user_code });
  await browser.submit(asked, {}, { form: 'form.actions', forged: { abort: 'yes' } });
}
