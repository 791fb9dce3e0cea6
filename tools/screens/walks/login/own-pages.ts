import { logInAs, press, toLogIn } from '../../person.ts';
import type { Walk } from '../../screen.ts';

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
    await page.goto(`${service.url}/logout`);
    await see(page, 'Log out?');
    await press(page, 'Log out');
    await see(page, 'Logged out');
  },
};
