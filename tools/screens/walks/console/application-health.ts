import type { Walk } from '../../screen.ts';
import { REPORTS } from '../../stage.ts';
import type { SetStage } from '../../stage.ts';
import { enterConsole, openConsole } from './the-console.ts';

/** Sends what a wrong application sends: a redirect URI with a slash too many, a wrong secret, a logout elsewhere. */
async function misbehave({ service, applications }: SetStage): Promise<void> {
  const clientId = applications.reports;
  const open = async (path: string, parameters: Record<string, string>): Promise<unknown> =>
    fetch(`${service.url}${path}?${new URLSearchParams({ client_id: clientId, ...parameters }).toString()}`, {
      redirect: 'manual',
    });
  const asked = { response_type: 'code', scope: 'openid', redirect_uri: `${REPORTS}/callback/` };
  await open('/oauth2/authorize', asked);
  await open('/oauth2/authorize', asked);
  await open('/logout', { post_logout_redirect_uri: 'https://elsewhere.example/goodbye' });
  await fetch(`${service.url}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:not-the-secret`)}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code: 'x', redirect_uri: `${REPORTS}/callback` }),
  });
}

/** How an application fares, and an address that came, added. */
export const applicationHealth: Walk = {
  title: 'Console, health of an application',
  async walk(stage, see) {
    await misbehave(stage);
    const page = await enterConsole(stage);
    await openConsole(stage, page, '/applications');
    await see(page, 'Applications, one failing');
    await page.getByRole('link', { name: 'Reports' }).click();
    await page.getByText('another client secret than ours').waitFor();
    await see(page, 'Application, failing');
    const added = `${REPORTS}/callback/`;
    const failure = page.getByRole('listitem').filter({ hasText: 'asked for the answer at' });
    // Its host is of no registered address: it is typed first.
    const elsewhere = page.getByRole('listitem').filter({ hasText: 'elsewhere.example' });
    await elsewhere.getByRole('button', { name: 'Add this one' }).click();
    const question = page.getByRole('dialog', { name: 'Add this logout URI?' });
    await question.getByRole('button', { name: 'Add this one' }).click();
    await see(page, 'Add a logout URI of a new host?');
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    await failure.getByRole('button', { name: 'Add this one' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add this redirect URI?' });
    await dialog.getByText(added).waitFor();
    await see(page, 'Add this redirect URI?');
    await dialog.getByRole('button', { name: 'Add this one' }).click();
    await failure.waitFor({ state: 'detached' });
    // The form has it too: saved later, it does not take it out again.
    const uris = page.getByLabel(/^Redirect URIs/);
    const isWritten = async (): Promise<boolean> => (await uris.inputValue()).split('\n').includes(added);
    for (let look = 0; look < 300 && !(await isWritten()); look += 1) await page.waitForTimeout(100);
    if (!(await isWritten())) throw new Error(`the form does not have ${added}`);
    await see(page, 'Application, a redirect URI added');
    await page
      .getByRole('link', { name: /^Why\?/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Cause' }).or(page.getByText('application.')).first().waitFor();
    await see(page, 'Why a request of an application was refused');
  },
};
