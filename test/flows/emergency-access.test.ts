import { afterAll, beforeAll, expect, test } from 'vitest';
import { findRootOrganization } from '../../src/organizations/find-organization.ts';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { addUser } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { totpAt } from '../support/totp.ts';
import { sendElsewhere } from '../support/stories.ts';

let service: TestService;
let mailbox: Mailbox;

beforeAll(async () => {
  mailbox = await startMailbox();
  service = await startService({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
});
afterAll(async () => {
  await service.close();
  await mailbox.stop();
});

test('a break-glass administrator gets in although the organization logs in elsewhere; each use is mailed and recorded', async () => {
  const root = await makeRoot(service);
  const ada = await makePerson(service, root, 'ada@northwind.example', { role: 'administrator', breakGlass: true });
  await sendElsewhere(service, root);
  await using browser = openHttpBrowser();
  const identify = await browser.submit(await browser.open(`${service.url}/login/emergency`), {}, { button: 'Log In' });
  const home = await logIn(browser, service, identify, ada);
  expect(home.text).toContain('Configuration');
  const mail = await mailbox.waitForMail({ to: ada.email, subject: 'Emergency access to Gatehouse was used' });
  expect(mail.text).toContain('ada@northwind.example of Northwind');
  const { db } = service.database;
  const kinds = await db.selectFrom('auditEvent').select('kind').where('userId', '=', ada.userId).execute();
  expect(kinds.map((event) => event.kind)).toContain('login.emergency');
  const session = await db
    .selectFrom('session')
    .select(['emergency', 'method'])
    .where('userId', '=', ada.userId)
    .executeTakeFirst();
  expect(session).toEqual({ emergency: true, method: 'built-in' });

  service.clock.advance(11 * 60);
  const stepUp = await browser.submit(await browser.open(`${service.url}/account`), {}, { button: 'Make new codes' });
  expect(stepUp.text).toContain('This change needs a fresh proof that it is you.');
  const code = await totpAt(ada.seed, service.clock.now());
  const back = await browser.submit(stepUp, { code }, { button: 'Continue' });
  expect(back.url.pathname).toBe('/account');
  const codes = await browser.submit(back, {}, { button: 'Make new codes' });
  expect(codes.title).toContain('Save Your Recovery Codes');
});

test('of several users of an address emergency access is for the break-glass user alone', async () => {
  const northwind = (await findRootOrganization(service.database))!;
  const contoso = await makeManaged(service, northwind, 'Contoso');
  const fabrikam = await makeManaged(service, northwind, 'Fabrikam');
  const litware = await makeManaged(service, northwind, 'Litware');
  const address = 'lena@contoso.example';
  await makePerson(service, contoso, address);
  const lena = await makePerson(service, fabrikam, address, { role: 'administrator', breakGlass: true });
  await makePerson(service, litware, address);
  for (const organization of [contoso, fabrikam, litware]) await sendElsewhere(service, organization);
  await using browser = openHttpBrowser();
  const emergency = await browser.open(`${service.url}/login/emergency`);
  await logIn(browser, service, await browser.submit(emergency, {}, { button: 'Log In' }), lena);
  const { db } = service.database;
  const sessions = await db
    .selectFrom('session')
    .select(['userId', 'emergency'])
    .where('organizationId', 'in', [contoso.id, fabrikam.id, litware.id])
    .execute();
  expect(sessions).toEqual([{ userId: lena.userId, emergency: true }]);
});

test('an invited break-glass user of the same address does not stand in its way', async () => {
  const northwind = (await findRootOrganization(service.database))!;
  const contoso = await makeManaged(service, northwind, 'Contoso Retail');
  const fabrikam = await makeManaged(service, northwind, 'Fabrikam Trading');
  const address = 'omar@fabrikam.example';
  const { db } = service.database;
  await addUser({ db, clock: service.clock }, contoso, address, { status: 'pending', breakGlass: true });
  service.clock.advance(1);
  const omar = await makePerson(service, fabrikam, address, { breakGlass: true });
  // The oldest user of an address comes first while nobody's mailbox is proved.
  await db.updateTable('appUser').set({ emailProvenAt: null }).where('id', '=', omar.userId).execute();
  await using browser = openHttpBrowser();
  const emergency = await browser.open(`${service.url}/login/emergency`);
  const home = await logIn(browser, service, await browser.submit(emergency, {}, { button: 'Log In' }), omar);
  expect(home.text).toContain('Your applications');
});
