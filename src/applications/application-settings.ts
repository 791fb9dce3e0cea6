import type { Application } from './application.ts';
import { requireHighSecurity } from './credentials/high-security.ts';
import { problemOfRedirectUri, problemOfWebAddress, requireUris } from './redirect-uri.ts';
import { AppError } from '../base/errors.ts';
import { fieldError } from '../base/field-errors.ts';
import type { OrganizationId } from '../base/ids.ts';
import { parsePlainName } from '../base/plain-name.ts';
import type { Database } from '../db/database.ts';
import { isRootAdministrator } from '../organizations/access.ts';
import type { Caller } from '../organizations/access.ts';
import { keepOrganizations } from '../organizations/find-organization.ts';
import { reaches } from '../organizations/organization.ts';
import type { Organization } from '../organizations/organization.ts';

/** What an administrator chooses; what is left out stays as it is. */
export interface ApplicationSettings {
  name?: string | undefined;
  redirectUris?: string[] | undefined;
  postLogoutRedirectUris?: string[] | undefined;
  initiateLoginUri?: string | null | undefined;
  backchannelLogoutUri?: string | null | undefined;
  signingAlgorithm?: 'ES256' | 'RS256' | undefined;
  refreshTokens?: boolean | undefined;
  offline?: boolean | undefined;
  unprovenAddresses?: boolean | undefined;
  withoutPkce?: boolean | undefined;
  rotateRefreshTokens?: boolean | undefined;
  highSecurity?: boolean | undefined;
  deviceLogin?: boolean | undefined;
  actsForUsers?: boolean | undefined;
  firstParty?: boolean | undefined;
  /** Narrows to these organizations and those below; empty: the owner and all below. */
  access?: OrganizationId[] | undefined;
}

type Settled = Pick<
  Application,
  | 'name'
  | 'redirectUris'
  | 'postLogoutRedirectUris'
  | 'initiateLoginUri'
  | 'backchannelLogoutUri'
  | 'signingAlgorithm'
  | 'refreshTokens'
  | 'offline'
  | 'unprovenAddresses'
  | 'withoutPkce'
  | 'rotateRefreshTokens'
  | 'highSecurity'
  | 'deviceLogin'
  | 'actsForUsers'
  | 'firstParty'
>;

/** The settings that hold when `input` is laid over `before`. */
export function settingsOf(input: ApplicationSettings, before: Settled): Settled {
  return {
    name: (input.name ?? before.name).trim().normalize('NFC'),
    redirectUris: input.redirectUris ?? before.redirectUris,
    postLogoutRedirectUris: input.postLogoutRedirectUris ?? before.postLogoutRedirectUris,
    initiateLoginUri: input.initiateLoginUri === undefined ? before.initiateLoginUri : input.initiateLoginUri,
    backchannelLogoutUri:
      input.backchannelLogoutUri === undefined ? before.backchannelLogoutUri : input.backchannelLogoutUri,
    signingAlgorithm: input.signingAlgorithm ?? before.signingAlgorithm,
    refreshTokens: input.refreshTokens ?? before.refreshTokens,
    offline: input.offline ?? before.offline,
    unprovenAddresses: input.unprovenAddresses ?? before.unprovenAddresses,
    withoutPkce: input.withoutPkce ?? before.withoutPkce,
    rotateRefreshTokens: input.rotateRefreshTokens ?? before.rotateRefreshTokens,
    highSecurity: input.highSecurity ?? before.highSecurity,
    deviceLogin: input.deviceLogin ?? before.deviceLogin,
    actsForUsers: input.actsForUsers ?? before.actsForUsers,
    firstParty: input.firstParty ?? before.firstParty,
  };
}

/**
 * Refuses settings that do not fit, and returns to which organizations the application is to be narrowed (undefined: as
 * before). Only administrators of the root make an application first-party or change one that is: it gets people's
 * claims without asking them.
 * @throws application.redirect-uri, input.malformed, caller.denied, organization.not-found
 */
