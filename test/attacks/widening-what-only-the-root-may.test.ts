import { afterAll, beforeAll, expect, test } from 'vitest';
import { allowScopes } from '../../src/applications/resources/allow-scopes.ts';
import {
  makeClientSecret,
  removeClientSecret,
  rotateSecret,
} from '../../src/applications/credentials/manage-client-secrets.ts';
import { selectSecrets } from '../../src/applications/credentials/client-secret-store.ts';
import type { Application } from '../../src/applications/application.ts';
import type { ApiResource } from '../../src/applications/resources/api-resource.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { formatId } from '../../src/base/ids.ts';
import { apiClient } from '../support/api-client.ts';
import { makeApiResource } from '../support/api-resources.ts';
import { administratorOf, makeApplication, makeManaged, makeRoot } from '../support/fixtures.ts';
import { addApiToken } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: what only administrators of the root may give an application, an administrator of its owner takes by another way:
// with its secret they are the application, with a scope it reaches another API, and nobody is asked.

let service: TestService;
let root: Organization;
let contoso: Organization;
let resource: ApiResource;
beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
  resource = await makeApiResource(service, contoso, { audience: 'https://api.contoso.example' });
});
afterAll(async () => service?.close());

const deps = () => ({ db: service.database.db, clock: service.clock });

/** An application of Contoso that an administrator of the root made what it is. */
async function made(flag: 'firstParty' | 'actsForUsers'): Promise<Application> {
  const { application } = await makeApplication(service, contoso, {
    name: flag,
    firstParty: false,
    redirectUris: ['https://app.contoso.example/back'],
  });
  await service.database.db
    .updateTable('application')
    .set({ [flag]: true })
    .where('id', '=', application.id)
    .execute();
  return { ...application, [flag]: true };
}

test.each(['firstParty', 'actsForUsers'] as const)(
  'an administrator of its owner widens nothing of one that is %s',
  async (flag) => {
    const application = await made(flag);
    const caller = administratorOf(contoso, service);
    const which = { organizationId: contoso.id, applicationId: application.id };
    const about = (scopes: string[]) => ({ ...which, apiResourceId: resource.id, scopes });
    const denied = { code: 'caller.denied' };
    await expect(allowScopes(deps(), caller, about(['orders:read']))).rejects.toMatchObject(denied);
    await expect(rotateSecret(deps(), caller, which)).rejects.toMatchObject(denied);
    await expect(makeClientSecret(deps(), caller, { ...which, overlap: 3600 })).rejects.toMatchObject(denied);
    const [secret] = await selectSecrets(service.database.db, application);
    await expect(removeClientSecret(deps(), caller, { ...which, secretId: secret!.id })).rejects.toMatchObject(denied);
    const api = apiClient(service.url, await addApiToken(deps(), contoso, 'administrator'));
    const path = `/organizations/${formatId('org', contoso.id)}/applications/${application.clientId}`;
    const elsewhere = { redirectUris: ['https://other.contoso.example/back'], version: 1 };
    expect((await api.send('PATCH', path, elsewhere)).body.code).toBe('caller.denied');

    // Administrators of the root give; one of the owner may take away.
    const ofRoot = administratorOf(root, service);
    await allowScopes(deps(), ofRoot, about(['orders:read', 'orders:write']));
    expect((await makeClientSecret(deps(), ofRoot, { ...which, overlap: 3600 })).clientSecret).not.toBe('');
    expect(await allowScopes(deps(), caller, about(['orders:read']))).toMatchObject([{ scopes: ['orders:read'] }]);
  },
);
