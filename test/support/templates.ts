import { apiClient } from './api-client.ts';
import type { ApiClient } from './api-client.ts';
import type { HttpBrowser } from './http-browser.ts';
import { linkNamed, startMailbox } from './mailbox.ts';
import type { Mailbox } from './mailbox.ts';
import type { Page } from './page.ts';
import { addSession, addUser, foundNorthwind, operatorAt, org } from './people.ts';
import type { Northwind } from './people.ts';
import { startFabrikam } from './start-provider.ts';
import type { Fabrikam } from './start-provider.ts';
import { startService } from './start-service.ts';
import type { TestService } from './start-service.ts';
import { createOrganization } from '../../src/organizations/manage-organizations.ts';
import type { Organization } from '../../src/organizations/organization.ts';

/** Directories of the stand-in, one for each customer, with an administrator `admin@<domain>` of the password `pw`. */
export const DIRECTORIES = [
  { id: '2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11', name: 'Contoso', domain: 'contoso.example' },
  { id: '5e0f3a52-64a1-4a53-8a5e-0b8f0a1c7d22', name: 'Fabrikam', domain: 'fabrikam.example' },
  { id: '6f1f4b63-75b2-4b64-9b6f-1c9f1b2d8e33', name: 'Tailspin', domain: 'tailspin.example' },
] as const;
/** Northwind's registrations there: with a secret, and without. */
export const WITH_SECRET = '7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21';
export const WITHOUT = '8a2d3b0f-63e5-4b1f-8e1d-4c7a6a2a9b32';
export const HOME = '9a3e4c10-74f6-4c2f-9f2e-5d8b7b3b0c43';

/** A managing organization with a template, customers below it, and their directories. */
export interface TemplateStage extends AsyncDisposable {
  service: TestService;
  mailbox: Mailbox;
  fabrikam: Fabrikam;
  houses: Northwind;
  /** Anna of Northwind in a session of this moment. */
  administrator(): Promise<ApiClient>;
  /** Makes a template and registers its redirect URLs at the stand-in; its path in the API. */
  makeTemplate(api: ApiClient, more?: { name?: string; clientSecret?: string }): Promise<{ id: string; at: string }>;
  /** Makes a link and mails it; gives the mailed one. */
  ask(api: ApiClient, at: string, organization: Organization, email: string): Promise<string>;
  /** At the provider's consent page: accepts as the administrator of a domain; the page is what came then. */
  accept(browser: HttpBrowser, link: string, domain: string): Promise<Page>;
  /** The whole of it: accepts, then logs in; the page is the result. */
  consent(browser: HttpBrowser, link: string, domain: string): Promise<Page>;
  /** A further customer of Northwind. */
  newOrganization(name: string): Promise<Organization>;
}

export const adminOf = (domain: string): { loginfmt: string; passwd: string } => ({
  loginfmt: `admin@${domain}`,
  passwd: 'pw',
});

