import { sql } from 'kysely';
import { apiClient } from './api-client.ts';
import { administratorOf } from './fixtures.ts';
import type { HttpBrowser } from './http-browser.ts';
import type { Page } from './page.ts';
import { addApiToken } from './people.ts';
import type { TestService } from './start-service.ts';
import type { Authentication } from '../../src/api/contract/authentication.ts';
import { formatId } from '../../src/base/ids.ts';
import { findConnectionInForce } from '../../src/connections/find-login-method.ts';
import type { Connection } from '../../src/connections/connection.ts';
import { configureConnection } from '../../src/connections/configure/configure-connection.ts';
import type { EnteredPilot } from '../../src/connections/pilot/change-pilot.ts';
import type { EnteredSettings } from '../../src/connections/configure/check-settings.ts';
import { createConnectors } from '../../src/connectors/create-connectors.ts';
import { createGuardedFetch } from '../../src/connectors/outgoing/guarded-fetch.ts';
import { inTransaction } from '../../src/db/database.ts';
import { findOrganization } from '../../src/organizations/find-organization.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import type { Texts } from '../../src/texts/catalog.ts';

/** Our callbacks for an organization: the shared one, and its own. */
export function callbacksOf(service: TestService, organization: Organization): { shared: string; own: string } {
  const shared = `${service.url}/login/callback`;
  return { shared, own: `${shared}/${formatId('org', organization.id)}` };
}

/** Saves how an organization's people log in, as the pane does; throws when it cannot be saved. */
export async function configure(
  service: TestService,
  organization: Organization,
  settings: EnteredSettings,
  more: { endSessions?: 'at-once'; texts?: Texts; pilot?: EnteredPilot } = {},
): Promise<Connection | null> {
  const { clock, secrets, config, url, database } = service;
  const { db } = database;
  const fetch = createGuardedFetch({ allowedHosts: service.config.allowedProviderHosts });
  const now = await findOrganization({ db }, organization.id);
  const configured = await configureConnection(
    {
      clock,
      secrets,
      connectors: createConnectors({ fetch, clock, entraAuthority: config.entraAuthority.origin, ownIssuer: url }),
      publicUrl: url,
      allowedProviderHosts: config.allowedProviderHosts,
      texts: more.texts ?? createTexts(config.productName),
      transact: async (work) => inTransaction({ db }, async (inside) => work(inside.db)),
    },
    administratorOf(organization, service),
    {
      organizationId: organization.id,
      settings,
      endSessions: more.endSessions ?? 'within-12-hours',
      pilot: more.pilot ?? null,
      version: now?.version ?? 0,
    },
  );
  await fetch.close();
  if (!configured.saved) throw new Error(configured.fault.fault);
  await routeDomains(service, organization);
  return configured.connection;
}

/** Routes the mail domains of an organization's users to it, as the pane proposes; from now on they lead nowhere else. */
export async function routeDomains(service: TestService, organization: Organization): Promise<void> {
  await sql`insert into organization_domain (domain, organization_id, created_at)
    select distinct split_part(email_key, '@', -1), organization_id, ${service.clock.now()}::timestamptz
    from app_user where organization_id = ${organization.id}
    on conflict (domain) do update set organization_id = excluded.organization_id`.execute(service.database.db);
}

/** The connection in force, as the database has it. */
export async function inForce(service: TestService, organization: Organization): Promise<Connection | undefined> {
  return findConnectionInForce({ db: service.database.db }, organization.id);
}

/** What the pane *Authentication* shows. */
export async function paneOf(service: TestService, organization: Organization): Promise<Authentication> {
  const token = await addApiToken({ db: service.database.db, clock: service.clock }, organization, 'viewer');
  const answer = await apiClient(service.url, token).get(
    `/organizations/${formatId('org', organization.id)}/authentication`,
  );
  return answer.body as Authentication;
}

/** Begins a login for *Your applications* and gives the address; the page is the provider's, or what came instead. */
export async function goToProvider(browser: HttpBrowser, service: TestService, email: string): Promise<Page> {
  const page = await browser.open(`${service.url}/login/start`);
  return browser.submit(page, { email }, { button: 'Continue' });
}

/** Kinds of audit events of an organization, the oldest first. */
export async function eventsOf(service: TestService, organization: Organization): Promise<string[]> {
  const rows = await service.database.db
    .selectFrom('auditEvent')
    .select('kind')
    .where('organizationId', '=', organization.id)
    .orderBy('id')
    .execute();
  return rows.map(({ kind }) => kind);
}

/** What an attack must not have made: sessions and identities of an organization's people. */
export async function gained(
  service: TestService,
  organization: Organization,
): Promise<{ sessions: number; identities: number }> {
  const { db } = service.database;
  const count = async (table: 'session' | 'identity'): Promise<number> => {
    const row = await db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<string>().as('count'))
      .where('organizationId', '=', organization.id)
      .executeTakeFirstOrThrow();
    return Number(row.count);
  };
  return { sessions: await count('session'), identities: await count('identity') };
}
