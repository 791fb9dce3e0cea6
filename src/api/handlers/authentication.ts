import type { ApiDeps, Handler, OutsideHandler, ReachingOut } from './handler.ts';
import { instant, nameOut } from './present.ts';
import { AppError } from '../../base/errors.ts';
import { formatId, parseId } from '../../base/ids.ts';
import type { OrganizationId } from '../../base/ids.ts';
import { checkAuthentication as check } from '../../connections/configure/check-authentication.ts';
import type { AuthenticationCheck } from '../../connections/configure/check-authentication.ts';
import { configureConnection } from '../../connections/configure/configure-connection.ts';
import type { Configured } from '../../connections/configure/configure-connection.ts';
import { proposeDirectory as propose } from '../../connections/configure/propose-directory.ts';
import { readAuthentication } from '../../connections/configure/read-authentication.ts';
import type { Authentication, DescribedConnection } from '../../connections/configure/read-authentication.ts';
import { switchBack as restorePreviousMethod } from '../../connections/configure/switch-back.ts';
import { switchProviderLogout as switchLogout } from '../../connections/logout/switch-provider-logout.ts';
import { confirmProvider as confirm } from '../../connections/provider/confirm-provider.ts';
import { hasOwnSecret } from '../../connections/secrets/client-secrets.ts';
import { changeText } from '../../connections/provider/hold.ts';
import { explainFailure } from '../../connections/connection-settings.ts';
import type { ExplainedFailure } from '../../connections/connection-settings.ts';
import type { Inside } from '../../db/database.ts';
import { parseInput } from '../../http/input.ts';
import type { RateLimit } from '../../db/limits/rate-limit.ts';
import type { Caller } from '../../organizations/access.ts';
import type { Text } from '../../texts/catalog.ts';

/** How the people of an organization log in. */
export const getAuthentication: Handler<'getAuthentication'> = async ({ deps, caller, params }) =>
  show(deps, caller, parseId('org', params.organizationId));

/**
 * How often the form of an organization may make us call an address somebody typed: so that nobody scans networks with it. Counted for the
 * caller's organization too, so that nobody uses up another's.
 */
const PROVIDER_CALLS = { name: 'provider-call', points: 30, seconds: 60 };

/** Counts a call to an address that was typed. @throws request.too-many */
export async function countProviderCall(
  { deps, caller }: { deps: { rateLimit: Pick<RateLimit, 'consume'> }; caller: Caller },
  organizationId: OrganizationId,
): Promise<void> {
  await deps.rateLimit.consume(PROVIDER_CALLS, `${caller.organizationId} ${organizationId}`);
}

/** The Entra ID directory of the organization's mail domains. */
export const proposeDirectory: OutsideHandler<'proposeDirectory'> = async (handling) => {
  const { deps, caller, params, query, transact } = handling;
  const organizationId = parseId('org', params.organizationId);
  await countProviderCall(handling, organizationId);
  const { fetch, config } = deps;
  const asked = { fetch, transact, entraAuthority: config.entraAuthority.origin, ownIssuer: config.publicUrl.href };
  return { proposal: await propose(asked, caller, { organizationId, domain: query.domain }) };
};

/** Tries settings without saving. */
export const checkAuthentication: OutsideHandler<'checkAuthentication'> = async (handling) => {
  const { deps, caller, params } = handling;
  const organizationId = parseId('org', params.organizationId);
  const { settings } = parseInput(deps.methodSettings, handling.body);
  const beforeAsking = async (): Promise<void> => countProviderCall(handling, organizationId);
  return checkOut(deps.t, await check(depsOf(handling), caller, { organizationId, settings, beforeAsking }));
};

/** What a check found, as the contract presents it. */
export function checkOut(t: Text, check: AuthenticationCheck) {
  const { fault, notes, provider, affected, confirmHost, proposedDomain } = check;
  return {
    ok: fault === null,
    problem: fault === null ? null : explanationOf(t, fault.fault, fault.values),
    notes: notes.map((note) => explanationOf(t, note.fault, note.values)),
    provider: provider && {
      issuer: provider.issuer,
      host: provider.host,
      settings: provider.settings,
      consentUrl: provider.consentUrl,
    },
    redirectUrl: provider?.redirectUri ?? null,
    affected,
    confirmHost,
    proposedDomain,
  };
}

/** Save configures it. */
export const saveAuthentication: OutsideHandler<'saveAuthentication'> = async (handling) => {
  const { deps, caller, params, body, transact } = handling;
  const organizationId = parseId('org', params.organizationId);
  const { settings } = parseInput(deps.methodSettings, { settings: body.settings });
  await countProviderCall(handling, organizationId);
  const saved = await configureConnection(depsOf(handling), caller, { ...body, organizationId, settings });
  if (!saved.saved) throw refusalOf(saved);
  return transact(async (db) => show({ ...deps, db }, caller, organizationId));
};

/** Confirms what changed at the provider. */
export const confirmProvider: Handler<'confirmProvider'> = async ({ deps, caller, params, body }) => {
  const organizationId = parseId('org', params.organizationId);
  await confirm({ ...deps, publicUrl: deps.config.publicUrl }, caller, { organizationId, hold: body.hold });
  return show(deps, caller, organizationId);
};

