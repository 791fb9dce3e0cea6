import type { Application } from '../../src/applications/application.ts';
import { registerApplication } from '../../src/applications/manage-applications.ts';
import type { OrganizationId, UserId } from '../../src/base/ids.ts';
import { prepareTotp, preparePassword } from '../../src/authenticators/enroll-authenticator.ts';
import { createPasswordHasher } from '../../src/authenticators/password.ts';
import { newSeed } from '../../src/authenticators/totp.ts';
import { STRANGER } from '../../src/audit/audit-event.ts';
import { inTransaction } from '../../src/db/database.ts';
import { createRootOrganization } from '../../src/organizations/create-root-organization.ts';
import { createOrganization } from '../../src/organizations/manage-organizations.ts';
import type { Caller, ConsoleRole } from '../../src/organizations/access.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { createUser } from '../../src/users/create-user.ts';
import { readEmailAddress } from '../../src/users/email-address.ts';
import type { TestService } from './start-service.ts';
import { totpAt } from './totp.ts';

/** A user who can log in with the built-in method. */
export interface Person {
  userId: UserId;
  organizationId: OrganizationId;
  email: string;
  password: string;
  /** TOTP seed. */
  seed: string;
}

/** Good enough for the policy; the same for everybody. */
export const PASSWORD = 'brass gate at dusk, quietly';

/** The root organization, made as setup makes it. */
export async function makeRoot(service: TestService, name = 'Northwind'): Promise<Organization> {
  return createRootOrganization(ground(service), STRANGER, { name });
}

/** A managed organization. */
export async function makeManaged(service: TestService, above: Organization, name: string): Promise<Organization> {
  return createOrganization(ground(service), administratorOf(above, service), {
    managingOrganizationId: above.id,
    name,
  });
}

/** A verified user with password and authenticator app; `role` in the console. */
export async function makePerson(
  service: TestService,
  organization: { id: OrganizationId },
  email: string,
  options: { role?: ConsoleRole; breakGlass?: boolean } = {},
): Promise<Person> {
  const deps = ground(service);
  const user = await createUser(deps, STRANGER, {
    organizationId: organization.id,
    address: addressOf(email),
    status: 'verified',
    consoleRole: options.role ?? null,
    breakGlass: options.breakGlass ?? false,
    emailProvenAt: service.clock.now(),
  });
  const owner = { userId: user.id, organizationId: organization.id, email };
  const passwords = createPasswordHasher({ memoryKib: 8 * 1024, passes: 1, lanes: 1 });
  const ready = await preparePassword({ ...deps, passwords }, owner, PASSWORD, []);
  if ('flaw' in ready) throw new Error(ready.flaw);
  await inTransaction(deps, async ({ db }) => ready.set(db));
  const seed = newSeed();
  // Proved with the code of a minute ago, so that the code of now is still unused.
  const before = new Date(service.clock.now().getTime() - 60_000);
  const code = await totpAt(seed, before);
  const proved = { seed, code, name: 'Phone' };
  const store = await prepareTotp({ ...deps, clock: { now: () => before } }, owner, proved);
  if (store === undefined) throw new Error('the code is not right');
  await inTransaction(deps, async ({ db }) => store(db));
  return { userId: user.id, organizationId: organization.id, email, password: PASSWORD, seed };
}

/** A caller with every right below an organization: what an operation is given by the API's door. */
export function administratorOf(organization: Organization, service: TestService): Caller {
  return {
    kind: 'operator',
    id: null,
    userId: null,
    name: 'fixtures',
    role: 'administrator',
    organizationId: organization.id,
    organizationPath: organization.path,
    factorAt: service.clock.now(),
  };
}

/** A registered application and its secret. */
export async function makeApplication(
  service: TestService,
  owner: Organization,
  settings: Partial<Parameters<typeof registerApplication>[2]> & { redirectUris: string[] },
): Promise<{ application: Application; clientSecret: string | null }> {
  const { application, clientSecret } = await registerApplication(ground(service), administratorOf(owner, service), {
    organizationId: owner.id,
    name: 'Reports',
    kind: 'web',
    firstParty: true,
    refreshTokens: true,
    ...settings,
  });
  return { application, clientSecret };
}

function ground({ database, clock, secrets }: TestService) {
  return { db: database.db, clock, secrets };
}

function addressOf(email: string) {
  const address = readEmailAddress(email);
  if (address === undefined) throw new Error(`${email} is no address`);
  return address;
}
