import { addApiResource } from './add-api-resource.ts';
import { addConflict } from './add-conflict.ts';
import { addTrial } from './trials.ts';
import { addUnregistered } from './unregistered.ts';
import { addApiToken, addApplication, addOldSecret, addUser, operatorAt, org, usr } from './people.ts';
import { createSecretBox } from '../../src/base/secret-box.ts';
import type { SecretBox } from '../../src/base/secret-box.ts';
import { systemClock, type Clock } from '../../src/base/clock.ts';
import { formatId } from '../../src/base/ids.ts';
import type { ApplicationId, LoginId, MailId } from '../../src/base/ids.ts';
import { randomReadable, randomSecret, randomUuid, sha256 } from '../../src/base/random.ts';
import { contract, type RouteName } from '../../src/api/contract/all-routes.ts';
import type { Database } from '../../src/db/database.ts';
import { createTemplate } from '../../src/connections/template/manage-templates.ts';
import { createConnectors, type ConnectorDeps } from '../../src/connectors/create-connectors.ts';
import { createGuardedFetch } from '../../src/connectors/outgoing/guarded-fetch.ts';
import { createKeySet } from '../../src/connections/keys/manage-client-keys.ts';
import { inviteSetup } from '../../src/connections/setup/invite-setup.ts';
import { claimDomain } from '../../src/domains/claim-domain.ts';
import { sendInvitation } from '../../src/invitations/send-invitation.ts';
import { SERVICE } from '../../src/audit/audit-event.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import type { User } from '../../src/users/user.ts';

interface Ground {
  db: Database;
  clock: Clock;
}

/** Connectors that reach nobody. */
const NOWHERE: ConnectorDeps = {
  fetch: createGuardedFetch({ allowedHosts: [] }),
  clock: systemClock,
  entraAuthority: 'https://login.microsoftonline.com',
  ownIssuer: 'http://localhost',
};

/** One of everything that an address of the API can name, in one organization. */
export interface Belongings {
  organization: Organization;
  user: User;
  pending: User;
  invitationId: string;
  applicationId: ApplicationId;
  apiResourceId: string;
  /** One that nobody registered. */
  unregisteredId: ApplicationId;
  /** Of the application, beside its newest one. */
  secretId: string;
  apiTokenId: string;
  /** Of a login. */
  reference: string;
  conflictId: string;
  trialId: string;
  clientKeys: { id: string; key: string };
  domain: string;
  setupLinkId: string;
  templateId: string;
}

/** Gives an organization one of everything. */
export async function furnish(deps: Ground & { secrets?: SecretBox }, organization: Organization): Promise<Belongings> {
  const secrets = deps.secrets ?? createSecretBox([Buffer.alloc(32, 7)]);
  const word = organization.name.toLowerCase();
  const user = await addUser(deps, organization, `maria@${word}.example`, { role: 'viewer' });
  const pending = await addUser(deps, organization, `pending@${word}.example`, { status: 'pending' });
  const mailing = {
    ...deps,
    secrets,
    texts: createTexts('Gatehouse'),
    config: { publicUrl: new URL('http://localhost') },
  };
  const invited = { organization, user: pending, invitedBy: null, inviterName: null };
  const invitation = await sendInvitation(mailing, SERVICE, invited);
  const setup = await inviteSetup(mailing, operatorAt(organization), {
    organizationId: organization.id,
    email: `it@${word}.example`,
  });
  const template = await createTemplate(
    { ...deps, secrets, connectors: createConnectors(NOWHERE) },
    operatorAt(organization),
    {
      organizationId: organization.id,
      name: 'Customers',
      clientId: randomUuid(),
      cloud: 'global',
      clientSecret: 'the secret of the registration',
      credentialExpiresAt: null,
    },
  );
  const applicationId = await addApplication(deps, organization, `Reports-${word}`);
  const apiResourceId = await addApiResource(deps, organization, `Orders-${word}`);
  const secretId = await addOldSecret(deps, organization, applicationId);
  await addApiToken(deps, organization, 'viewer');
  const token = await deps.db
    .selectFrom('apiToken')
    .select('id')
    .where('organizationId', '=', organization.id)
    .where('role', '=', 'viewer')
    .executeTakeFirstOrThrow();
  const domain = `${word}.example`;
  await deps.db
    .insertInto('organizationDomain')
    .values({ domain, organizationId: organization.id, createdAt: deps.clock.now() })
    .execute();
  await claimDomain(deps, operatorAt(organization), { organizationId: organization.id, domain });
  const reference = randomReadable(8);
  await deps.db
    .insertInto('login')
    .values({
      id: randomUuid() as LoginId,
      handleHash: sha256(randomSecret()),
      reference,
      clientId: 'start',
      organizationId: organization.id,
      userId: user.id,
      step: 'finished',
      state: '{}',
      request: '{}',
      createdAt: deps.clock.now(),
      expiresAt: deps.clock.now(),
    })
    .execute();
  const made = { organizationId: organization.id, credential: 'certificate' } as const;
  const keys = await createKeySet({ ...deps, secrets }, operatorAt(organization), made);
  const clientKeys = { id: formatId('cks', keys.id), key: formatId('cky', keys.keys[0]!.id) };
  return {
    reference,
    clientKeys,
    organization,
    user,
    pending,
    invitationId: formatId('inv', invitation.id),
    applicationId,
    apiResourceId: formatId('api', apiResourceId),
    unregisteredId: await addUnregistered(deps, organization, `https://agent.${word}.example/client.json`),
    secretId,
    apiTokenId: formatId('tok', token.id),
    conflictId: formatId('cfl', await addConflict(deps, user)),
    trialId: await addTrial({ ...deps, secrets }, organization),
    domain,
    setupLinkId: formatId('set', setup.invitation.id),
    templateId: formatId('tpl', template.id),
  };
}

