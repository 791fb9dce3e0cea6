import type { Page } from 'playwright-core';
import { authorizeUrl, logInAs, press, toLogIn } from '../../person.ts';
import type { See, Walk } from '../../screen.ts';
import { REPORTS } from '../../stage.ts';
import type { SetStage } from '../../stage.ts';

/** *Your applications*, *Your account*, and the way out. */
export const ownPages: Walk = {
  title: 'Own pages',
  async walk(stage, see) {
    const { service, anna } = stage;
    const page = await stage.newVisitor();
    await toLogIn(stage, page);
    await logInAs(stage, page, anna);
    await page.waitForURL((url) => url.pathname === '/');
    await see(page, 'Your applications, none');
    await page.goto(`${service.url}/account`);
    await see(page, 'Account');
    await press(page, 'Change name');
    await see(page, 'Account, your name');
    await proveAddress(stage, page, see);
    await page.goto(`${service.url}/account`);
    await press(page, 'Add an authenticator app');
    await see(page, 'Account, add an authenticator app');
    await page.goto(`${service.url}/account`);
    await press(page, 'Add a security key');
    await see(page, 'Account, add a security key');
    await page.goto(`${service.url}/account`);
    await press(page, 'Make new codes');
    await see(page, 'Account, new recovery codes');
    const { db } = service.database;
    const earlier = new Date(service.clock.now().getTime() - 11 * 60_000);
    const newest = db.selectFrom('session').select('id').where('userId', '=', anna.userId);
    const ofThisPage = newest.orderBy('loggedInAt', 'desc').limit(1);
    await db.updateTable('session').set({ factorAt: earlier }).where('id', '=', ofThisPage).execute();
    await page.goto(`${service.url}/account`);
    await press(page, 'Make new codes');
    await see(page, 'Fresh proof');
    await asWhom(stage, page, see);
    await page.goto(`${service.url}/logout`);
    await see(page, 'Log out?');
    await press(page, 'Log out');
    await see(page, 'Logged out');
  },
};

/** An address that nothing proved, and what was allowed: in the account, and the page of the code. */
async function proveAddress({ service, anna }: SetStage, page: Page, see: See): Promise<void> {
  const { db } = service.database;
  const own = db.updateTable('appUser').where('id', '=', anna.userId);
  const now = service.clock.now();
  await own.set({ emailProvenAt: null, name: 'Anna Silva', locale: 'pt-BR' }).execute();
  const { id: applicationId } = await db
    .selectFrom('application')
    .select('id')
    .where('firstParty', '=', false)
    .executeTakeFirstOrThrow();
  const { organizationId, userId } = anna;
  const consent = { userId, organizationId, applicationId, scope: 'openid profile email', grantedAt: now };
  await db.insertInto('applicationConsent').values(consent).execute();
  await page.goto(`${service.url}/account`);
  await see(page, 'Account, address not proven and an application allowed');
  await press(page, 'Prove my address');
  await see(page, 'Account, prove my address');
  await page.getByLabel('Code from the mail').fill('000000');
  await press(page, 'Continue');
  await see(page, 'Account, prove my address, wrong code');
  await db.deleteFrom('applicationConsent').where('userId', '=', userId).execute();
  await own.set({ emailProvenAt: now, name: null, locale: null }).execute();
}

/** An application asks which account to use, or expects another one. */
async function asWhom(stage: SetStage, page: Page, see: See): Promise<void> {
  const { reports } = stage.applications;
  await page.goto(authorizeUrl(stage, reports, `${REPORTS}/callback`, { prompt: 'select_account' }));
  await see(page, 'Which account?');
  await page.goto(authorizeUrl(stage, reports, `${REPORTS}/callback`, { login_hint: 'tom@contoso.example' }));
  await see(page, 'Which account, another one expected');
}
