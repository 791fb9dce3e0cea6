import { configureDeps, effectsOf } from './configure-deps.ts';
import type { Handler, Handling, OutsideHandler } from './handler.ts';
import { instant, nameOut } from './present.ts';
import { actorOf } from '../../audit/record-event.ts';
import { AppError } from '../../base/errors.ts';
import { formatId, parseId } from '../../base/ids.ts';
import type { OrganizationId } from '../../base/ids.ts';
import { checkSettings } from '../../connections/check-settings.ts';
import { configureConnection, readBefore } from '../../connections/configure-connection.ts';
import { callbackUrls } from '../../connections/connection.ts';
import type { Connection } from '../../connections/connection.ts';
import { findConnectionInForce, previousWay } from '../../connections/find-connection.ts';
import { proposeDirectory as propose } from '../../connections/propose-directory.ts';
import { switchBack as goBack, switchBackUntil } from '../../connections/switch-back.ts';
import { explain } from '../../connectors/explain-failure.ts';
import type { ProviderFault } from '../../connectors/read-provider.ts';
import { asService } from '../../db/database.ts';
import type { RateLimit } from '../../http/rate-limit.ts';
import type { Caller } from '../../organizations/access.ts';
import { findFollowers } from '../../organizations/change-method.ts';
import { findMethodInForce } from '../../organizations/find-organization.ts';
import { readOrganization } from '../../organizations/list-organizations.ts';
import type { Organization } from '../../organizations/organization.ts';
import { routeDomain } from '../../organizations/route-domains.ts';
import { endSessionsOfOrganization } from '../../sessions/end-sessions.ts';
import { countSessionsOfOrganization } from '../../sessions/find-session.ts';
import { countUserDomains, proposeDomain } from '../../users/find-users.ts';
import type { Text } from '../../texts/catalog.ts';

/** How the people of an organization log in. */
export const getAuthentication: Handler<'getAuthentication'> = async ({ deps, caller, params }) =>
  show(deps, caller, parseId('org', params.organizationId));

/**
 * How often the form of an organization may make us call an address somebody typed: it is no scanner. Counted for the
 * caller's organization too, so that nobody uses up another's.
 */
const PROVIDER_CALLS = { name: 'provider-call', points: 30, seconds: 60 };

async function countProviderCall(
  { deps, caller }: { deps: { rateLimit: Pick<RateLimit, 'consume'> }; caller: Caller },
  organizationId: OrganizationId,
): Promise<void> {
  await deps.rateLimit.consume(PROVIDER_CALLS, `${caller.organizationId} ${organizationId}`);
}

/** The Entra ID directory of the organization's mail domains. */
export const proposeDirectory: OutsideHandler<'proposeDirectory'> = async (handling) => {
  const { caller, params, query } = handling;
  const organizationId = parseId('org', params.organizationId);
  await countProviderCall(handling, organizationId);
  return { proposal: await propose(configureDeps(handling), caller, { organizationId, domain: query.domain }) };
};

/** Tries settings without saving. */
export const checkAuthentication: OutsideHandler<'checkAuthentication'> = async (handling) => {
  const { deps, caller, params, body, transact } = handling;
  const { settings } = body;
  const organizationId = parseId('org', params.organizationId);
  const before = await transact(async (db) => readBefore(deps, db, caller, organizationId));
  const affected = await transact(async (db) => affectedBy({ ...deps, db }, caller, organizationId));
  const nothingFound = { provider: null, flow: null, redirectUrl: null };
  if (settings.method === 'built-in' || settings.method === 'same-as-managing') {
    return { ok: true, problem: null, ...nothingFound, ...affected };
  }
  await countProviderCall(handling, organizationId);
  const checked = await checkSettings(configureDeps(handling), { organizationId, settings, before });
  if ('fault' in checked)
    return { ok: false, problem: explanation(deps.t, checked.fault), ...nothingFound, ...affected };
  const { metadata, keys, directoryId } = checked.provider;
  return {
    ok: true,
    problem: null,
    provider: {
      issuer: metadata.issuer,
      authorizationEndpoint: metadata.authorization_endpoint,
      keys: keys.keys.length,
      directoryId,
    },
    flow: checked.flow,
    redirectUrl: checked.redirectUri,
    ...affected,
  };
};

