import { z } from 'zod';
import { methodSettings } from '../connections/configure/check-settings.ts';
import type { Server } from '../http/server.ts';
import { handleRequest } from './handle-request.ts';
import type { BoundRoute, HandleDeps } from './handle-request.ts';
import * as apiResources from './handlers/api-resources.ts';
import * as apiTokens from './handlers/api-tokens.ts';
import { getApplicationHealth } from './handlers/application-health.ts';
import * as applications from './handlers/applications.ts';
import * as applicationSecrets from './handlers/applications/client-secrets.ts';
import * as unregistered from './handlers/applications/unregistered.ts';
import { listAuditEvents } from './handlers/audit.ts';
import * as authentication from './handlers/authentication.ts';
import { errorsPage } from './errors-page.ts';
import { API_BASE, contract } from './contract/all-routes.ts';
import type { RouteName } from './contract/all-routes.ts';
import * as domains from './handlers/domains.ts';
import type { RouteEntry } from './handlers/handler.ts';
import * as invitations from './handlers/invitations.ts';
import * as logins from './handlers/logins.ts';
import { getMe } from './handlers/me.ts';
import { mountReference } from './reference-page.ts';
import { openapiDocument } from './openapi.ts';
import * as organizations from './handlers/organizations.ts';
import * as limits from './handlers/organizations/limits.ts';
import * as clientKeys from './handlers/connections/client-keys.ts';
import * as clientSecrets from './handlers/connections/client-secrets.ts';
import * as setupLinks from './handlers/connections/setup-links.ts';
import * as roleRules from './handlers/connections/role-rules.ts';
import * as credentials from './handlers/connections/credentials.ts';
import * as templates from './handlers/connections/templates.ts';
import * as pilots from './handlers/connections/pilots.ts';
import * as trials from './handlers/connections/trials.ts';
import * as system from './handlers/system/system.ts';
import * as people from './handlers/users/people.ts';
import * as userMails from './handlers/users/user-mails.ts';
import * as users from './handlers/users/users.ts';
import { AppError } from '../base/errors.ts';
import { API_HEADERS, pageHeaders } from '../http/headers.ts';
import { parseJson } from '../http/json.ts';
import { ERRORS_PAGE } from '../http/problem.ts';

/*
 * The API: the door for administrators and their programs.
 *
 *   request ─ routes.ts ─ handle-request.ts ─ handlers/*.ts ─ an operation of a room ─ its store
 *                            │
 *                            ├─ callers: bearer token → Caller, in the transaction's first statement
 *                            ├─ permission (below), input (contract), Idempotency-Key (idempotency.ts)
 *                            └─ output checked against the contract
 *
 * contract/      zod schemas of every route: server, console and OpenAPI document are made from it
 * handlers/      one function per route: from the wire to an operation and back
 * openapi.ts     the document at /api/openapi.json
 * errors-page.ts what each code means: the `type` of a problem refers to it
 * Refusals are problem documents (RFC 9457); http/problem.ts makes them from an AppError.
 */

