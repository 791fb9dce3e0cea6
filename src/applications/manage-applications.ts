import { deleteApplication, insertApplication, replaceAccess, updateApplication } from './application-change-store.ts';
import { selectAccess, selectApplication, selectApplicationsOf } from './application-store.ts';
import type { ApplicationFilter } from './application-store.ts';
import { checkSettings, settingsOf } from './application-settings.ts';
import type { ApplicationSettings } from './application-settings.ts';
import type { Application, ApplicationKind, ClientAuthentication } from './application.ts';
import { mailChangedUris } from './mail-changed-uris.ts';
import type { AuditKind } from '../audit/audit-event.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { fieldError } from '../base/field-errors.ts';
import type { FieldErrorCode } from '../base/field-errors.ts';
import type { ApplicationId, OrganizationId } from '../base/ids.ts';
import { formatId } from '../base/ids.ts';
import { randomPlainSecret, randomUuid, sha256 } from '../base/random.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { inTransaction } from '../db/database.ts';
import type { Database, Inside } from '../db/database.ts';
import { requireAccess, requireFreshFactor } from '../organizations/access.ts';
import type { Caller } from '../organizations/access.ts';
import { findOrganization } from '../organizations/find-organization.ts';
import type { Organization } from '../organizations/organization.ts';
import type { Text } from '../texts/catalog.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

/** An application and which organizations it is narrowed to. */
export interface ApplicationWithAccess {
  application: Application;
  access: { id: OrganizationId; name: string }[];
}

interface WhichApplication {
  organizationId: OrganizationId;
  applicationId: ApplicationId;
}

/**
 * A page of the applications an organization owns, by name.
 * @throws organization.not-found, caller.denied
 */
export async function listApplications(
  deps: { db: Database },
  caller: Caller,
  filter: ApplicationFilter,
): Promise<ApplicationWithAccess[]> {
  requireAccess(caller, 'read', await findOrganization(deps, filter.organizationId));
  return withAccess(deps.db, await selectApplicationsOf(deps.db, filter));
}

/**
 * One application.
 * @throws organization.not-found, caller.denied, application.not-found
 */
export async function readApplication(
  deps: { db: Database },
  caller: Caller,
  input: WhichApplication,
): Promise<ApplicationWithAccess> {
  requireAccess(caller, 'read', await findOrganization(deps, input.organizationId));
  const application = await selectApplication(deps.db, input.organizationId, input.applicationId);
  if (application === undefined) throw new AppError('application.not-found');
  return (await withAccess(deps.db, [application]))[0]!;
}

/**
 * Registers an application. One of kind web gets a client secret, in this answer and nowhere else.
 * @throws organization.not-found, caller.denied, caller.stale-factor, application.redirect-uri, input.malformed
 */
export async function registerApplication(
  deps: Deps,
  caller: Caller,
  input: ApplicationSettings & {
    organizationId: OrganizationId;
    name: string;
    redirectUris: string[];
    kind: ApplicationKind;
    clientAuthentication?: Exclude<ClientAuthentication, 'none'> | undefined;
    jwks?: Record<string, unknown> | undefined;
  },
): Promise<ApplicationWithAccess & { clientSecret: string | null }> {
  return inTransaction(deps, async (deps) => {
    const owner = await requireOwner(deps, caller, input.organizationId);
    const authentication = input.kind === 'web' ? (input.clientAuthentication ?? 'client_secret_basic') : 'none';
    if (input.kind !== 'web' && input.clientAuthentication !== undefined) {
      throw wrong('clientAuthentication', 'no-place-for-a-secret');
    }
    const clientSecret = authentication.startsWith('client_secret') ? randomPlainSecret() : null;
    const id = randomUuid() as ApplicationId;
    const application: Application = {
      id,
      organizationId: owner.id,
      ownerName: owner.name,
      clientId: formatId('app', id),
      kind: input.kind,
      clientAuthentication: authentication,
      clientSecretHash: clientSecret === null ? null : sha256(clientSecret),
      clientKeys: authentication === 'private_key_jwt' ? readPublicKeys(input.jwks) : null,
      ...settingsOf(input, {
        name: input.name,
        redirectUris: input.redirectUris,
        firstParty: false,
        postLogoutRedirectUris: [],
        initiateLoginUri: null,
        backchannelLogoutUri: null,
        signingAlgorithm: 'ES256',
        refreshTokens: false,
        offline: false,
        unprovenAddresses: false,
      }),
      version: 1,
      createdAt: deps.clock.now(),
    };
    const access = await checkSettings(deps, caller, {
      owner,
      before: undefined,
      after: application,
      access: input.access,
    });
    await insertApplication(deps.db, application);
    if (access !== undefined) await replaceAccess(deps.db, id, access, application.createdAt);
    await record(deps, caller, application, 'application.registered', { redirectUris: application.redirectUris });
    return { ...(await withAccess(deps.db, [application]))[0]!, clientSecret };
  });
}

/**
 * Changes an application. Changed redirect URIs are mailed to the owner's administrators.
 * @throws organization.not-found, caller.denied, caller.stale-factor, application.not-found, application.redirect-uri,
 *   version.conflict, input.malformed
 */