/** Returns to the method before. */
export const switchBack: Handler<'switchBack'> = async ({ deps, caller, params, body }) => {
  const organizationId = parseId('org', params.organizationId);
  const about = { ...deps, publicUrl: deps.config.publicUrl.href };
  await restorePreviousMethod(about, caller, { organizationId, version: body.version });
  return show(deps, caller, organizationId);
};

/** Sends people who log out here to the provider, or no longer. */
export const switchProviderLogout: Handler<'switchProviderLogout'> = async ({ deps, caller, params, body }) => {
  const organizationId = parseId('org', params.organizationId);
  await switchLogout(deps, caller, { organizationId, atProvider: body.atProvider, version: body.version });
  return show(deps, caller, organizationId);
};

/** The dependencies as operations take them that reach out. */
export function depsOf({ deps, transact }: Pick<ReachingOut, 'deps' | 'transact'>) {
  const { publicUrl, allowedProviderHosts } = deps.config;
  return { ...deps, publicUrl: publicUrl.href, allowedProviderHosts, transact };
}

/** The pane *Authentication*, for the answer of what changed it. */
export async function show(deps: Inside<ApiDeps>, caller: Caller, organizationId: OrganizationId) {
  const about = { ...deps, publicUrl: deps.config.publicUrl.href };
  return authenticationOut(deps.t, await readAuthentication(about, caller, { organizationId }));
}

function authenticationOut(t: Text, found: Authentication) {
  const { organization, inForce, connection, switchBack: back, callbacks } = found;
  return {
    organization: nameOut(organization.id, organization.name),
    method: organization.method,
    state: found.state,
    inForce: { method: inForce.method, from: nameOut(inForce.from.id, inForce.from.name) },
    connection: connection && connectionOut(t, connection),
    switchBack: back && {
      method: back.method,
      connection: back.connection && connectionOut(t, back.connection),
      until: instant(back.until),
    },
    pilot: found.pilot,
    mayFollowManaging: organization.managingOrganizationId !== null,
    redirectUrls: { none: callbacks.shared, secret: callbacks.organization },
    logoutUrls: found.logoutUrls,
    users: found.users,
    proposedDomain: found.proposedDomain,
    version: organization.version,
  };
}

function connectionOut(t: Text, connection: DescribedConnection) {
  return {
    id: formatId('con', connection.id),
    method: connection.method,
    // A draft is not in force and not switched back to; it is never read here.
    state: connection.state === 'draft' ? ('previous' as const) : connection.state,
    issuer: connection.issuer,
    settings: connection.described.settings,
    credential: connection.credential,
    clientKeys: connection.clientKeySetId === null ? null : formatId('cks', connection.clientKeySetId),
    clientSecretSetAt: instant(connection.clientSecretSetAt),
    ownSecret: hasOwnSecret(connection),
    credentialExpiresAt: instant(connection.credentialExpiresAt),
    redirectUrl: connection.redirectUri,
    consentUrl: connection.consentUrl,
    configuredAt: instant(connection.configuredAt),
    confirmedAt: instant(connection.confirmedAt),
    unconfirmedUntil: instant(connection.unconfirmedUntil),
    lastSuccessAt: instant(connection.lastSuccessAt),
    failingSince: instant(connection.failingSince),
    lastFailure:
      connection.lastFailure === null ? null : explanationOf(t, connection.lastFailure, connection.lastFailureValues),
    lastFailureAt: instant(connection.lastFailureAt),
    offer: connection.offer,
    notes: (connection.described.notes ?? []).map((note) => explanationOf(t, note.fault, note.values)),
    revertedAt: instant(connection.revertedAt),
    unreturned: connection.unreturned,
    unreturnedSince: instant(connection.unreturnedSince),
    authTime: connection.authTime,
    logout: {
      atProvider: connection.providerLogout,
      endSessionHost: connection.described.logout?.endSessionHost ?? null,
      announcesBackChannel: connection.described.logout?.backChannel ?? null,
      announcesFrontChannel: connection.described.logout?.frontChannel ?? null,
    },
    ...providerOut(t, connection),
    version: connection.version,
  };
}

/** What was read of the provider, and what of it waits for a confirmation. */
function providerOut(t: Text, { hold, reading, configuredAt }: DescribedConnection) {
  return {
    hold: hold && {
      id: hold.id,
      since: instant(hold.since),
      changes: hold.changes.map((change) => changeText(t, change)),
      confirmable: hold.part !== null,
    },
    providerRead: {
      // Save reads, too.
      at: instant(reading?.readAt && reading.readAt > configuredAt ? reading.readAt : configuredAt),
      fault: reading === null || reading.fault === null ? null : explanationOf(t, reading.fault, reading.faultValues),
    },
  };
}

/** A failure or fault by its code, in sentences. */
export function explanationOf(t: Text, failure: string, given: unknown) {
  return explanation(t, explainFailure(failure, given));
}

/** A failure in sentences. */
export function explanation(t: Text, { code, what, fix, values }: ExplainedFailure) {
  return { code, what: what === null ? code : t(what, values), fix: fix === null ? null : t(fix, values) };
}

/** The refusal of settings that cannot be used. */
export function refusalOf({ fault }: Pick<Extract<Configured, { saved: false }>, 'fault'>): AppError {
  return new AppError('connection.refused', {
    detail: fault.fault,
    fields: [
      { field: `settings.${fault.field}`, code: fault.fault, values: explainFailure(fault.fault, fault.values).values },
    ],
  });
}
