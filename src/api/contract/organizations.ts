import { z } from 'zod';
import { route } from './route.ts';
import {
  confirmation,
  id,
  inOrganization,
  instant,
  method,
  organizationName,
  pageOf,
  paging,
  search,
  version,
} from './wire.ts';

/** State of an organization's method, as a chip shows it. `no-users`: nobody to log in yet. */
export const methodState = z.enum(['active', 'unconfirmed', 'failing', 'held', 'no-users', 'suspended']);
export type MethodState = z.infer<typeof methodState>;

/** A line of *Managed organizations*. */
export const managedOrganization = z
  .object({
    id,
    name: z.string(),
    managing: organizationName.nullable(),
    depth: z.int(),
    method,
    state: methodState,
    failingSince: instant.nullable(),
    users: z.int(),
    lastLoginAt: instant.nullable(),
    domainClaims: z.int().describe('Claims of other organizations on domains of its users that wait.'),
  })
  .meta({ id: 'ManagedOrganization' });
export type ManagedOrganization = z.infer<typeof managedOrganization>;

/** How the organization's audit events keep network addresses; shortened: /24 (IPv4), /48 (IPv6). */
const auditNetwork = z
  .enum(['full', 'shortened', 'none'])
  .describe('How audit events keep network addresses: whole, shortened to /24 (IPv4) or /48 (IPv6), or not at all.');

/** Just-in-time. */
const justInTime = z
  .boolean()
  .describe(
    'Whoever the identity provider proves with an address at a verified domain, and who has no user, gets one at the first login. To change it asks for a fresh factor and the right to change methods.',
  );

/** Applications that nobody registered. */
const unregisteredApplications = z
  .boolean()
  .describe(
    'Weaker: its people may log in to applications that nobody registered, which are known by an https URL alone (OAuth Client ID Metadata Document). To change it asks for a fresh factor and the right to change methods.',
  );

export const organization = z
  .object({
    id,
    name: z.string(),
    managing: organizationName.nullable().describe('Null for the root, and where the caller does not reach.'),
    /** From the caller's organization down to this one. */
    path: z.array(organizationName),
    depth: z.int(),
    mayManage: z.boolean().describe('Whether organizations may be created below: they nest five deep at most.'),
    method,
    state: methodState,
    supportContact: z.string().nullable(),
    users: z.int(),
    managedOrganizations: z.int().describe('Directly below.'),
    applications: z.int(),
    mayRouteDomains: z.boolean().describe('An administrator above, or of the root for its own.'),
    proposedDomain: z
      .string()
      .nullable()
      .describe('Domain of the first user, while none is routed and it is not public.'),
    loginUrl: z.string().describe('Link that starts a login here.'),
    suspendedAt: instant.nullable(),
    auditNetwork,
    justInTime,
    unregisteredApplications,
    version,
    createdAt: instant,
  })
  .meta({ id: 'Organization' });
export type Organization = z.infer<typeof organization>;

const organizationToCreate = z
  .strictObject({
    name: z.string().trim().min(1).max(120),
    supportContact: z.string().trim().max(200).nullable().optional(),
    managingOrganizationId: id.optional().describe("The caller's organization when left out."),
  })
  .meta({ id: 'OrganizationToCreate' });

const organizationChange = z
  .strictObject({
    name: z.string().trim().min(1).max(120).optional(),
    supportContact: z.string().trim().max(200).nullable().optional().describe('Mail address, https or tel link.'),
    auditNetwork: auditNetwork.optional(),
    justInTime: justInTime.optional(),
    unregisteredApplications: unregisteredApplications.optional(),
    version,
  })
  .meta({ id: 'OrganizationChange' });

export const organizationRoutes = {
  listOrganizations: route('GET', '/organizations', {
    summary: "Organizations below the caller's, however deep, by name",
    query: z.strictObject({
      ...paging,
      search,
      method: method.optional(),
      below: id.optional().describe("Only those below this one; the caller's organization when left out."),
    }),
    output: pageOf(managedOrganization, 'ManagedOrganizations'),
  }),
  createOrganization: route('POST', '/organizations', {
    summary: 'Create a managed organization',
    body: organizationToCreate,
    output: organization,
    creates: true,
  }),
  getOrganization: route('GET', '/organizations/{organizationId}', {
    summary: 'One organization',
    params: inOrganization,
    output: organization,
  }),
  changeOrganization: route('PATCH', '/organizations/{organizationId}', {
    summary: 'Rename, set the support contact',
    params: inOrganization,
    body: organizationChange,
    output: organization,
  }),
  removeOrganization: route('DELETE', '/organizations/{organizationId}', {
    summary: 'Remove an organization that manages none; with users or applications only when its name is given',
    params: inOrganization,
    query: z.strictObject({ confirm: confirmation.optional() }),
    freshFactor: true,
  }),
};
