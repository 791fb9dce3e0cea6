import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  type SearchSchemaInput,
} from '@tanstack/react-router';
import type { z } from 'zod';
import {
  applicationList,
  auditList,
  consentList,
  credentialList,
  loginList,
  mailList,
  organizationList,
  settingsPlace,
  userList,
  userPlace,
} from './parts/list/list-places.ts';
import { NotFound, PageFailure, Waiting } from './pages/states.tsx';
import { Shell } from './parts/frame/shell.tsx';
import { useMe } from './api/queries.ts';

const searching = <T extends z.ZodType>(schema: T) => {
  return (given: z.input<T> & SearchSchemaInput): z.output<T> => schema.parse(given);
};

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });

function Frame() {
  const me = useMe();
  const email = me.user?.email ?? '';
  return (
    <Shell
      user={{ name: me.user?.name ?? email, email }}
      organization={me.organization.name}
      mayReadAudit={me.permissions.includes('read-audit')}
      runsService={me.isRootAdministrator}
    >
      <Outlet />
    </Shell>
  );
}

const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => redirect({ to: '/managed-organizations', replace: true, throw: true }),
});

const managedOrganizations = createRoute({
  getParentRoute: () => root,
  path: 'managed-organizations',
  validateSearch: searching(organizationList),
  component: lazyRouteComponent(() => import('./pages/managed-organizations.tsx'), 'ManagedOrganizationsPage'),
});

const frame = lazyRouteComponent(() => import('./pages/organization.tsx'), 'OrganizationPage');
const authentication = lazyRouteComponent(() => import('./pages/authentication.tsx'), 'AuthenticationSection');
const authenticationSettings = lazyRouteComponent(
  () => import('./pages/authentication-settings.tsx'),
  'AuthenticationSettingsPane',
);
const domains = lazyRouteComponent(() => import('./pages/organization/domains.tsx'), 'DomainsSection');
const settings = lazyRouteComponent(() => import('./pages/organization/organization-settings.tsx'), 'SettingsSection');
const users = lazyRouteComponent(() => import('./pages/users.tsx'), 'UsersPage');
const user = lazyRouteComponent(() => import('./pages/user.tsx'), 'UserPage');
const applications = lazyRouteComponent(() => import('./pages/applications.tsx'), 'ApplicationsPage');
const allSettings = lazyRouteComponent(
  () => import('./pages/application/register-application.tsx'),
  'RegisterApplicationPage',
);
const chooseProgram = lazyRouteComponent(() => import('./pages/programs/choose-program.tsx'), 'ChooseProgramPage');
const registerProgram = lazyRouteComponent(
  () => import('./pages/programs/register-program.tsx'),
  'RegisterProgramPage',
);
const registerOther = lazyRouteComponent(
  () => import('./pages/programs/other/register-other.tsx'),
  'RegisterOtherPage',
);
const tryApplication = lazyRouteComponent(
  () => import('./pages/application/try/try-application.tsx'),
  'TryApplicationPage',
);
const tried = lazyRouteComponent(() => import('./pages/application/try/tried.tsx'), 'TriedPage');
const setUpProgram = lazyRouteComponent(
  () => import('./pages/programs/set-up-program.tsx'),
  'ProgramOfApplicationPage',
);
const programGuides = lazyRouteComponent(() => import('./pages/programs/program-guides.tsx'), 'ProgramGuidesPage');
const programGuide = lazyRouteComponent(() => import('./pages/programs/program-guides.tsx'), 'ProgramGuidePage');
const application = lazyRouteComponent(() => import('./pages/application.tsx'), 'ApplicationPage');
const apiResources = lazyRouteComponent(
  () => import('./pages/api-resources/api-resources-page.tsx'),
  'ApiResourcesPage',
);
const addApiResource = lazyRouteComponent(() => import('./pages/api-resources/add-api-resource.tsx'), 'AddApiResource');
const apiResource = lazyRouteComponent(() => import('./pages/api-resources/api-resource.tsx'), 'ApiResourcePage');
const credentials = lazyRouteComponent(() => import('./pages/credentials.tsx'), 'CredentialsPage');
const templates = lazyRouteComponent(() => import('./pages/templates.tsx'), 'TemplatesPage');
const template = lazyRouteComponent(() => import('./pages/template.tsx'), 'TemplatePage');
const why = lazyRouteComponent(() => import('./pages/why.tsx'), 'WhySection');
const explainedLogin = lazyRouteComponent(() => import('./pages/why/explained-login.tsx'), 'ExplainedLoginSection');
const system = lazyRouteComponent(() => import('./pages/system/system-page.tsx'), 'SystemPage');
const auditLog = lazyRouteComponent(() => import('./pages/audit-log.tsx'), 'AuditLogPage');