export async function changeApplication(
  deps: Deps & { secrets: SecretBox; t: Text; config: { publicUrl: URL } },
  caller: Caller,
  input: ApplicationSettings & WhichApplication & { version: number },
): Promise<ApplicationWithAccess> {
  return inTransaction(deps, async (deps) => {
    const { owner, application: before } = await requireApplication(deps, caller, input);
    const application: Application = { ...before, ...settingsOf(input, before), version: input.version + 1 };
    const access = await checkSettings(deps, caller, { owner, before, after: application, access: input.access });
    if (!(await updateApplication(deps.db, application, input.version))) throw new AppError('version.conflict');
    if (access !== undefined) await replaceAccess(deps.db, application.id, access, deps.clock.now());
    const urisChanged = JSON.stringify(before.redirectUris) !== JSON.stringify(application.redirectUris);
    if (urisChanged) await mailChangedUris(deps, caller, { owner, before, after: application });
    await record(deps, caller, application, 'application.changed', {
      ...(urisChanged ? { redirectUris: { before: before.redirectUris, after: application.redirectUris } } : {}),
      ...(before.firstParty === application.firstParty ? {} : { firstParty: application.firstParty }),
      ...(access === undefined ? {} : { access: access.map((id) => formatId('org', id)) }),
    });
    return (await withAccess(deps.db, [application]))[0]!;
  });
}

/**
 * Gives an application a new client secret, in this answer and nowhere else; the old one is void at once.
 * @throws organization.not-found, caller.denied, caller.stale-factor, application.not-found, application.no-secret,
 *   version.conflict
 */
export async function rotateSecret(
  deps: Deps,
  caller: Caller,
  input: WhichApplication,
): Promise<ApplicationWithAccess & { clientSecret: string }> {
  return inTransaction(deps, async (deps) => {
    const { application: before } = await requireApplication(deps, caller, input);
    if (before.clientSecretHash === null) throw new AppError('application.no-secret');
    const clientSecret = randomPlainSecret();
    const application = { ...before, clientSecretHash: sha256(clientSecret), version: before.version + 1 };
    if (!(await updateApplication(deps.db, application, before.version))) throw new AppError('version.conflict');
    await record(deps, caller, application, 'application.secret-changed');
    return { ...(await withAccess(deps.db, [application]))[0]!, clientSecret };
  });
}

/**
 * Removes an application for good; `confirm` is its name.
 * @throws organization.not-found, caller.denied, caller.stale-factor, application.not-found, confirmation.wrong
 */
export async function removeApplication(
  deps: Deps,
  caller: Caller,
  input: WhichApplication & { confirm: string },
): Promise<void> {
  await inTransaction(deps, async (deps) => {
    const { application } = await requireApplication(deps, caller, input);
    if (input.confirm.trim() !== application.name) throw new AppError('confirmation.wrong');
    await deleteApplication(deps.db, application.organizationId, application.id);
    await record(deps, caller, application, 'application.removed');
  });
}

async function requireOwner(deps: Deps, caller: Caller, organizationId: OrganizationId): Promise<Organization> {
  const owner = requireAccess(caller, 'edit-applications', await findOrganization(deps, organizationId));
  requireFreshFactor(caller, deps.clock.now());
  return owner;
}

async function requireApplication(
  deps: Deps,
  caller: Caller,
  input: WhichApplication,
): Promise<{ owner: Organization; application: Application }> {
  const owner = await requireOwner(deps, caller, input.organizationId);
  const application = await selectApplication(deps.db, owner.id, input.applicationId, true);
  if (application === undefined) throw new AppError('application.not-found');
  return { owner, application };
}

async function withAccess(db: Database, applications: Application[]): Promise<ApplicationWithAccess[]> {
  const access = await selectAccess(
    db,
    applications.map((each) => each.id),
  );
  return applications.map((application) => ({
    application,
    access: access.filter((each) => each.applicationId === application.id).map(({ id, name }) => ({ id, name })),
  }));
}

/** Only public keys: a private one sent by mistake would lie in our database. */
function readPublicKeys(jwks: Record<string, unknown> | undefined): Record<string, unknown> {
  const keys = jwks?.['keys'];
  const fits =
    Array.isArray(keys) &&
    keys.length > 0 &&
    keys.every((key: unknown) => {
      if (typeof key !== 'object' || key === null) return false;
      const { kty } = key as Record<string, unknown>;
      return (
        ['EC', 'RSA', 'OKP'].includes(String(kty)) &&
        !['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].some((part) => part in key)
      );
    });
  if (!fits) throw wrong('jwks', 'public-keys');
  return { keys };
}

function wrong(field: string, code: FieldErrorCode): AppError {
  return new AppError('input.malformed', { fields: [fieldError(field, code)] });
}

async function record(
  deps: Inside<Deps>,
  caller: Caller,
  application: Application,
  kind: AuditKind,
  details: Record<string, unknown> = {},
): Promise<void> {
  await recordEvent(deps, {
    organizationId: application.organizationId,
    kind,
    actor: actorOf(caller),
    details: { application: application.clientId, name: application.name, ...details },
  });
}
