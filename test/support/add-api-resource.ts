import { operatorAt } from './people.ts';
import { makeApiResource } from '../../src/applications/resources/manage-api-resources.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { ApiResourceId } from '../../src/base/ids.ts';
import { createSecretBox } from '../../src/base/secret-box.ts';
import type { Database } from '../../src/db/database.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { createTexts } from '../../src/texts/catalog.ts';

/** An API resource with one scope, `orders:read`. */
export async function addApiResource(
  deps: { db: Database; clock: Clock },
  organization: Organization,
  name: string,
): Promise<ApiResourceId> {
  const caller = { ...operatorAt(organization), factorAt: deps.clock.now() };
  const secrets = createSecretBox([Buffer.alloc(32, 7)]);
  const config = { publicUrl: new URL('http://localhost') };
  const made = await makeApiResource({ ...deps, secrets, config, texts: createTexts('Gatehouse') }, caller, {
    organizationId: organization.id,
    audience: `urn:${name.toLowerCase().replaceAll(' ', '-')}`,
    name,
    tokenFormat: 'jwt',
    signingAlgorithm: 'RS256',
    tokenLifetime: 600,
    unregisteredApplications: false,
    scopes: [{ scope: 'orders:read', description: 'Read your orders' }],
  });
  return made.id;
}