/** A request to one address, as an administrator of the organization would send it. */
export interface ApiRequestTo {
  params: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
}

/** One good request to every address of the contract, at one organization. A new address does not compile without one here. */
export function requestsAt(at: Belongings): Readonly<Record<RouteName, ApiRequestTo>> {
  const organizationId = org(at.organization);
  const inOrganization = { params: { organizationId } };
  const ofUser = { params: { organizationId, userId: usr(at.user) } };
  const noMail = formatId('mai', randomUuid() as MailId);
  const applicationId = formatId('app', at.applicationId);
  const ofApplication = { params: { organizationId, applicationId } };
  const ofUnregistered = { params: { organizationId, applicationId: formatId('app', at.unregisteredId) } };
  const ofInvitation = { params: { organizationId, invitationId: at.invitationId } };
  const ofConflict = { params: { ...ofUser.params, conflictId: at.conflictId } };
  const ofTrial = { params: { organizationId, trialId: at.trialId } };
  const ofKeys = { params: { organizationId, clientKeysId: at.clientKeys.id } };
  const ofDomain = { params: { organizationId, domain: at.domain } };
  const ofSetupLink = { params: { organizationId, setupLinkId: at.setupLinkId } };
  const ofTemplate = { params: { organizationId, templateId: at.templateId } };
  const ofResource = { params: { organizationId, apiResourceId: at.apiResourceId } };
  const redirectUris = ['https://tickets.contoso.example/callback'];
  return {
    getMe: { params: {} },
    listCredentials: { params: {} },
    listTemplates: inOrganization,
    createTemplate: { ...inOrganization, body: { name: 'Further customers', clientId: randomUuid() } },
    getTemplate: ofTemplate,
    changeTemplate: { ...ofTemplate, body: { name: 'All customers', version: 1 } },
    deleteTemplate: ofTemplate,
    listConsents: ofTemplate,
    askConsents: { ...ofTemplate, body: { organizations: [{ organizationId, email: 'it@contoso.example' }] } },
    turnOnConsents: { ...ofTemplate, body: { organizations: [{ organizationId, directoryId: randomUuid() }] } },
    revokeConsent: { ...ofTemplate, body: { managedOrganizationId: organizationId } },
    listOrganizations: { params: {}, query: { below: organizationId } },
    createOrganization: { params: {}, body: { name: 'Taken', managingOrganizationId: organizationId } },
    getOrganization: inOrganization,
    getLimits: inOrganization,
    changeLimits: { ...inOrganization, body: { users: 9 } },
    changeOrganization: { ...inOrganization, body: { name: 'Taken', version: 1 } },
    removeOrganization: { ...inOrganization, query: { confirm: at.organization.name } },
    listDomains: inOrganization,
    addDomain: { ...inOrganization, body: { domain: 'taken.example' } },
    checkDomain: ofDomain,
    takeDomainIntoEffect: ofDomain,
    removeVerification: ofDomain,
    routeDomain: { params: { organizationId, domain: 'taken.example' } },
    removeDomain: ofDomain,
    getAuthentication: inOrganization,
    proposeDirectory: { ...inOrganization, query: { domain: 'gmail.com' } },
    checkAuthentication: { ...inOrganization, body: { settings: { method: 'built-in' } } },
    saveAuthentication: { ...inOrganization, body: { settings: { method: 'same-as-managing' }, version: 1 } },
    confirmProvider: { ...inOrganization, body: { hold: 'none' } },
    switchBack: { ...inOrganization, body: { version: 1 } },
    getRoleRules: inOrganization,
    saveRoleRules: { ...inOrganization, body: { rules: [], version: 1 } },
    previewRoleRules: { ...inOrganization, body: { of: { stated: { groups: ['taken'] } } } },
    previewMapping: { ...inOrganization, body: { method: 'openid-connect', nameClaim: 'displayName' } },
    switchProviderLogout: { ...inOrganization, body: { atProvider: true, version: 1 } },
    listAffectedUsers: { ...inOrganization, query: { only: 'mailed-code' } },
    changePilot: { ...inOrganization, body: { pilot: { percent: 10 }, version: 1 } },
    endPilot: { ...inOrganization, body: { version: 1 } },
    listSetupLinks: inOrganization,
    createSetupLink: { ...inOrganization, body: { email: 'it@fabrikam.example' } },
    revokeSetupLink: ofSetupLink,
    checkDraft: ofSetupLink,
    turnOnDraft: { ...ofSetupLink, body: { version: 1 } },
    takeDraftSecret: ofSetupLink,
    discardDraft: ofSetupLink,
    createClientKeys: { ...inOrganization, body: { credential: 'private-key' } },
    getClientKeys: ofKeys,
    addNextKey: ofKeys,
    useClientKey: { ...ofKeys, body: { key: at.clientKeys.key } },
    getClientSecrets: inOrganization,
    enterNextSecret: { ...inOrganization, body: { clientSecret: 'taken' } },
    deleteNextSecret: inOrganization,
    useClientSecret: { ...inOrganization, body: { secret: 'next' } },
    beginTrial: { ...inOrganization, body: { settings: null } },
    listTrials: inOrganization,
    getTrial: ofTrial,
    mailTrial: { ...ofTrial, body: { email: 'eve@fabrikam.example' } },
    endTrial: ofTrial,
    listUsers: inOrganization,
    getUser: ofUser,
    changeUser: { ...ofUser, body: { name: 'Taken', role: 'viewer', version: 1 } },
    disableUser: ofUser,
    enableUser: ofUser,
    resetAuthenticators: ofUser,
    resetIdentity: ofUser,
    changeAddress: { ...ofUser, body: { email: 'taken@contoso.example', version: 1 } },
    sendAddressProof: ofUser,
    listUserMails: ofUser,
    sendUserMailAgain: { params: { ...ofUser.params, mailId: noMail } },
    withdrawConsent: { params: { ...ofUser.params, applicationId } },
    confirmSamePerson: { ...ofConflict, body: { shown: 'as-shown' } },
    confirmAnotherPerson: { ...ofConflict, body: { shown: 'as-shown', email: 'taken@contoso.example' } },
    removeUser: { ...ofUser, query: { confirm: at.user.email } },
    setApplicationRoles: {
      params: { ...ofUser.params, applicationId },
      body: { organizationId, roles: ['admin'] },
    },
    inviteUsers: { ...inOrganization, body: { addresses: 'eve@fabrikam.example' } },
    listInvitations: inOrganization,
    resendInvitation: ofInvitation,
    revokeInvitation: ofInvitation,
    listApplications: inOrganization,
    registerApplication: { ...inOrganization, body: { name: 'Tickets', kind: 'web', redirectUris } },
    getApplication: ofApplication,
    getApplicationHealth: ofApplication,
    changeApplication: { ...ofApplication, body: { redirectUris, version: 1 } },
    rotateSecret: ofApplication,
    tryApplication: { ...ofApplication, body: { codeChallenge: 'x'.repeat(43) } },
    listApplicationSecrets: ofApplication,
    makeApplicationSecret: { ...ofApplication, body: { overlapHours: 0 } },
    removeApplicationSecret: { params: { ...ofApplication.params, secretId: at.secretId } },
    listUnregisteredApplications: inOrganization,
    blockUnregisteredApplication: { ...ofUnregistered, body: { blocked: true } },
    removeUnregisteredApplication: ofUnregistered,
    removeApplication: { ...ofApplication, query: { confirm: `Reports-${at.organization.name.toLowerCase()}` } },
    listApiResources: inOrganization,
    makeApiResource: { ...inOrganization, body: { name: 'Taken', scopes: [], audience: 'urn:taken' } },
    getApiResource: ofResource,
    changeApiResource: { ...ofResource, body: { name: 'Taken', scopes: [], version: 1 } },
    removeApiResource: { ...ofResource, query: { confirm: `Orders-${at.organization.name.toLowerCase()}` } },
    listAllowedResources: ofApplication,
    allowScopes: { params: { ...ofResource.params, applicationId }, body: { scopes: ['orders:read'] } },
    listApiTokens: inOrganization,
    createApiToken: { ...inOrganization, body: { role: 'administrator' } },
    revokeApiToken: { params: { organizationId, apiTokenId: at.apiTokenId } },
    listLogins: inOrganization,
    getHealth: inOrganization,
    simulateLogin: { ...inOrganization, body: { email: at.user.email } },
    explainLogin: { params: { organizationId, reference: at.reference } },
    listAuditEvents: inOrganization,
    getSystem: { params: {} },
    listMails: { params: {} },
    sendMailAgain: { params: { mailId: noMail } },
    sendTestMail: { params: {} },
  };
}

export const ROUTE_NAMES = Object.keys(contract) as RouteName[];

/** Path and query of a request, below `/api/v1`. */
export function addressOf(name: RouteName, request: ApiRequestTo): string {
  const path = contract[name].path.replaceAll(/\{(\w+)\}/g, (_match, part: string) =>
    encodeURIComponent(request.params[part] ?? ''),
  );
  return request.query === undefined ? path : `${path}?${new URLSearchParams(request.query).toString()}`;
}
