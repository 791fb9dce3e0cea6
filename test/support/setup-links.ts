import { apiClient } from './api-client.ts';
import type { ApiClient } from './api-client.ts';
import type { HttpBrowser } from './http-browser.ts';
import { codeIn, linkNamed, startMailbox } from './mailbox.ts';
import type { Mailbox } from './mailbox.ts';
import type { Page } from './page.ts';
import { addSession, addUser, foundNorthwind, operatorAt, org } from './people.ts';
import type { Northwind } from './people.ts';
import { startContoso } from './start-provider.ts';
import type { Contoso } from './start-provider.ts';
import { startService } from './start-service.ts';
import type { TestService } from './start-service.ts';
import { createOrganization } from '../../src/organizations/manage-organizations.ts';
import type { Organization } from '../../src/organizations/organization.ts';

/** The client secret that Contoso's provider gave. */
export const SECRET = 'the-secret-contoso-gave-us';

export interface SetupLinkMade {
  id: string;
  url: string;
  email: string;
}

/** A service with Northwind above Contoso and Fabrikam, Contoso's provider, and an administrator of Northwind. */
export interface SetupStage extends AsyncDisposable {
  service: TestService;
  mailbox: Mailbox;
  provider: Contoso;
  houses: Northwind;
  /** Anna of Northwind in a session of this moment, whatever the clock did before; her factor is as old as said. */
  administrator(options?: { factorAt?: Date | null }): Promise<ApiClient>;
  /** Below the organization, as `/setup-links`. */
  at(path?: string, organization?: Organization): string;
  /** An organization of its own: what a test does is counted there. */
  newOrganization(): Promise<Organization>;
  /** Makes a link, for a mailbox of its own unless said otherwise, and waits for its mail. */
  makeLink(organization?: Organization, email?: string): Promise<SetupLinkMade>;
  /** Opens a link in a browser and enters the mailed code; the page is the first step's. */
  open(browser: HttpBrowser, link: Pick<SetupLinkMade, 'url' | 'email'>): Promise<Page>;
  /** From the first step to the page *Hand it over*, with Contoso's provider as another provider. */
  prepare(browser: HttpBrowser, first: Page, values?: Record<string, string>): Promise<Page>;
}

/** Starts it. */
export async function startSetupStage(settings: Record<string, string> = {}): Promise<SetupStage> {
  const [mailbox, provider] = await Promise.all([startMailbox(), startContoso()]);
  const mail = { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' };
  const service = await startService({ settings: { ...mail, ...settings } });
  const deps = { db: service.database.db, clock: service.clock, url: service.url };
  const houses = await foundNorthwind(deps);
  const anna = await addUser(deps, houses.northwind, 'anna@northwind.example', { role: 'administrator' });
  const administrator: SetupStage['administrator'] = async (options) =>
    apiClient(service.url, (await addSession(deps, anna, options)).token);
  const at: SetupStage['at'] = (path = '', organization = houses.contoso) =>
    `/organizations/${org(organization)}${path}`;

  let made = 0;
  const makeLink: SetupStage['makeLink'] = async (
    organization = houses.contoso,
    email = `it${(made += 1)}@contoso.example`,
  ) => {
    const api = await administrator();
    const answer = await api.send('POST', at('/setup-links', organization), { email });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    const subject = `Set up single sign-on for ${organization.name}`;
    const mailed = await mailbox.waitForMail({ to: email, subject });
    const url = linkNamed(mailed, 'Open the setup pages');
    if (url !== answer.body.url) throw new Error('the mail has another link');
    return { id: answer.body.setupLink.id, url, email };
  };
  const open: SetupStage['open'] = async (browser, { url, email }) => {
    const asked = await browser.submit(await browser.open(url), {}, { button: 'Mail me a code' });
    const mailed = await mailbox.waitForMail({ to: email, subject: /is your code for the setup pages/ });
    return browser.submit(asked, { code: codeIn(mailed) }, { button: 'Continue' });
  };
  const prepare: SetupStage['prepare'] = async (browser, first, values = {}) => {
    const domain = await browser.submit(first, {}, { forged: { provider: 'other' } });
    const guide = await browser.submit(domain, {}, { button: 'Skip for now' });
    const form = await browser.submit(guide, {}, { button: 'I have done this' });
    const entered = { clientId: 'gatehouse', discoveryUrl: provider.issuer, clientSecret: SECRET, ...values };
    const tested = await browser.submit(form, entered, { button: 'Check and continue' });
    return tested.status === 200 ? browser.submit(tested, {}, { button: 'Go on without a test' }) : tested;
  };
  return {
    service,
    mailbox,
    provider,
    houses,
    administrator,
    async newOrganization() {
      made += 1;
      return createOrganization(deps, operatorAt(houses.northwind), { name: `Tailspin ${made}` });
    },
    at,
    makeLink,
    open,
    prepare,
    async [Symbol.asyncDispose]() {
      await service.close();
      await provider.stop();
      await mailbox.stop();
    },
  };
}