// A managed organization and its sections
const managed = createRoute({
  getParentRoute: () => root,
  path: 'managed-organizations/$organizationId',
  component: frame,
});
const managedAuthentication = createRoute({ getParentRoute: () => managed, path: '/', component: authentication });
const managedAuthenticationSettings = createRoute({
  getParentRoute: () => managed,
  path: 'authentication-settings',
  component: authenticationSettings,
  validateSearch: searching(settingsPlace),
});
const managedUsers = createRoute({
  getParentRoute: () => managed,
  path: 'users',
  component: users,
  validateSearch: searching(userList),
});
const managedDomains = createRoute({ getParentRoute: () => managed, path: 'domains', component: domains });
const managedSettings = createRoute({ getParentRoute: () => managed, path: 'settings', component: settings });
const managedAuditLog = createRoute({
  getParentRoute: () => managed,
  path: 'audit-log',
  component: auditLog,
  validateSearch: searching(auditList),
});
const managedWhy = createRoute({
  getParentRoute: () => managed,
  path: 'why',
  component: why,
  validateSearch: searching(loginList),
});
const managedLogin = createRoute({ getParentRoute: () => managed, path: 'why/$reference', component: explainedLogin });
const managedUser = createRoute({
  getParentRoute: () => root,
  path: 'managed-organizations/$organizationId/users/$userId',
  component: user,
  validateSearch: searching(userPlace),
});

// One's own
const mine = createRoute({ getParentRoute: () => root, path: 'my-organization', component: frame });
const myAuthentication = createRoute({ getParentRoute: () => mine, path: '/', component: authentication });
const myAuthenticationSettings = createRoute({
  getParentRoute: () => mine,
  path: 'authentication-settings',
  component: authenticationSettings,
  validateSearch: searching(settingsPlace),
});
const myDomains = createRoute({ getParentRoute: () => mine, path: 'domains', component: domains });
const mySettings = createRoute({ getParentRoute: () => mine, path: 'settings', component: settings });
const myWhy = createRoute({
  getParentRoute: () => mine,
  path: 'why',
  component: why,
  validateSearch: searching(loginList),
});
const myLogin = createRoute({ getParentRoute: () => mine, path: 'why/$reference', component: explainedLogin });
const myUsers = createRoute({
  getParentRoute: () => root,
  path: 'users',
  component: users,
  validateSearch: searching(userList),
});
const myUser = createRoute({
  getParentRoute: () => root,
  path: 'users/$userId',
  component: user,
  validateSearch: searching(userPlace),
});
const myApplications = createRoute({
  getParentRoute: () => root,
  path: 'applications',
  component: applications,
  validateSearch: searching(applicationList),
});
// Registering: which program, the page of each; everything that can be set is in the form of all settings.
const registering = [
  createRoute({ getParentRoute: () => root, path: 'applications/register', component: chooseProgram }),
  createRoute({ getParentRoute: () => root, path: 'applications/register/all-settings', component: allSettings }),
  createRoute({ getParentRoute: () => root, path: 'applications/register/kind/$kind', component: allSettings }),
  createRoute({ getParentRoute: () => root, path: 'applications/register/other', component: registerOther }),
  createRoute({ getParentRoute: () => root, path: 'applications/register/$presetId', component: registerProgram }),
  createRoute({ getParentRoute: () => root, path: 'applications/guides', component: programGuides }),
  createRoute({ getParentRoute: () => root, path: 'applications/guides/$presetId', component: programGuide }),
  createRoute({ getParentRoute: () => root, path: 'applications/$applicationId/program', component: setUpProgram }),
  createRoute({ getParentRoute: () => root, path: 'applications/$applicationId/try', component: tryApplication }),
  createRoute({ getParentRoute: () => root, path: 'tried', component: tried }),
] as const;
const myApplication = createRoute({
  getParentRoute: () => root,
  path: 'applications/$applicationId',
  component: application,
});
const myApiResources = createRoute({
  getParentRoute: () => root,
  path: 'api-resources',
  component: apiResources,
  validateSearch: searching(applicationList),
});
const addMyApiResource = createRoute({
  getParentRoute: () => root,
  path: 'api-resources/add',
  component: addApiResource,
});
const myApiResource = createRoute({
  getParentRoute: () => root,
  path: 'api-resources/$apiResourceId',
  component: apiResource,
});
const myTemplates = createRoute({
  getParentRoute: () => root,
  path: 'connection-templates',
  component: templates,
  validateSearch: searching(applicationList),
});
const myTemplate = createRoute({
  getParentRoute: () => root,
  path: 'connection-templates/$templateId',
  component: template,
  validateSearch: searching(consentList),
});
const myCredentials = createRoute({
  getParentRoute: () => root,
  path: 'credentials',
  component: credentials,
  validateSearch: searching(credentialList),
});
const myAuditLog = createRoute({
  getParentRoute: () => root,
  path: 'audit-log',
  component: auditLog,
  validateSearch: searching(auditList),
});
const systemPage = createRoute({
  getParentRoute: () => root,
  path: 'system',
  component: system,
  validateSearch: searching(mailList),
});

const tree = root.addChildren([
  start,
  managedOrganizations,
  managed.addChildren([
    managedAuthentication,
    managedAuthenticationSettings,
    managedUsers,
    managedDomains,
    managedSettings,
    managedAuditLog,
    managedWhy,
    managedLogin,
  ]),
  managedUser,
  mine.addChildren([myAuthentication, myAuthenticationSettings, myDomains, mySettings, myWhy, myLogin]),
  myUsers,
  myUser,
  myApplications,
  ...registering,
  myApplication,
  myApiResources,
  addMyApiResource,
  myApiResource,
  myCredentials,
  myTemplates,
  myTemplate,
  myAuditLog,
  systemPage,
]);

/** Every page of the console and its address. */
export function createConsoleRouter() {
  return createRouter({
    routeTree: tree,
    basepath: '/console',
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingComponent: Waiting,
    defaultErrorComponent: PageFailure,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
