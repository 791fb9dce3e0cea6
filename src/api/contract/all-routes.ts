import { apiTokenRoutes } from './api-tokens.ts';
import { applicationHealthRoutes } from './applications/health.ts';
import { unregisteredApplicationRoutes } from './applications/unregistered.ts';
import { apiResourceRoutes } from './resources/api-resources.ts';
import { applicationRoutes } from './applications.ts';
import { applicationSecretRoutes } from './applications/client-secrets.ts';
import { auditRoutes } from './audit.ts';
import { authenticationRoutes } from './authentication.ts';
import { domainRoutes } from './domains.ts';
import { invitationRoutes } from './invitations.ts';
import { loginRoutes } from './logins.ts';
import { meRoutes } from './me.ts';
import { organizationRoutes } from './organizations.ts';
import { limitRoutes } from './organizations/limits.ts';
import { peopleRoutes } from './people.ts';
import { clientKeyRoutes } from './connections/client-keys.ts';
import { clientSecretRoutes } from './connections/client-secrets.ts';
import { setupLinkRoutes } from './connections/setup-links.ts';
import { roleRuleRoutes } from './connections/role-rules.ts';
import { credentialRoutes } from './connections/credentials.ts';
import { templateRoutes } from './connections/templates.ts';
import { pilotRoutes } from './connections/pilots.ts';
import { trialRoutes } from './connections/trials.ts';
import { systemRoutes } from './system/system.ts';
import { userRoutes } from './users.ts';

/** The addresses in groups, as the reference page shows them. */
export const GROUPS = {
  'Who calls': meRoutes,
  Organizations: { ...organizationRoutes, ...limitRoutes },
  Domains: domainRoutes,
  Authentication: { ...authenticationRoutes, ...pilotRoutes },
  'Client keys': clientKeyRoutes,
  'Client secrets': clientSecretRoutes,
  'Setup links': setupLinkRoutes,
  'Roles by claims': roleRuleRoutes,
  'Connection templates': templateRoutes,
  Credentials: credentialRoutes,
  Tests: trialRoutes,
  Users: { ...userRoutes, ...peopleRoutes },
  Invitations: invitationRoutes,
  Applications: { ...applicationRoutes, ...applicationSecretRoutes, ...applicationHealthRoutes },
  'Applications nobody registered': unregisteredApplicationRoutes,
  'API resources': apiResourceRoutes,
  'API tokens': apiTokenRoutes,
  Logins: loginRoutes,
  'Audit log': auditRoutes,
  System: systemRoutes,
};

/** Every address of the API, by name: `contract.listUsers`. Server, console and OpenAPI document all read this. */
export const contract = {
  ...meRoutes,
  ...organizationRoutes,
  ...limitRoutes,
  ...domainRoutes,
  ...authenticationRoutes,
  ...pilotRoutes,
  ...clientKeyRoutes,
  ...clientSecretRoutes,
  ...setupLinkRoutes,
  ...roleRuleRoutes,
  ...templateRoutes,
  ...credentialRoutes,
  ...trialRoutes,
  ...userRoutes,
  ...peopleRoutes,
  ...invitationRoutes,
  ...applicationRoutes,
  ...apiResourceRoutes,
  ...applicationSecretRoutes,
  ...applicationHealthRoutes,
  ...unregisteredApplicationRoutes,
  ...apiTokenRoutes,
  ...loginRoutes,
  ...auditRoutes,
  ...systemRoutes,
};

export type Contract = typeof contract;
export type RouteName = keyof Contract;

/** Where the API stands below the public URL. */
export const API_BASE = '/api/v1';