/** Starts it. */
export async function startTemplateStage(): Promise<TemplateStage> {
  const fabrikam = await startFabrikam({
    directories: [
      ...DIRECTORIES.map(({ id, name, domain }) => ({ id, name, domains: [domain] })),
      { id: HOME, name: 'Northwind', domains: ['northwind.example'] },
    ],
    users: DIRECTORIES.map(({ id, name, domain }, index) => ({
      oid: `a1f6f0de-7d0e-4a5f-9e55-0a4b7c5d1e0${index}`,
      directory: id,
      upn: `admin@${domain}`,
      name: `Admin of ${name}`,
      password: 'pw',
    })),
  });
  const mailbox = await startMailbox();
  const settings = {
    SMTP_URL: mailbox.url,
    MAIL_FROM: 'gate@northwind.example',
    GATEHOUSE_ENTRA_AUTHORITY: fabrikam.origin,
  };
  const service = await startService({ settings });
  const deps = { db: service.database.db, clock: service.clock, url: service.url };
  const houses = await foundNorthwind(deps);
  const anna = await addUser(deps, houses.northwind, 'anna@northwind.example', { role: 'administrator' });
  const accept: TemplateStage['accept'] = async (browser, link, domain) => {
    const asked = await browser.submit(await browser.open(link));
    return browser.submit(asked, adminOf(domain), { button: 'Accept' });
  };
  return {
    service,
    mailbox,
    fabrikam,
    houses,
    administrator: async () => apiClient(service.url, (await addSession(deps, anna)).token),
    async makeTemplate(api, { name = 'Customers', clientSecret } = {}) {
      const base = `/organizations/${org(houses.northwind)}/connection-templates`;
      const clientId = clientSecret === undefined ? WITHOUT : WITH_SECRET;
      const made = await api.send('POST', base, {
        name,
        clientId,
        ...(clientSecret === undefined ? {} : { clientSecret }),
      });
      if (made.status !== 201) throw new Error(JSON.stringify(made.body));
      const { id, redirectUrls } = made.body;
      await fabrikam.addApps({
        clientId,
        directory: HOME,
        multiTenant: true,
        idTokens: clientSecret === undefined,
        ...(clientSecret === undefined ? {} : { secrets: [{ id: 'secret-1', value: clientSecret }] }),
        redirectUris: [{ uri: redirectUrls.login }, { uri: redirectUrls.consent }],
      });
      return { id, at: `${base}/${id}` };
    },
    async ask(api, at, organization, email) {
      const organizations = [{ organizationId: org(organization), email }];
      const asked = await api.send('POST', `${at}/consent-links`, { organizations });
      if (asked.body.results?.[0]?.done !== true) throw new Error(JSON.stringify(asked.body));
      const mailed = await mailbox.waitForMail({ to: email, subject: /^Allow / });
      const link = linkNamed(mailed, 'Allow Gatehouse');
      if (link !== asked.body.results[0].url) throw new Error('the mail has another link');
      return link;
    },
    accept,
    async consent(browser, link, domain) {
      const there = await accept(browser, link, domain);
      return browser.submit(there, adminOf(domain), { button: 'Sign in' });
    },
    newOrganization: async (name) => createOrganization(deps, operatorAt(houses.northwind), { name }),
    async [Symbol.asyncDispose]() {
      await service.close();
      await fabrikam.stop();
      await mailbox.stop();
    },
  };
}

/** Customers that are asked for consent one by one, each with the answers that a browser could write. */
export interface ConsentGround {
  /** A customer of its own, and its link. */
  customer(): Promise<{ organization: Organization; link: string }>;
  consentOf(
    organization: Organization,
  ): Promise<
    { directoryId: string | null; consentedAt: Date | null; testedAt: Date | null; failure: string | null } | undefined
  >;
  /** Begins at a link; gives the state that the consent page was sent. */
  begin(browser: HttpBrowser, link: string): Promise<string>;
  /** The address of an answer that names a directory. */
  answer(state: string, tenant: string): string;
}

/** @param at the template's path in the API */
export function consentGround(stage: TemplateStage, at: string): ConsentGround {
  let made = 0;
  return {
    async customer() {
      made += 1;
      const organization = await stage.newOrganization(`Customer ${made}`);
      const link = await stage.ask(await stage.administrator(), at, organization, `it@customer-${made}.example`);
      return { organization, link };
    },
    consentOf: async (organization) =>
      stage.service.database.db
        .selectFrom('adminConsent')
        .select(['directoryId', 'consentedAt', 'testedAt', 'failure'])
        .where('organizationId', '=', organization.id)
        .executeTakeFirst(),
    async begin(browser, link) {
      const page = await browser.submit(await browser.open(link));
      return page.url.searchParams.get('state') ?? '';
    },
    answer: (state, tenant) => `${stage.service.url}/login/consent?admin_consent=True&tenant=${tenant}&state=${state}`,
  };
}
