import { z } from 'zod';
import { route } from './route.ts';
import { id, inOrganization, instant, organizationName } from './wire.ts';

const remark = z.object({
  code: z.string().describe('Stable; `docs/reference/errors.md` lists all.'),
  sentence: z.string().describe('What DNS shows, then what to do.'),
});

/** What the last check found. */
const domainFinding = remark
  .extend({
    notes: z.array(remark).describe('Worth repairing, but not in the way.'),
    nameServers: z.array(z.object({ name: z.string(), answer: z.enum(['record', 'absent', 'refused', 'silent']) })),
  })
  .meta({ id: 'DomainFinding' });

/** The wait of a domain that was proved while users of other organizations have addresses at it. */
const domainWait = z
  .object({
    takesEffectAt: instant.describe('From when on it is verified, if the record is still there.'),
    users: z.int().describe('Users of other organizations with an address at it, when it was proved.'),
    organizations: z
      .array(z.object({ organization: organizationName, users: z.int() }))
      .describe('Those of them that the caller administers.'),
    mayEnd: z.boolean().describe('The caller may take it into effect now: it administers all whom it concerns.'),
  })
  .meta({ id: 'DomainWait' });

/** Proof by a DNS record. */
const domainVerification = z
  .object({
    state: z
      .enum(['pending', 'waiting', 'verified', 'grace', 'expired', 'lost'])
      .describe(
        '`waiting`: proved, takes effect later, see `wait`; `grace`: verified, but the record is missing; `expired`: not proved within 30 days; `lost`: was verified. The last two have a new record.',
      ),
    record: z.object({ type: z.literal('TXT'), name: z.string(), value: z.string() }).describe('The record to put.'),
    finding: domainFinding.nullable().describe('Null before the first check.'),
    checkedAt: instant.nullable(),
    nextCheckAt: instant.nullable().describe('When the service looks again by itself; null for never.'),
    verifiedAt: instant.nullable(),
    wait: domainWait.nullable().describe('Only while it waits.'),
    graceUntil: instant.nullable().describe('When a missing record ends the verification.'),
    createdAt: instant,
  })
  .meta({ id: 'DomainVerification' });
export type DomainVerification = z.infer<typeof domainVerification>;

/** A mail domain of an organization: routed to it by an administrator above, or proved by DNS, or both. */
export const domain = z
  .object({ domain: z.string(), routedAt: instant.nullable(), verification: domainVerification.nullable() })
  .meta({ id: 'Domain' });
export type Domain = z.infer<typeof domain>;

/** A claim of another organization that waits, on a domain at which users of this one have addresses. */
const domainClaim = z
  .object({
    domain: z.string(),
    users: z.int().describe('Users of this organization with an address at it, when it was proved.'),
    takesEffectAt: instant.describe('From then on addresses at it lead to the other organization first.'),
    claimedBy: organizationName.nullable().describe('Null for an organization that the caller does not administer.'),
  })
  .meta({ id: 'DomainClaim' });
export type DomainClaim = z.infer<typeof domainClaim>;

const ofDomain = z.strictObject({ organizationId: id, domain: z.string().max(300) });

export const domainRoutes = {
  listDomains: route('GET', '/organizations/{organizationId}/domains', {
    summary: 'The domains of an organization: routed, verified, or on the way',
    params: inOrganization,
    output: z.object({ items: z.array(domain), domainClaims: z.array(domainClaim) }).meta({ id: 'Domains' }),
  }),
  addDomain: route('POST', '/organizations/{organizationId}/domains', {
    summary: 'Begin to verify a mail domain: the answer holds the TXT record to put',
    params: inOrganization,
    body: z.strictObject({ domain: z.string().trim().min(1).max(300) }).meta({ id: 'DomainToAdd' }),
    output: domain,
    creates: true,
    freshFactor: true,
  }),
  checkDomain: route('POST', '/organizations/{organizationId}/domains/{domain}/check', {
    summary: 'Look for the TXT record now; takes up to 15 seconds',
    params: ofDomain,
    output: domain,
  }),
  takeDomainIntoEffect: route('POST', '/organizations/{organizationId}/domains/{domain}/effect', {
    summary: 'End the wait of a proved domain: it is verified now',
    params: ofDomain,
    output: domain,
    freshFactor: true,
  }),
  removeVerification: route('DELETE', '/organizations/{organizationId}/domains/{domain}/verification', {
    summary: 'End the verification of a domain, and what follows from it',
    params: ofDomain,
    freshFactor: true,
  }),
  routeDomain: route('PUT', '/organizations/{organizationId}/domains/{domain}', {
    summary: 'Route the addresses of a mail domain to this organization',
    params: ofDomain,
    output: domain,
    freshFactor: true,
  }),
  removeDomain: route('DELETE', '/organizations/{organizationId}/domains/{domain}', {
    summary: 'Route the addresses of a mail domain here no longer',
    params: ofDomain,
    freshFactor: true,
  }),
};
