import { addDomainClaim, addVerifiedDomain } from './add-domain-claim.ts';
import { apiClient } from './api-client.ts';
import { makeApiResource } from './api-resources.ts';
import { makeManaged, makePerson } from './fixtures.ts';
import { addApiToken, org } from './people.ts';
import type { TestService } from './start-service.ts';
import { inTransaction } from '../../src/db/database.ts';
import type { DomainVerification } from '../../src/domains/domain.ts';
import { domainNoticeJob } from '../../src/domains/domain-notice.ts';
import { domainClaimEndJob, domainClaimNoticeJob } from '../../src/domains/wait/domain-claim-notice.ts';
import { enqueueJob } from '../../src/jobs/enqueue-job.ts';
import type { JobToEnqueue } from '../../src/jobs/enqueue-job.ts';
import type { Organization } from '../../src/organizations/organization.ts';

/** Has every mail written that is about a domain: to an administrator of `root`, of one who claims, and of one concerned. */
export async function causeDomainMails(service: TestService, root: Organization): Promise<void> {
  const { clock, secrets } = service;
  const deps = { db: service.database.db, clock, secrets };
  const enqueue = async <P>(job: JobToEnqueue<P>): Promise<void> =>
    inTransaction(deps, async (inside) => enqueueJob(inside, job));
  const row = { domain: 'northwind.example', organizationId: root.id, finding: null, graceSince: clock.now() };
  for (const notice of ['missing', 'unknown', 'vanished', 'name-servers-changed', 'lost', 'wait-ended'] as const) {
    await enqueue(domainNoticeJob(notice, row as unknown as DomainVerification, clock.now()));
  }
  const [claimer, concerned] = [
    await makeManaged(service, root, 'Woodgrove'),
    await makeManaged(service, root, 'Wingtip'),
  ];
  await makePerson(service, claimer, 'rene@woodgrove.example', { role: 'administrator' });
  await makePerson(service, concerned, 'lise@wingtip.example', { role: 'administrator' });
  const domain = 'wingtip.example';
  // An API below the domain of somebody else, who then registers it.
  const audience = 'https://api.adatum.example';
  await makeApiResource(service, claimer, { audience, name: 'Pay' });
  await addVerifiedDomain(deps, concerned, 'adatum.example');
  const api = apiClient(service.url, await addApiToken(deps, concerned, 'administrator'));
  const scopes = [{ scope: 'pay', description: 'Pay in your name' }];
  await api.send('POST', `/organizations/${org(concerned)}/api-resources`, { audience, name: 'Pay', scopes });
  await addDomainClaim(deps, claimer, domain, [[concerned, 3]]);
  await enqueue(domainClaimNoticeJob({ organizationId: claimer.id, domain }));
  for (const outcome of ['in-effect', 'withdrawn'] as const) {
    await enqueue(domainClaimEndJob(claimer.id, { domain, outcome, concerned: [concerned.id] }));
  }
}
