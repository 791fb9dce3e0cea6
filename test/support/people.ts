import { after, HOUR, utcDay } from '../../src/base/clock.ts';
import type { ApplicationId, ApplicationSecretId, OrganizationId, SessionId, UserId } from '../../src/base/ids.ts';
import { formatId } from '../../src/base/ids.ts';
import { randomSecret, randomUuid, sha256 } from '../../src/base/random.ts';
import type { Caller, ConsoleRole } from '../../src/organizations/access.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { createOrganization } from '../../src/organizations/manage-organizations.ts';
import { createRootOrganization } from '../../src/organizations/create-root-organization.ts';
import { createUser } from '../../src/users/create-user.ts';
import { parseEmailAddress } from '../../src/users/email-address.ts';
import { createApiToken } from '../../src/callers/manage-api-tokens.ts';
import type { User, UserStatus } from '../../src/users/user.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { Database } from '../../src/db/database.ts';
import { SERVICE } from '../../src/audit/audit-event.ts';

interface Ground {
  db: Database;
  clock: Clock;
}

/** Who runs the service, at the root. */
export function operatorAt(organization: Organization): Caller {
  return {
    kind: 'operator',
    id: null,
    userId: null,
    name: 'operator',
    role: 'administrator',
    organizationId: organization.id,
    organizationPath: organization.path,
    factorAt: null,
  };
}

/** Northwind, the MSP, manages Contoso and Fabrikam; Contoso manages Contoso Retail. */
export interface Northwind {
  northwind: Organization;
  contoso: Organization;
  fabrikam: Organization;
  contosoRetail: Organization;
}

/** Founds the root and three organizations below it. */
export async function foundNorthwind(deps: Ground): Promise<Northwind> {
  const northwind = await createRootOrganization(deps, SERVICE, { name: 'Northwind' });
  const operator = operatorAt(northwind);
  const contoso = await createOrganization(deps, operator, { name: 'Contoso' });
  const fabrikam = await createOrganization(deps, operator, { name: 'Fabrikam' });
  const below = { name: 'Contoso Retail', managingOrganizationId: contoso.id };
  return { northwind, contoso, fabrikam, contosoRetail: await createOrganization(deps, operator, below) };
}

/** A user that logged in before, unless said otherwise. */
export async function addUser(
  deps: Ground,
  organization: Organization,
  email: string,
  more: { role?: ConsoleRole; status?: UserStatus; breakGlass?: boolean; proven?: boolean } = {},
): Promise<User> {
  return createUser(deps, SERVICE, {
    organizationId: organization.id,
    address: parseEmailAddress(email),
    status: more.status ?? 'verified',
    consoleRole: more.role ?? null,
    breakGlass: more.breakGlass ?? false,
    ...(more.proven === true ? { emailProvenAt: deps.clock.now() } : {}),
  });
}

/** A token for programs. */
export async function addApiToken(deps: Ground, organization: Organization, role: ConsoleRole): Promise<string> {
  const { token } = await createApiToken(deps, operatorAt(organization), { organizationId: organization.id, role });
  return token;
}

/** A live session with an access token in it, as the OpenID Provider would store both; for the console unless said otherwise. */
export async function addSession(
  deps: Ground & { url: string },
  user: User,
  more: { factorAt?: Date | null; clientId?: string; audience?: string } = {},
): Promise<{ sessionId: SessionId; token: string }> {
  const now = deps.clock.now();
  const sessionId = randomUuid() as SessionId;
  const uid = randomSecret();
  const token = randomSecret();
  const clientId = more.clientId ?? 'console';
  await deps.db
    .insertInto('session')
    .values({
      id: sessionId,
      cookieHash: sha256(randomSecret()),
      uid,
      userId: user.id,
      organizationId: user.organizationId,
      connectionId: null,
      method: 'built-in',
      authTime: now,
      factorAt: more.factorAt === undefined ? now : more.factorAt,
      loggedInAt: now,
      lastSeenAt: now,
      expiresAt: after(now, 12 * 3600),
      idleExpiresAt: after(now, 3600),
      clientIds: [clientId],
      payload: '{}',
    })
    .execute();
  await deps.db
    .insertInto('oidcAccessToken')
    .values({
      createdOn: utcDay(now),
      tokenHash: sha256(token),
      familyId: randomUuid(),
      clientId,
      userId: user.id,
      organizationInScopeId: user.organizationId,
      sessionUid: uid,
      payload: JSON.stringify({ aud: more.audience ?? `${deps.url}/api/v1`, scope: 'api' }),
      expiresAt: after(now, 600),
    })
    .execute();
  return { sessionId, token };
}

/** A registered application, straight into the database. */
export async function addApplication(deps: Ground, owner: Organization, name: string): Promise<ApplicationId> {
  const id = randomUuid() as ApplicationId;
  await deps.db
    .insertInto('application')
    .values({
      id,
      organizationId: owner.id,
      clientId: formatId('app', id),
      name,
      kind: 'web',
      redirectUris: [`https://${name.toLowerCase()}.contoso.example/callback`],
      initiateLoginUri: null,
      backchannelLogoutUri: null,
      clientAuthentication: 'client_secret_basic',
      clientSecretHash: sha256(randomSecret()),
      clientKeys: null,
      createdAt: deps.clock.now(),
    })
    .execute();
  return id;
}

/** A client secret beside the newest one of an application, whose overlap ends in an hour; its id as the API writes it. */
export async function addOldSecret(
  deps: Ground,
  owner: Organization,
  applicationId: ApplicationId,
  secret = randomSecret(),
): Promise<string> {
  const id = randomUuid() as ApplicationSecretId;
  const expiresAt = after(deps.clock.now(), HOUR);
  const values = { id, applicationId, organizationId: owner.id, secretHash: sha256(secret), expiresAt };
  await deps.db.insertInto('applicationSecret').values(values).execute();
  return formatId('sec', id);
}

/** The id of an organization as the API writes it. */
export const org = (organization: { id: OrganizationId }): string => formatId('org', organization.id);
/** The id of a user as the API writes it. */
export const usr = (user: { id: UserId }): string => formatId('usr', user.id);
