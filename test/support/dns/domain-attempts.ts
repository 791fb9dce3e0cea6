import { sql } from 'kysely';
import { expect, vi } from 'vitest';
import { DOMAIN_NOTICE } from '../../../src/domains/domain-notice.ts';
import { DOMAIN_CLAIM_END, DOMAIN_CLAIM_NOTICE } from '../../../src/domains/wait/domain-claim-notice.ts';
import { JOB_CHANNEL } from '../../../src/jobs/job-store.ts';
import { MAIL_JOB, URGENT_MAIL_JOB } from '../../../src/mail/post-mail.ts';
import { createOrganization } from '../../../src/organizations/manage-organizations.ts';
import type { Organization } from '../../../src/organizations/organization.ts';
import { apiClient } from '../api-client.ts';
import type { ApiClient } from '../api-client.ts';
import { addApiToken, foundNorthwind, operatorAt, org } from '../people.ts';
import type { Northwind } from '../people.ts';
import { startService } from '../start-service.ts';
import type { TestService } from '../start-service.ts';
import { startDnsWorld } from './dns-world.ts';
import type { DnsWorld } from './dns-world.ts';

/** One organization's attempt at a domain. */
export interface Attempt {
  domain: string;
  organization: Organization;
  /** Of the organization's domains, below `/api/v1`. */
  path: string;
  /** What the record has to say. */
  value: string;
  /** *Check now*. */
  check(client?: ApiClient): Promise<Checked>;
  /** As the API shows it, without a check. */
  read(): Promise<Checked>;
}

/** The verification as the API answers it. */
export interface Checked {
  state: string;
  finding: { code: string; sentence: string; notes: { code: string; sentence: string }[]; nameServers: unknown[] };
  checkedAt: string | null;
  nextCheckAt: string | null;
  verifiedAt: string | null;
  graceUntil: string | null;
  wait: {
    takesEffectAt: string;
    users: number;
    organizations: { organization: { id: string; name: string }; users: number }[];
    mayEnd: boolean;
  } | null;
  record: { name: string; value: string };
}

/** A service, its DNS and an administrator of the root organization. */
export interface DomainStage extends AsyncDisposable {
  dns: DnsWorld;
  service: TestService;
  houses: Northwind;
  api: ApiClient;
  /** An attempt of an organization: by default of a new one, since each checks only so often in a minute. */
  attempt(domain: string, by?: Organization): Promise<Attempt>;
}

/** Starts the stage; the plan is that of {@link startDnsWorld}. */
export async function startDomainStage(
  plan: Parameters<typeof startDnsWorld>[0],
  settings: Record<string, string> = {},
): Promise<DomainStage> {
  const dns = await startDnsWorld(plan);
  const service = await startService({ settings: { ...dns.settings, ...settings } });
  const deps = { db: service.database.db, clock: service.clock, url: service.url };
  const houses = await foundNorthwind(deps);
  const api = apiClient(service.url, await addApiToken(deps, houses.northwind, 'administrator'));
  return {
    dns,
    service,
    houses,
    api,
    async attempt(domain, by) {
      const organization =
        by ?? (await createOrganization(deps, operatorAt(houses.northwind), { name: domain.replaceAll('.', ' ') }));
      const path = `/organizations/${org(organization)}/domains`;
      const added = await api.send('POST', path, { domain });
      expect([added.status, added.body]).toMatchObject([201, { domain }]);
      return {
        domain,
        organization,
        path,
        value: added.body.verification.record.value,
        async check(client = api) {
          // The background job may be checking it at this moment.
          const checked = await vi.waitUntil(
            async () => {
              const answer = await client.send('POST', `${path}/${domain}/check`);
              return answer.status === 409 ? undefined : answer;
            },
            { timeout: 60_000 },
          );
          expect([checked.status, checked.body]).toMatchObject([200, { domain }]);
          return checked.body.verification;
        },
        async read() {
          const { body } = await api.get(path);
          return body.items.find((each: { domain: string }) => each.domain === domain).verification;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await service.close();
      await dns[Symbol.asyncDispose]();
    },
  };
}

/** Name servers of the stage. */
export const [NS1, NS2, SILENT, DC1] = [
  'ns1.hosting.example',
  'ns2.hosting.example',
  'silent.hosting.example',
  'dc1.hosting.example',
] as const;

/** A TXT record, as a line of a zone file. */
export const txtRecord = (value: string, name = '_gatehouse-challenge'): string => `${name} TXT "${value}"`;

/** Puts the record and lets it be found twice, minutes apart. */
export async function prove(stage: DomainStage, own: Attempt, client = stage.api): Promise<Checked> {
  await stage.dns.ns1.publish(stage.dns.zone(own.domain, [txtRecord(own.value)]));
  await own.check(client);
  stage.service.clock.advance(150);
  return own.check(client);
}

/** What is told of domains, and its mails: none goes out once it is a day old. */
const TOLD = [DOMAIN_NOTICE, DOMAIN_CLAIM_NOTICE, DOMAIN_CLAIM_END, MAIL_JOB, URGENT_MAIL_JOB].map(({ name }) => name);

/** Lets time pass, once what was to be told till then is on its way, and waits until the service itself has checked these domains. */
export async function passTime(stage: DomainStage, seconds: number, ...domains: Attempt[]): Promise<Checked[]> {
  const { clock, database } = stage.service;
  const untold = database.db
    .selectFrom('job')
    .select('kind')
    .where('kind', 'in', TOLD)
    .where((eb) => eb.or([eb('dueAt', '<=', clock.now()), eb('claimId', 'is not', null)]));
  await expect.poll(async () => untold.execute(), { timeout: 60_000 }).toEqual([]);
  const before = await Promise.all(domains.map(async (own) => own.read()));
  clock.advance(seconds);
  // As a new job would: the runner looks at once for what is due.
  await sql`select pg_notify(${JOB_CHANNEL}, '')`.execute(database.db);
  return Promise.all(
    domains.map(async (own, at) => {
      await expect
        .poll(async () => (await own.read()).nextCheckAt, { timeout: 60_000 })
        .not.toBe(before[at]!.nextCheckAt);
      return own.read();
    }),
  );
}