/** Save configures it. */
export const saveAuthentication: OutsideHandler<'saveAuthentication'> = async (handling) => {
  const { deps, caller, params, body, transact, afterwards } = handling;
  const organizationId = parseId('org', params.organizationId);
  await countProviderCall(handling, organizationId);
  const saved = await configureConnection(configureDeps(handling), caller, {
    organizationId,
    settings: body.settings,
    endSessions: body.endSessions,
    version: body.version,
    alongside: async (db) => {
      for (const domain of body.routeDomains) await routeDomain({ ...deps, db }, caller, { organizationId, domain });
      // A connection waits for its first login (`endOldSessions`); a method of ours is in force at once.
      const own = body.settings.method === 'built-in' || body.settings.method === 'same-as-managing';
      if (!own || body.endSessions !== 'at-once') return;
      const about = { organizationId, reason: 'method changed' };
      const ended = await asService(db, async (service) =>
        endSessionsOfOrganization({ ...deps, db: service }, actorOf(caller), about),
      );
      afterwards(async () => deps.tellApplications(ended));
    },
  });
  if (!saved.saved) throw refusalOf(deps.t, saved);
  return transact(async (db) => show({ ...handling.deps, db }, caller, organizationId));
};

/** Returns to the method before. */
export const switchBack: Handler<'switchBack'> = async (handling) => {
  const { deps, caller, params, body } = handling;
  const organizationId = parseId('org', params.organizationId);
  await goBack({ ...deps, effects: effectsOf(deps) }, caller, { organizationId, version: body.version });
  return show(deps, caller, organizationId);
};

async function show(deps: Handling['deps'], caller: Caller, id: OrganizationId) {
  const { organization, state, counts } = await readOrganization(deps, caller, { organizationId: id });
  const inForce = await findMethodInForce(deps, organization);
  const connection = await findConnectionInForce(deps, id);
  return {
    organization: nameOut(organization.id, organization.name),
    method: organization.method,
    state,
    inForce: { method: inForce.method, from: nameOut(inForce.from.id, inForce.from.name) },
    connection: connection === undefined ? null : connectionOut(deps.t, connection),
    switchBack: await switchBackOut(deps, organization),
    mayFollowManaging: organization.managingOrganizationId !== null,
    redirectUrls: callbackUrls(deps.config.publicUrl.href, id),
    users: counts.users,
    proposedDomain: (await proposeDomain(deps, id)) ?? null,
    version: organization.version,
  };
}

async function switchBackOut(deps: Handling['deps'], organization: Organization) {
  const until = switchBackUntil(organization, deps.clock.now());
  const way = until === null ? null : await previousWay(deps, organization);
  if (way === null || organization.previousMethod === null) return null;
  const own = way.method !== 'built-in' && way.connection.organizationId === organization.id;
  return {
    method: organization.previousMethod,
    connection: way.method !== 'built-in' && own ? connectionOut(deps.t, way.connection) : null,
    until: instant(until),
  };
}

async function affectedBy(deps: Handling['deps'], caller: Handling['caller'], organizationId: OrganizationId) {
  const { organization } = await readOrganization(deps, caller, { organizationId });
  const users = await countUserDomains(deps, organizationId);
  return {
    affected: {
      users: users.total,
      domains: users.domains,
      breakGlass: users.breakGlass,
      sessions: await countSessionsOfOrganization(deps, organizationId),
      followers: (await findFollowers(deps, organization)).length,
    },
    proposedDomain: (await proposeDomain(deps, organizationId)) ?? null,
  };
}

function connectionOut(t: Text, connection: Connection) {
  return {
    id: formatId('con', connection.id),
    method: connection.method,
    // A draft is not in force and not switched back to; it is never read here.
    state: connection.state === 'draft' ? ('previous' as const) : connection.state,
    clientId: connection.clientId,
    issuer: connection.issuer,
    discoveryUrl: `${connection.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    directoryId: connection.directoryId,
    credential: connection.credential,
    clientSecretSetAt: instant(connection.clientSecretSetAt),
    flow: connection.flow,
    redirectUrl: connection.redirectUri,
    configuredAt: instant(connection.configuredAt),
    confirmedAt: instant(connection.confirmedAt),
    unconfirmedUntil: instant(connection.unconfirmedUntil),
    lastSuccessAt: instant(connection.lastSuccessAt),
    failingSince: instant(connection.failingSince),
    lastFailure: connection.lastFailure === null ? null : explanation(t, connection.lastFailure),
    version: connection.version,
  };
}

function explanation(t: Text, code: string) {
  const keys = explain(code);
  return keys === undefined ? { code, what: code, fix: null } : { code, what: t(keys.what), fix: t(keys.fix) };
}

function refusalOf(t: Text, { fault }: { fault: ProviderFault }): AppError {
  const { what, fix } = explanation(t, fault.fault);
  const message = fix === null ? what : `${what} ${fix}`;
  return new AppError('connection.refused', {
    detail: fault.fault,
    fields: [{ field: `settings.${fault.field}`, code: fault.fault, message }],
  });
}
