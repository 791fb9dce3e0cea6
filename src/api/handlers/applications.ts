import { byName, pageFrom, readCursor } from './cursor.ts';
import type { Handler } from './handler.ts';
import { instant, nameOut } from './present.ts';
import {
  changeApplication as change,
  listApplications as list,
  readApplication,
  registerApplication as register,
  removeApplication as remove,
} from '../../applications/manage-applications.ts';
import { rotateSecret as rotate } from '../../applications/credentials/manage-client-secrets.ts';
import { findHealthStates } from '../../applications/health/read-health.ts';
import type { ApplicationWithAccess } from '../../applications/manage-applications.ts';
import { beginTry } from '../../applications/trying/begin-try.ts';
import { HOUR } from '../../base/clock.ts';
import { formatId, parseId } from '../../base/ids.ts';
import type { ApplicationId } from '../../base/ids.ts';

/** Applications an organization owns. */
export const listApplications: Handler<'listApplications'> = async ({ deps, caller, params, query }) => {
  const place = readCursor(byName, query.cursor);
  const rows = await list(deps, caller, {
    organizationId: parseId('org', params.organizationId),
    search: query.search,
    after: place && { name: place[0], id: place[1] as ApplicationId },
    limit: query.limit + 1,
  });
  const states = await findHealthStates(
    deps,
    rows.map(({ application }) => application),
  );
  return pageFrom(rows, query.limit, {
    total: null,
    place: ({ application }) => [application.name, application.id],
    item: (row) => ({ ...out(row), health: states.get(row.application.id)! }),
  });
};

/** One application. */
export const getApplication: Handler<'getApplication'> = async ({ deps, caller, params }) =>
  out(await readApplication(deps, caller, which(params)));

/** Register; the client secret is shown this once. */
export const registerApplication: Handler<'registerApplication'> = async ({ deps, caller, params, body }) => {
  const { access, ...settings } = body;
  const registered = await register(deps, caller, {
    ...settings,
    organizationId: parseId('org', params.organizationId),
    ...(access === undefined ? {} : { access: access.map((id) => parseId('org', id)) }),
  });
  return { application: out(registered), clientSecret: registered.clientSecret };
};

/** Change. */
export const changeApplication: Handler<'changeApplication'> = async ({ deps, caller, params, body }) => {
  const { access, ...settings } = body;
  const changed = await change(deps, caller, {
    ...settings,
    ...which(params),
    ...(access === undefined ? {} : { access: access.map((id) => parseId('org', id)) }),
  });
  return { ...out(changed), ...(changed.clientSecret === null ? {} : { clientSecret: changed.clientSecret }) };
};

/** A new client secret, shown this once. */
export const rotateSecret: Handler<'rotateSecret'> = async ({ deps, caller, params }) => {
  const rotated = await rotate(deps, caller, which(params));
  return { application: out(rotated), clientSecret: rotated.clientSecret };
};

/** Tries one administrator begins. */
const MOST_TRIES = { name: 'try', points: 60, seconds: HOUR };

/** *Try it*: what the browser sends its authorization request with. */
export const tryApplication: Handler<'tryApplication'> = async ({ deps, caller, params, body }) => {
  await deps.rateLimit.consume(MOST_TRIES, String(caller.id));
  return beginTry(deps, caller, { ...which(params), codeChallenge: body.codeChallenge });
};

/** Remove for good. */
export const removeApplication: Handler<'removeApplication'> = async ({ deps, caller, params, query }) => {
  await remove(deps, caller, { ...which(params), confirm: query.confirm });
  return undefined;
};

function which(params: { organizationId: string; applicationId: string }) {
  return {
    organizationId: parseId('org', params.organizationId),
    applicationId: parseId('app', params.applicationId),
  };
}

function out({ application, access }: ApplicationWithAccess) {
  return {
    id: formatId('app', application.id),
    clientId: application.clientId,
    name: application.name,
    organization: nameOut(application.organizationId, application.ownerName),
    kind: application.kind,
    firstParty: application.firstParty,
    redirectUris: application.redirectUris,
    postLogoutRedirectUris: application.postLogoutRedirectUris,
    initiateLoginUri: application.initiateLoginUri,
    backchannelLogoutUri: application.backchannelLogoutUri,
    clientAuthentication: application.clientAuthentication,
    signingAlgorithm: application.signingAlgorithm,
    refreshTokens: application.refreshTokens,
    offline: application.offline,
    jwks: application.clientKeys,
    unprovenAddresses: application.unprovenAddresses,
    withoutPkce: application.withoutPkce,
    rotateRefreshTokens: application.rotateRefreshTokens,
    preset: application.preset,
    highSecurity: application.highSecurity,
    deviceLogin: application.deviceLogin,
    actsForUsers: application.actsForUsers,
    access: access.map(({ id, name }) => nameOut(id, name)),
    version: application.version,
    createdAt: instant(application.createdAt),
  };
}
