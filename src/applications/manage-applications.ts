import { deleteApplication, insertApplication, replaceAccess, updateApplication } from './application-change-store.ts';
import { selectAccess, selectApplication, selectApplicationsOf } from './application-store.ts';
import type { ApplicationFilter } from './application-store.ts';
import { checkSettings, settingsOf } from './application-settings.ts';
import type { ApplicationSettings } from './application-settings.ts';
import type { Application, ApplicationKind } from './application.ts';
import { updateMaker } from './credentials/client-secret-store.ts';
import { decideHighSecurity } from './credentials/high-security.ts';
import { chooseCredentials } from './client-authentication.ts';
import type { ChosenAuthentication } from './client-authentication.ts';
import { mailChangedUris } from './mail-changed-uris.ts';
import type { AuditFact } from '../audit/audit-event.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { ApplicationId, OrganizationId } from '../base/ids.ts';
import { formatId } from '../base/ids.ts';
import { randomUuid } from '../base/random.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { inTransaction } from '../db/database.ts';
import type { Database, Inside } from '../db/database.ts';
import { requireAccess, requireFreshFactor } from '../organizations/access.ts';
import type { Caller } from '../organizations/access.ts';
import { findOrganization, keepOrganization } from '../organizations/find-organization.ts';
import type { Organization } from '../organizations/organization.ts';
import type { Texts } from '../texts/catalog.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

/** An application and which organizations it is narrowed to. */
export interface ApplicationWithAccess {
  application: Application;
  access: { id: OrganizationId; name: string }[];
}

/** Which application of which organization. */
export interface WhichApplication {
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
    kind: ApplicationKind;
    preset?: string | undefined;
  } & ChosenAuthentication,
): Promise<ApplicationWithAccess & { clientSecret: string | null }> {
  return inTransaction(deps, async (deps) => {
    const owner = await requireOwner(deps, caller, input.organizationId);
    const chosen = decideHighSecurity(input.kind, input, undefined);
    const { clientSecret, ...credentials } = chooseCredentials(input.kind, chosen, undefined);
    const id = randomUuid() as ApplicationId;
    const application: Application = {
      id,
      organizationId: owner.id,
      ownerName: owner.name,
      clientId: formatId('app', id),
      kind: input.kind,
      preset: input.preset ?? null,
      ...credentials,
      ...settingsOf(chosen, {
        name: input.name,
        redirectUris: [],
        firstParty: false,
        postLogoutRedirectUris: [],
        initiateLoginUri: null,
        backchannelLogoutUri: null,
        signingAlgorithm: 'RS256',
        refreshTokens: false,
        offline: false,
        unprovenAddresses: false,
        withoutPkce: false,
        rotateRefreshTokens: false,
        highSecurity: false,
        deviceLogin: false,
        actsForUsers: false,
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
    if (clientSecret !== null) await noteMaker(deps, caller, application);
    if (access !== undefined) await replaceAccess(deps.db, id, access, application.createdAt);
    const details = { ...nameOf(application), redirectUris: application.redirectUris };
    await record(deps, caller, application, { kind: 'application.registered', details });
    return { ...(await withAccess(deps.db, [application]))[0]!, clientSecret };
  });
}

/**
 * Changes an application. Changed redirect URIs are mailed to the owner's administrators. One that leaves private_key_jwt
 * gets a client secret, in this answer and nowhere else.
 * @throws organization.not-found, caller.denied, caller.stale-factor, application.not-found, application.redirect-uri,
 *   version.conflict, input.malformed
 */
export async function changeApplication(
  deps: Deps & { secrets: SecretBox; texts: Texts; config: { publicUrl: URL } },
  caller: Caller,
  input: ApplicationSettings & ChosenAuthentication & WhichApplication & { version: number },
): Promise<ApplicationWithAccess & { clientSecret: string | null }> {
  return inTransaction(deps, async (deps) => {
    const { owner, application: before } = await requireApplication(deps, caller, input);
    const chosen = decideHighSecurity(before.kind, input, before);
    const { clientSecret, ...credentials } = chooseCredentials(before.kind, chosen, before);
    const application: Application = {
      ...before,
      ...settingsOf(chosen, before),
      ...credentials,
      version: input.version + 1,
    };
    const access = await checkSettings(deps, caller, { owner, before, after: application, access: input.access });
    if (!(await updateApplication(deps.db, application, input.version))) throw new AppError('version.conflict');
    if (clientSecret !== null) await noteMaker(deps, caller, application);
    if (access !== undefined) await replaceAccess(deps.db, application.id, access, deps.clock.now());
    const urisChanged = JSON.stringify(before.redirectUris) !== JSON.stringify(application.redirectUris);
    if (urisChanged) await mailChangedUris(deps, caller, { owner, before, after: application });
    const details = {
      ...nameOf(application),
      ...(urisChanged ? { redirectUris: { before: before.redirectUris, after: application.redirectUris } } : {}),
      ...(before.firstParty === application.firstParty ? {} : { firstParty: application.firstParty }),
      ...(before.actsForUsers === application.actsForUsers ? {} : { actsForUsers: application.actsForUsers }),
      ...(before.highSecurity === application.highSecurity ? {} : { highSecurity: application.highSecurity }),
      ...(access === undefined ? {} : { access: access.map((id) => formatId('org', id)) }),
    };
    await record(deps, caller, application, { kind: 'application.changed', details });
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
    const { application } = await requireApplication(deps, caller, input, 'update');
    if (input.confirm.trim() !== application.name) throw new AppError('confirmation.wrong');
    await deleteApplication(deps.db, application.organizationId, application.id);
    await record(deps, caller, application, { kind: 'application.removed', details: nameOf(application) });
  });
}

async function requireOwner(deps: Deps, caller: Caller, organizationId: OrganizationId): Promise<Organization> {
  const owner = requireAccess(caller, 'edit-applications', await keepOrganization(deps, organizationId));
  requireFreshFactor(caller, deps.clock.now());
  return owner;
}

/**
 * An application that the caller may change now, locked.
 * @throws organization.not-found, caller.denied, caller.stale-factor, application.not-found
 */
export async function requireApplication(
  deps: Deps,
  caller: Caller,
  input: WhichApplication,
  lock: 'no key update' | 'update' = 'no key update',
): Promise<{ owner: Organization; application: Application }> {
  const owner = await requireOwner(deps, caller, input.organizationId);
  const application = await selectApplication(deps.db, owner.id, input.applicationId, lock);
  if (application === undefined) throw new AppError('application.not-found');
  return { owner, application };
}

async function noteMaker(deps: Inside<Deps>, caller: Caller, application: Application): Promise<void> {
  await updateMaker(deps.db, application, { madeAt: deps.clock.now(), madeBy: caller.name });
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

async function record(deps: Inside<Deps>, caller: Caller, application: Application, fact: AuditFact): Promise<void> {
  const { organizationId } = application;
  await recordEvent(deps, { ...fact, organizationId, actor: actorOf(caller) });
}

function nameOf({ clientId, name }: Application): { application: string; name: string } {
  return { application: clientId, name };
}
