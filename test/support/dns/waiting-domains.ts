import { NS1, startDomainStage } from './domain-attempts.ts';
import type { DomainStage, NS2 } from './domain-attempts.ts';
import { apiClient } from '../api-client.ts';
import type { ApiClient } from '../api-client.ts';
import { openHttpBrowser } from '../http-browser.ts';
import { startMailbox } from '../mailbox.ts';
import type { Mailbox } from '../mailbox.ts';
import { addSession, addUser, operatorAt } from '../people.ts';
import { createOrganization } from '../../../src/organizations/manage-organizations.ts';
import type { Organization } from '../../../src/organizations/organization.ts';
import type { User } from '../../../src/users/user.ts';

/** Northwind, Contoso and Fabrikam have an administrator each, `admin@…`, who gets mails; Contoso Retail has none. */
export interface WaitingStage extends DomainStage {
  mailbox: Mailbox;
  settings: Record<string, string>;
  /** An organization of Northwind's. */
  newOrganization(name: string, above?: Organization): Promise<Organization>;
  /** The administrator of Northwind, Contoso or Fabrikam, in a session of this moment. */
  administrator(of: Organization, options?: { factorAt?: Date | null }): Promise<ApiClient>;
  /** By how many seconds the clock was moved. */
  moved(): number;
}

/** Starts it with these domains in DNS. */
export async function startWaitingStage(
  domains: readonly string[],
  more: Record<string, readonly (typeof NS1 | typeof NS2)[]> = {},
  settings: Record<string, string> = {},
): Promise<WaitingStage> {
  const mailbox = await startMailbox();
  const mail = { SMTP_URL: mailbox.url, MAIL_FROM: 'Gatehouse <gatehouse@northwind.example>' };
  const delegations = { ...Object.fromEntries(domains.map((domain) => [domain, [NS1] as const])), ...more };
  const stage = await startDomainStage({ delegations }, { ...mail, ...settings });
  const { service, houses, dns } = stage;
  const deps = { db: service.database.db, clock: service.clock, url: service.url };
  const administrators = new Map<string, User>();
  for (const name of ['northwind', 'contoso', 'fabrikam'] as const) {
    const user = await addUser(deps, houses[name], `admin@${name}.example`, { role: 'administrator', proven: true });
    administrators.set(houses[name].id, user);
  }
  return {
    ...stage,
    mailbox,
    settings: { ...dns.settings, ...mail },
    newOrganization: async (name, above = houses.northwind) =>
      createOrganization(deps, operatorAt(above), { name, managingOrganizationId: above.id }),
    async administrator(of, options) {
      return apiClient(service.url, (await addSession(deps, administrators.get(of.id)!, options)).token);
    },
    moved: () => Math.round((service.clock.now().getTime() - Date.now()) / 1000),
    async [Symbol.asyncDispose]() {
      await stage[Symbol.asyncDispose]();
      await mailbox.stop();
    },
  };
}

/** Where an address leads: the host of the provider, or undefined for a page of ours. */
export async function leadsTo(
  { service }: WaitingStage,
  email: string,
  from = `${service.url}/login/start`,
): Promise<string | undefined> {
  await using browser = openHttpBrowser({ stopAt: (url) => url.hostname === 'login.contoso.example' });
  return (await browser.submit(await browser.open(from), { email })).stoppedAt?.hostname;
}

/** Kinds of the events about a domain in an organization's log, the oldest first. */
export async function eventsAt({ service }: WaitingStage, of: Organization, domain: string): Promise<string[]> {
  const rows = await service.database.db
    .selectFrom('auditEvent')
    .select(['kind', 'details'])
    .where('organizationId', '=', of.id)
    .where('kind', 'like', 'domain.%')
    .orderBy('id')
    .execute();
  return rows.filter(({ details }) => JSON.stringify(details).includes(`"${domain}"`)).map(({ kind }) => kind);
}

/** Suspends an organization, or lifts that, as the operator's command does. */
export async function suspendOrganization({ service }: WaitingStage, of: Organization, yes: boolean): Promise<void> {
  const suspendedAt = yes ? service.clock.now() : null;
  await service.database.db.updateTable('organization').set({ suspendedAt }).where('id', '=', of.id).execute();
}
