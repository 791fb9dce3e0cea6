import type { Server } from '../http/server.ts';
import { answer } from './answer.ts';
import * as apiTokens from './handlers/api-tokens.ts';
import * as applications from './handlers/applications.ts';
import { listAuditEvents } from './handlers/audit.ts';
import * as authentication from './handlers/authentication.ts';
import type { ConsoleTokens } from './caller.ts';
import { API_BASE, contract } from './contract/all-routes.ts';
import type { RouteName } from './contract/all-routes.ts';
import type { ApiDeps, Entry } from './handlers/handler.ts';
import * as invitations from './handlers/invitations.ts';
import { getMe } from './handlers/me.ts';
import { mountReference } from './reference-page.ts';
import { openapiDocument } from './openapi.ts';
import * as organizations from './handlers/organizations.ts';
import * as users from './handlers/users.ts';
import { AppError } from '../base/errors.ts';
import { API_HEADERS } from '../http/headers.ts';

/** Every address of the API: what it asks for and what answers. Method, path, input and output stand in the contract. */
export const ROUTES: { readonly [N in RouteName]: Entry<N> } = {
  getMe: { permission: 'read', handler: getMe },

  listOrganizations: { permission: 'read', handler: organizations.listOrganizations },
  createOrganization: { permission: 'edit-organizations', handler: organizations.addOrganization },
  getOrganization: { permission: 'read', handler: organizations.getOrganization },
  changeOrganization: { permission: 'edit-organizations', handler: organizations.editOrganization },
  removeOrganization: { permission: 'edit-authentication', handler: organizations.removeOrganization },
  routeDomain: { permission: 'edit-authentication', handler: organizations.routeDomain },
  removeDomain: { permission: 'edit-authentication', handler: organizations.removeDomain },

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
  switchBack: { permission: 'edit-authentication', handler: authentication.switchBack },

  listUsers: { permission: 'read', handler: users.listUsers },
  getUser: { permission: 'read', handler: users.getUser },
  changeUser: { permission: 'edit-users', handler: users.changeUser },
  disableUser: { permission: 'edit-users', handler: users.disableUser },
  enableUser: { permission: 'edit-users', handler: users.enableUser },
  resetAuthenticators: { permission: 'edit-users', handler: users.resetAuthenticators },
  resetIdentity: { permission: 'edit-users', handler: users.resetIdentity },
  removeUser: { permission: 'edit-users', handler: users.removeUser },
  setApplicationRoles: { permission: 'edit-roles', handler: users.setApplicationRoles },

  inviteUsers: { permission: 'edit-users', handler: invitations.inviteUsers },
  listInvitations: { permission: 'read', handler: invitations.listInvitations },
  resendInvitation: { permission: 'edit-users', handler: invitations.resendInvitation },
  revokeInvitation: { permission: 'edit-users', handler: invitations.revokeInvitation },

  listApplications: { permission: 'read', handler: applications.listApplications },
  registerApplication: { permission: 'edit-applications', handler: applications.registerApplication },
  getApplication: { permission: 'read', handler: applications.getApplication },
  changeApplication: { permission: 'edit-applications', handler: applications.changeApplication },
  rotateSecret: { permission: 'edit-applications', handler: applications.rotateSecret },
  removeApplication: { permission: 'edit-applications', handler: applications.removeApplication },

  listApiTokens: { permission: 'edit-roles', handler: apiTokens.listApiTokens },
  createApiToken: { permission: 'edit-roles', handler: apiTokens.createApiToken },
  revokeApiToken: { permission: 'edit-roles', handler: apiTokens.revokeApiToken },

  listAuditEvents: { permission: 'read-audit', handler: listAuditEvents },
};

/** Mounts the door for administrators: the addresses of the table, and the document that describes them. */
export async function mountApi(
  server: Server,
  deps: ApiDeps & { consoleTokens: ConsoleTokens; referenceFolder: URL },
): Promise<void> {
  const document = openapiDocument({
    publicUrl: deps.config.publicUrl,
    version: deps.version,
    product: deps.config.productName,
  });
  await mountReference(server, deps.referenceFolder, `${deps.config.productName} API`);
  await server.register(async (door) => {
    // JSON alone: a form that another site posts is not even read.
    door.removeAllContentTypeParsers();
    const parseJson = door.getDefaultJsonParser('error', 'error');
    door.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
      if (body === '') done(null, undefined);
      else void parseJson(request, body as string, done);
    });
    door.addHook('onRequest', async (_request, reply) => {
      reply.headers(API_HEADERS);
    });
    door.get('/api/openapi.json', async () => document);
    for (const name of Object.keys(contract) as RouteName[]) {
      const route = contract[name];
      const answered = { route: contract[name], entry: ROUTES[name] };
      door.route({
        method: route.method,
        url: API_BASE + route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
        async handler(request, reply) {
          const result = await answer(deps, answered, request);
          return reply.code(route.status).send(result);
        },
      });
    }
    door.all('/api/*', async () => {
      throw new AppError('not-found');
    });
  });
}