export async function checkSettings(
  deps: { db: Database },
  caller: Caller,
  about: {
    owner: Organization;
    before: Application | undefined;
    after: Application;
    access: OrganizationId[] | undefined;
  },
): Promise<OrganizationId[] | undefined> {
  const { before, after } = about;
  if ((after.firstParty || before?.firstParty === true) && !isRootAdministrator(caller)) {
    throw new AppError('caller.denied', { detail: 'first-party' });
  }
  // It may become the way into every API of its owner; who replaces its credentials or addresses acts as it does.
  if (after.actsForUsers && !isRootAdministrator(caller)) {
    throw new AppError('caller.denied', { detail: 'acts-for-users' });
  }
  if (after.actsForUsers && (after.clientAuthentication === 'none' || after.highSecurity)) {
    throw new AppError('input.malformed', { fields: [fieldError('actsForUsers', 'acts-for-users')] });
  }
  if (after.name !== before?.name) parsePlainName('name', after.name);
  if (after.offline && !after.refreshTokens) {
    throw new AppError('input.malformed', { fields: [fieldError('offline', 'offline-without-refresh')] });
  }
  if (after.rotateRefreshTokens && !after.refreshTokens) {
    throw new AppError('input.malformed', { fields: [fieldError('rotateRefreshTokens', 'offline-without-refresh')] });
  }
  if (after.withoutPkce && after.clientAuthentication === 'none') {
    throw new AppError('input.malformed', { fields: [fieldError('withoutPkce', 'public-needs-pkce')] });
  }
  requireHighSecurity(after);
  if (after.deviceLogin && after.kind !== 'native') {
    throw new AppError('input.malformed', { fields: [fieldError('deviceLogin', 'native-only')] });
  }
  const { kind } = after;
  if (kind === 'machine') refusePeople(after, about.access);
  const initiate = after.initiateLoginUri;
  const backchannel = after.backchannelLogoutUri;
  requireUris([
    ...(after.redirectUris.length === 0 && kind !== 'machine' && !after.deviceLogin
      ? [fieldError('redirectUris', 'too-few', { least: 1 })]
      : []),
    ...after.redirectUris.map((uri, i) => problemOfRedirectUri(`redirectUris.${i}`, uri, kind)),
    ...after.postLogoutRedirectUris.map((uri, i) => problemOfRedirectUri(`postLogoutRedirectUris.${i}`, uri, kind)),
    ...(initiate === null ? [] : [problemOfWebAddress('initiateLoginUri', initiate)]),
    ...(backchannel === null ? [] : [problemOfWebAddress('backchannelLogoutUri', backchannel)]),
  ]);
  if (about.access === undefined) return undefined;
  const ids = [...new Set(about.access)];
  const found = await keepOrganizations(deps, ids);
  for (const id of ids) {
    const path = found.get(id)?.path ?? '';
    if (!reaches(about.owner.path, path) || !reaches(caller.organizationPath, path)) {
      throw new AppError('organization.not-found', { detail: 'access' });
    }
  }
  return ids;
}

/**
 * Refuses who may not widen what an application gets or hold its secret: as in {@link checkSettings}, administrators of the
 * root alone where nobody is asked (first-party) or where it acts for users.
 * @throws caller.denied
 */
export function requireMayWiden(caller: Caller, application: Pick<Application, 'firstParty' | 'actsForUsers'>): void {
  if (isRootAdministrator(caller)) return;
  if (application.firstParty) throw new AppError('caller.denied', { detail: 'first-party' });
  if (application.actsForUsers) throw new AppError('caller.denied', { detail: 'acts-for-users' });
}

/** A machine application logs nobody in: it has no addresses, no refresh tokens, and nobody is asked for consent. */
function refusePeople(after: Application, access: OrganizationId[] | undefined): void {
  const without = {
    redirectUris: after.redirectUris.length > 0,
    postLogoutRedirectUris: after.postLogoutRedirectUris.length > 0,
    initiateLoginUri: after.initiateLoginUri !== null,
    backchannelLogoutUri: after.backchannelLogoutUri !== null,
    refreshTokens: after.refreshTokens,
    unprovenAddresses: after.unprovenAddresses,
    withoutPkce: after.withoutPkce,
    firstParty: after.firstParty,
    access: access !== undefined && access.length > 0,
  };
  const fields = Object.entries(without).flatMap(([field, set]) =>
    set ? [fieldError(field, 'machine-without-people')] : [],
  );
  if (fields.length > 0) throw new AppError('input.malformed', { fields });
}
