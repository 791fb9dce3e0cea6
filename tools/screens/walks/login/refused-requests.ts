import { logInAs, toLogIn } from '../../person.ts';
import type { Walk } from '../../screen.ts';
import { REPORTS } from '../../stage.ts';

/** Requests of applications that cannot be answered to them: whose it was, and where to go on. */
export const refusedRequests: Walk = {
  title: 'Refused requests',
  async walk(stage, see) {
    const { service, anna, applications } = stage;
    const page = await stage.newVisitor();
    const authorize = (clientId: string): string =>
      `${service.url}/oauth2/authorize?${new URLSearchParams({
        client_id: clientId,
        response_type: 'code',
        scope: 'openid',
        redirect_uri: `${REPORTS}/elsewhere`,
      }).toString()}`;
    const expected = async (address: string): Promise<void> => {
      await page.goto(address);
      stage.complaints.splice(0); // the browser notes the 400
    };
    await expected(authorize('app_aaaaaaaaaaaaaaaaaaaaaaaaaa'));
    await see(page, 'Unknown application');
    await expected(authorize(applications.reports));
    await see(page, 'Redirect URI not registered');
    await toLogIn(stage, page);
    await logInAs(stage, page, anna);
    await page.waitForURL((url) => url.pathname === '/');
    await expected(authorize(applications.reports));
    await see(page, 'Redirect URI not registered, logged in');
    await expected(`${service.url}/logout?client_id=${applications.reports}&id_token_hint=damaged`);
    await see(page, 'Logout request not valid');
    await page.goto(`${service.url}/logout?client_id=${applications.reports}&post_logout_redirect_uri=${REPORTS}/x`);
    await see(page, 'Log out? though the address is not registered');
  },
};
