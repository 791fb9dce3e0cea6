import * as client from 'openid-client';
import type { Application } from '../../src/applications/application.ts';
import { allowScopes } from '../../src/applications/resources/allow-scopes.ts';
import type { ApiResource } from '../../src/applications/resources/api-resource.ts';
import { makeApiResource as make } from '../../src/applications/resources/manage-api-resources.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { administratorOf, makeApplication } from './fixtures.ts';
import type { TestService } from './start-service.ts';

/** The audience of the API of the tests, unless they say another. */
export const ORDERS = 'https://orders.northwind.example/api';

/** An API resource of an organization, with the scopes `orders:read` and `orders:write`. */
export async function makeApiResource(
  service: TestService,
  owner: Organization,
  settings: Partial<Parameters<typeof make>[2]> = {},
): Promise<ApiResource> {
  return make(ground(service), administratorOf(owner, service), {
    organizationId: owner.id,
    audience: ORDERS,
    name: 'Orders',
    tokenFormat: 'jwt',
    signingAlgorithm: 'RS256',
    tokenLifetime: 600,
    unregisteredApplications: false,
    scopes: [
      { scope: 'orders:read', description: 'Read your orders' },
      { scope: 'orders:write', description: 'Change your orders' },
    ],
    ...settings,
  });
}

/** Lets an application ask for scopes of an API resource of the same owner. */
export async function allow(
  service: TestService,
  owner: Organization,
  application: Pick<Application, 'id'>,
  resource: Pick<ApiResource, 'id'>,
  scopes: string[],
): Promise<void> {
  await allowScopes(ground(service), administratorOf(owner, service), {
    organizationId: owner.id,
    applicationId: application.id,
    apiResourceId: resource.id,
    scopes,
  });
}

/** A machine application and its secret. */
export async function makeMachine(service: TestService, owner: Organization, name = 'Nightly export') {
  const made = await makeApplication(service, owner, {
    name,
    kind: 'machine',
    firstParty: false,
    refreshTokens: false,
    redirectUris: [],
  });
  return { application: made.application, clientId: made.application.clientId, clientSecret: made.clientSecret! };
}

/** openid-client as that application. */
export async function clientOf(
  service: TestService,
  application: { clientId: string; clientSecret: string },
): Promise<client.Configuration> {
  return client.discovery(new URL(service.url), application.clientId, application.clientSecret, undefined, {
    // oxlint-disable-next-line typescript/no-deprecated -- marked so to stand out; meant for loopback
    execute: [client.allowInsecureRequests],
  });
}

function ground({ database, clock, secrets, config }: TestService) {
  return { db: database.db, clock, secrets, config, texts: createTexts(config.productName) };
}