/** Permission and handler of every route; method, path, input and output stand in the contract. */
export const ROUTES: { readonly [N in RouteName]: RouteEntry<N> } = {
  getMe: { permission: 'read', handler: getMe },

  listOrganizations: { permission: 'read', handler: organizations.listOrganizations },
  createOrganization: { permission: 'edit-organizations', handler: organizations.addOrganization },
  getOrganization: { permission: 'read', handler: organizations.getOrganization },
  changeOrganization: { permission: 'edit-organizations', handler: organizations.editOrganization },
  getLimits: { permission: 'read', handler: limits.getLimits },
  changeLimits: { permission: 'edit-authentication', handler: limits.changeLimits },
  removeOrganization: { permission: 'edit-authentication', handler: organizations.removeOrganization },

  listDomains: { permission: 'read', handler: domains.listDomains },
  addDomain: { permission: 'edit-authentication', handler: domains.addDomain },
  checkDomain: { permission: 'edit-authentication', handler: domains.checkDomain, reachesOut: true },
  takeDomainIntoEffect: { permission: 'edit-authentication', handler: domains.takeDomainIntoEffect },
  removeVerification: { permission: 'edit-authentication', handler: domains.removeVerification },
  routeDomain: { permission: 'edit-authentication', handler: domains.routeDomain },
  removeDomain: { permission: 'edit-authentication', handler: domains.removeDomain },

  getAuthentication: { permission: 'read', handler: authentication.getAuthentication },
  proposeDirectory: {
    permission: 'edit-authentication',
    handler: authentication.proposeDirectory,
    reachesOut: true,
  },
  checkAuthentication: {
    permission: 'edit-authentication',
    handler: authentication.checkAuthentication,
    reachesOut: true,
  },
  saveAuthentication: {
    permission: 'edit-authentication',
    handler: authentication.saveAuthentication,
    reachesOut: true,
  },
  confirmProvider: { permission: 'edit-authentication', handler: authentication.confirmProvider },
  switchBack: { permission: 'edit-authentication', handler: authentication.switchBack },
  switchProviderLogout: { permission: 'edit-authentication', handler: authentication.switchProviderLogout },
  listAffectedUsers: { permission: 'edit-authentication', handler: pilots.listAffectedUsers },
  changePilot: { permission: 'edit-authentication', handler: pilots.changePilot },
  endPilot: { permission: 'edit-authentication', handler: pilots.endPilot },
  createClientKeys: { permission: 'edit-authentication', handler: clientKeys.createClientKeys },
  getClientKeys: { permission: 'read', handler: clientKeys.getClientKeys },
  addNextKey: { permission: 'edit-authentication', handler: clientKeys.addNextKey },
  useClientKey: { permission: 'edit-authentication', handler: clientKeys.useClientKey },
  getClientSecrets: { permission: 'read', handler: clientSecrets.getClientSecrets },
  enterNextSecret: { permission: 'edit-authentication', handler: clientSecrets.enterNextSecret },
  deleteNextSecret: { permission: 'edit-authentication', handler: clientSecrets.deleteNextSecret },
  useClientSecret: { permission: 'edit-authentication', handler: clientSecrets.useClientSecret },
  beginTrial: { permission: 'edit-authentication', handler: trials.beginTrial, reachesOut: true },
  listTrials: { permission: 'edit-authentication', handler: trials.listTrials },
  previewMapping: { permission: 'edit-authentication', handler: trials.previewMapping },
  getTrial: { permission: 'edit-authentication', handler: trials.getTrial },
  mailTrial: { permission: 'edit-authentication', handler: trials.mailTrial },
  endTrial: { permission: 'edit-authentication', handler: trials.endTrial },

  getRoleRules: { permission: 'edit-authentication', handler: roleRules.getRoleRules },
  saveRoleRules: { permission: 'edit-roles', handler: roleRules.saveRoleRules },
  previewRoleRules: { permission: 'edit-authentication', handler: roleRules.previewRoleRules },

  listSetupLinks: { permission: 'read', handler: setupLinks.listSetupLinks },
  createSetupLink: { permission: 'edit-authentication', handler: setupLinks.createSetupLink },
  revokeSetupLink: { permission: 'edit-authentication', handler: setupLinks.revokeSetupLink },
  checkDraft: { permission: 'edit-authentication', handler: setupLinks.checkDraft, reachesOut: true },
  turnOnDraft: { permission: 'edit-authentication', handler: setupLinks.turnOnDraft, reachesOut: true },
  takeDraftSecret: { permission: 'edit-authentication', handler: setupLinks.takeDraftSecret },
  discardDraft: { permission: 'edit-authentication', handler: setupLinks.discardDraft },

  listCredentials: { permission: 'read', handler: credentials.listCredentials },
  listTemplates: { permission: 'read', handler: templates.listTemplates },
  createTemplate: { permission: 'edit-authentication', handler: templates.createTemplate },
  getTemplate: { permission: 'read', handler: templates.getTemplate },
  changeTemplate: { permission: 'edit-authentication', handler: templates.changeTemplate },
  deleteTemplate: { permission: 'edit-authentication', handler: templates.deleteTemplate },
  listConsents: { permission: 'read', handler: templates.listConsents },
  askConsents: { permission: 'edit-authentication', handler: templates.askConsents, reachesOut: true },
  turnOnConsents: { permission: 'edit-authentication', handler: templates.turnOnConsents, reachesOut: true },
  revokeConsent: { permission: 'edit-authentication', handler: templates.revokeConsent },

  listUsers: { permission: 'read', handler: users.listUsers },
  getUser: { permission: 'read', handler: users.getUser },
  changeUser: { permission: 'edit-users', handler: users.changeUser },
  disableUser: { permission: 'edit-users', handler: users.disableUser },
  enableUser: { permission: 'edit-users', handler: users.enableUser },
  resetAuthenticators: { permission: 'edit-users', handler: users.resetAuthenticators },
  resetIdentity: { permission: 'edit-users', handler: users.resetIdentity },
  changeAddress: { permission: 'edit-users', handler: people.changeAddress },
  sendAddressProof: { permission: 'edit-users', handler: people.sendAddressProof },
  listUserMails: { permission: 'read', handler: userMails.listUserMails },
  sendUserMailAgain: { permission: 'edit-users', handler: userMails.sendUserMailAgain },
  withdrawConsent: { permission: 'edit-users', handler: people.withdrawConsent },
  confirmSamePerson: { permission: 'edit-roles', handler: people.confirmSamePerson },
  confirmAnotherPerson: { permission: 'edit-users', handler: people.confirmAnotherPerson },
  removeUser: { permission: 'edit-users', handler: users.removeUser },
  setApplicationRoles: { permission: 'edit-roles', handler: users.setApplicationRoles },

  inviteUsers: { permission: 'edit-users', handler: invitations.inviteUsers },
  listInvitations: { permission: 'read', handler: invitations.listInvitations },
  resendInvitation: { permission: 'edit-users', handler: invitations.resendInvitation },
  revokeInvitation: { permission: 'edit-users', handler: invitations.revokeInvitation },

  listApplications: { permission: 'read', handler: applications.listApplications },
  registerApplication: { permission: 'edit-applications', handler: applications.registerApplication },
  getApplication: { permission: 'read', handler: applications.getApplication },
  getApplicationHealth: { permission: 'read', handler: getApplicationHealth },
  changeApplication: { permission: 'edit-applications', handler: applications.changeApplication },
  rotateSecret: { permission: 'edit-applications', handler: applications.rotateSecret },
  tryApplication: { permission: 'edit-applications', handler: applications.tryApplication },
  listUnregisteredApplications: { permission: 'read', handler: unregistered.listUnregisteredApplications },
  blockUnregisteredApplication: {
    permission: 'edit-applications',
    handler: unregistered.blockUnregisteredApplication,
  },
  removeUnregisteredApplication: {
    permission: 'edit-applications',
    handler: unregistered.removeUnregisteredApplication,
  },
  listApplicationSecrets: { permission: 'read', handler: applicationSecrets.listApplicationSecrets },
  makeApplicationSecret: { permission: 'edit-applications', handler: applicationSecrets.makeApplicationSecret },
  removeApplicationSecret: { permission: 'edit-applications', handler: applicationSecrets.removeApplicationSecret },
  removeApplication: { permission: 'edit-applications', handler: applications.removeApplication },

  listApiResources: { permission: 'read', handler: apiResources.listApiResources },
  makeApiResource: { permission: 'edit-applications', handler: apiResources.makeApiResource },
  getApiResource: { permission: 'read', handler: apiResources.getApiResource },
  changeApiResource: { permission: 'edit-applications', handler: apiResources.changeApiResource },
  removeApiResource: { permission: 'edit-applications', handler: apiResources.removeApiResource },
  listAllowedResources: { permission: 'read', handler: apiResources.listAllowedResources },
  allowScopes: { permission: 'edit-applications', handler: apiResources.allowScopes },

  listApiTokens: { permission: 'edit-roles', handler: apiTokens.listApiTokens },
  createApiToken: { permission: 'edit-roles', handler: apiTokens.createApiToken },
  revokeApiToken: { permission: 'edit-roles', handler: apiTokens.revokeApiToken },

  listLogins: { permission: 'read-audit', handler: logins.listLogins },
  getHealth: { permission: 'read-audit', handler: logins.getHealth },
  simulateLogin: { permission: 'read-audit', handler: logins.simulateLogin },
  explainLogin: { permission: 'read-audit', handler: logins.explainLogin },

  listAuditEvents: { permission: 'read-audit', handler: listAuditEvents },

  // Of the root's administrators, its own alone: their operations let nobody else in.
  getSystem: { permission: 'read-audit', handler: system.getSystem },
  listMails: { permission: 'read-audit', handler: system.listMails },
  sendMailAgain: { permission: 'edit-roles', handler: system.sendMailAgain },
  sendTestMail: { permission: 'edit-roles', handler: system.sendTestMail },
};

