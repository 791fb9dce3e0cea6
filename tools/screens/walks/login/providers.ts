import type { Page } from 'playwright-core';
import { formatId } from '../../../../src/base/ids.ts';
import { authorizeUrl, giveAddress, press, toLogIn } from '../../person.ts';
import type { See, Walk } from '../../screen.ts';
import { REPORTS } from '../../stage.ts';
import { invite } from './invitations.ts';
import type { SetStage } from '../../stage.ts';

/** Through Contoso, an identity provider: the way out, who one is there, and what may go wrong. */
export const providers: Walk = {
  title: 'Identity provider',
  async walk(stage, see) {
    const { service, houses, contoso } = stage;
    const link = `${service.url}/login/o/${formatId('org', houses.contoso.id)}`;

    const stranger = await stage.newVisitor();
    await stranger.goto(link);
    await see(stranger, 'Way out, by a link');
    await press(stranger, 'Continue');
    await logInAtContoso(stage, stranger, 'stranger@contoso.example');
    await see(stranger, 'Refused, nobody we know');

    const tom = await stage.newVisitor();
    await toLogIn(stage, tom);
    await giveAddress(tom, 'tom@contoso.example');
    await logInAtContoso(stage, tom, 'thomas@contoso.example');
    await see(tom, 'Is this you?');
    await press(tom, 'Send a code to tom@contoso.example');
    await see(tom, 'Is this you?, code sent');
    await tom.getByLabel('Code from the mail').fill('000000');
    await press(tom, 'Continue');
    await see(tom, 'Is this you?, wrong code');
    const { subject } = await stage.mailbox.waitForMail({ to: 'tom@contoso.example' });
    await tom.getByLabel('Code from the mail').fill(subject.slice(0, 6));
    await press(tom, 'Continue');
    await tom.waitForURL((url) => url.pathname === '/');
    await tom.goto(`${service.url}/account`);
    await see(tom, 'Account, logged in at a provider');
    await tom.goto(`${service.url}/logout`);
    await press(tom, 'Log out');
    await see(tom, 'Logged out, the provider may know you still');
    await comeAsAnother(stage);

    const refused = await stage.newVisitor();
    await refused.goto(authorizeUrl(stage, stage.applications.reports, `${REPORTS}/callback`));
    await giveAddress(refused, 'ines@contoso.example');
    await refused.waitForURL((url) => url.origin === contoso.origin);
    await press(refused, 'Cancel');
    await refused.waitForURL((url) => url.origin === service.url);
    await see(refused, 'Refused at the provider');
  },
};

/** Invited as one, known at Contoso as another: the inviter is mailed both names. */
async function comeAsAnother(stage: SetStage): Promise<void> {
  const theo = await stage.newVisitor();
  await theo.goto(await invite(stage, stage.houses.contoso, 'theo@contoso.example'));
  await press(theo, 'Log In');
  await press(theo, 'Continue');
  await logInAtContoso(stage, theo, 'stranger@contoso.example');
  await press(theo, 'Send a code to theo@contoso.example');
  const { subject } = await stage.mailbox.waitForMail({ to: 'theo@contoso.example', subject: 'is your code' });
  await theo.getByLabel('Code from the mail').fill(subject.slice(0, 6));
  await press(theo, 'Continue');
  await theo.waitForURL((url) => url.pathname === '/');
  await stage.mailbox.waitForMail({ to: stage.anna.email, subject: 'came with another address' });
}

/** A client secret that Contoso does not accept: the first login at Contoso Retail puts the previous method back. */
export async function goBack(stage: SetStage, see: See): Promise<void> {
  const clientSecret = 'what Contoso gave Contoso Retail';
  await register(stage, { clientId: 'retail', clientSecret }, { credential: 'secret', clientSecret: 'of yesterday' });
  const visitor = await stage.newVisitor();
  await toLogIn(stage, visitor);
  await giveAddress(visitor, stage.paul.email);
  await logInAtContoso(stage, visitor, 'stranger@contoso.example');
  await see(visitor, 'The connection went back by itself');
}

/** Registers Contoso Retail at Contoso, with both redirect URLs, and saves its connection. */
async function register(
  { api, contoso, houses, service }: SetStage,
  client: { clientId: string; clientSecret?: string },
  settings: object,
): Promise<void> {
  const organizationId = formatId('org', houses.contosoRetail.id);
  const shared = `${service.url}/login/callback`;
  await contoso.addClients({ ...client, redirectUris: [shared, `${shared}/${organizationId}`] });
  const path = `/organizations/${organizationId}/authentication`;
  const { version } = (await api.get(path)).body as { version: number };
  const entered = { method: 'openid-connect', clientId: client.clientId, discoveryUrl: contoso.issuer, ...settings };
  const saved = await api.send('PUT', path, { settings: entered, version });
  if (saved.status !== 200) throw new Error(JSON.stringify(saved.body));
}

/** On Contoso's own page. */
async function logInAtContoso({ contoso, service }: SetStage, page: Page, email: string): Promise<void> {
  await page.waitForURL((url) => url.origin === contoso.origin);
  await page.getByLabel('Email or user name').fill(email);
  await page.getByLabel('Password').fill('contoso');
  await press(page, 'Log in');
  await page.waitForURL((url) => url.origin === service.url);
}