/** Mounts every route of the table, and the OpenAPI document. */
export async function mountApi(
  server: Server,
  given: Omit<HandleDeps, 'methodSettings'> & { referenceFolder: URL },
): Promise<void> {
  const settings = methodSettings(given.connectors);
  const deps = { ...given, methodSettings: z.object({ settings }) };
  let document: object | undefined;
  // Made when it is first asked for: that takes longer than the rest of a start.
  const documentOnce = (): object =>
    (document ??= openapiDocument({
      publicUrl: deps.config.publicUrl,
      version: deps.version,
      product: deps.config.productName,
      schemas: [settings],
    }));
  await mountReference(server, deps.referenceFolder, `${deps.config.productName} API`);
  await server.register(async (door) => {
    // JSON alone: a form that another site posts is not even read.
    door.removeAllContentTypeParsers();
    door.addContentTypeParser('application/json', { parseAs: 'string' }, async (_request: unknown, body: string) =>
      body === '' ? undefined : parseJson(body),
    );
    door.addHook('onRequest', async (_request, reply) => {
      reply.headers(API_HEADERS);
    });
    door.get('/api/openapi.json', async () => documentOnce());
    door.get(ERRORS_PAGE, async ({ headers }, reply) =>
      reply.headers(pageHeaders()).send(errorsPage(deps.texts.for(headers['accept-language']))),
    );
    for (const name of Object.keys(contract) as RouteName[]) {
      const route = contract[name];
      const bound: BoundRoute = { route: contract[name], entry: ROUTES[name] };
      door.route({
        method: route.method,
        url: API_BASE + route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
        async handler(request, reply) {
          const result = await handleRequest(deps, bound, request);
          return reply.code(route.status).send(result);
        },
      });
    }
    door.all('/api/*', async () => {
      throw new AppError('not-found');
    });
  });
}
