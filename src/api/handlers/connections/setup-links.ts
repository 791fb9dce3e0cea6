import { checkOut, countProviderCall, depsOf, explanationOf, refusalOf, show } from '../authentication.ts';
import { byTime, pageFrom, readCursor } from '../cursor.ts';
import type { ApiDeps, Handler, OutsideHandler } from '../handler.ts';
import { instant } from '../present.ts';
import { formatId, parseId } from '../../../base/ids.ts';
import type { SetupInvitationId } from '../../../base/ids.ts';
import {
  checkDraft as check,
  discardDraft as discard,
  turnOnDraft as turnOn,
} from '../../../connections/setup/decide-draft.ts';
import { listSetups, readSetup } from '../../../connections/setup/find-setups.ts';
import type { SetupOverview } from '../../../connections/setup/find-setups.ts';
import { inviteSetup } from '../../../connections/setup/invite-setup.ts';
import { revokeSetup } from '../../../connections/setup/revoke-setup.ts';
import { takeDraftSecret as takeSecret } from '../../../connections/setup/draft/take-draft-secret.ts';
import type { Inside } from '../../../db/database.ts';
import type { Caller } from '../../../organizations/access.ts';
import type { Text } from '../../../texts/catalog.ts';

/** Setup links, the newest first. */
export const listSetupLinks: Handler<'listSetupLinks'> = async ({ deps, caller, params, query }) => {
  const place = readCursor(byTime, query.cursor);
  const rows = await listSetups(deps, caller, {
    organizationId: parseId('org', params.organizationId),
    search: query.search,
    before: place && { createdAt: new Date(place[0]), id: place[1] as SetupInvitationId },
    limit: query.limit + 1,
  });
  return pageFrom(rows, query.limit, {
    total: null,
    place: ({ invitation }) => [invitation.createdAt.getTime(), invitation.id],
    item: (row) => out(deps.t, row),
  });
};

/** Make a link; it is shown this once. */
export const createSetupLink: Handler<'createSetupLink'> = async ({ deps, caller, params, body }) => {
  const organizationId = parseId('org', params.organizationId);
  const { invitation, url } = await inviteSetup(deps, caller, { organizationId, email: body.email });
  return { setupLink: await read(deps, caller, { organizationId, id: invitation.id }), url };
};

/** Revoke. */
export const revokeSetupLink: Handler<'revokeSetupLink'> = async ({ deps, caller, params }) => {
  await revokeSetup(deps, caller, named(params));
  return read(deps, caller, named(params));
};

/** What turning on would do. */
export const checkDraft: OutsideHandler<'checkDraft'> = async (handling) => {
  const { deps, caller, params } = handling;
  const about = named(params);
  const beforeAsking = async (): Promise<void> => countProviderCall(handling, about.organizationId);
  return checkOut(deps.t, await check(depsOf(handling), caller, { ...about, beforeAsking }));
};

/** *Turn on*. */
export const turnOnDraft: OutsideHandler<'turnOnDraft'> = async (handling) => {
  const { deps, caller, params, body, transact } = handling;
  const about = named(params);
  await countProviderCall(handling, about.organizationId);
  const saved = await turnOn(depsOf(handling), caller, { ...about, ...body });
  if (!saved.saved) throw refusalOf(saved);
  return transact(async (db) => show({ ...deps, db }, caller, about.organizationId));
};

/** *Enter as next secret*. */
export const takeDraftSecret: Handler<'takeDraftSecret'> = async ({ deps, caller, params }) => {
  await takeSecret(deps, caller, named(params));
  return read(deps, caller, named(params));
};

/** *Discard*. */
export const discardDraft: Handler<'discardDraft'> = async ({ deps, caller, params }) => {
  await discard(deps, caller, named(params));
  return read(deps, caller, named(params));
};

function named(params: { organizationId: string; setupLinkId: string }) {
  return { organizationId: parseId('org', params.organizationId), id: parseId('set', params.setupLinkId) };
}

async function read(deps: Inside<ApiDeps>, caller: Caller, about: ReturnType<typeof named>) {
  return out(deps.t, await readSetup(deps, caller, about));
}

function out(t: Text, { invitation, state, domainVerified, draft }: SetupOverview) {
  return {
    id: formatId('set', invitation.id),
    email: invitation.email,
    state,
    step: invitation.step,
    madeBy: invitation.invitedByName,
    createdAt: instant(invitation.createdAt),
    expiresAt: instant(invitation.expiresAt),
    openedAt: instant(invitation.openedAt),
    remindedAt: instant(invitation.remindedAt),
    handedOverAt: instant(invitation.handedOverAt),
    handedOverFrom: invitation.handedOverFrom,
    domain: invitation.domain === null ? null : { domain: invitation.domain, verified: domainVerified },
    draft: draft && {
      method: draft.connection.method,
      issuer: draft.connection.issuer,
      host: draft.described.host,
      settings: draft.described.settings,
      credential: draft.connection.credential,
      redirectUrl: draft.connection.redirectUri,
      checkedAt: instant(invitation.checkedAt),
      test: invitation.testResult,
      testedAt: instant(invitation.testedAt),
      notes: invitation.notes.map((note) => explanationOf(t, note.fault, note.values)),
      nextSecret: draft.nextSecret,
      outdated: draft.outdated,
    },
  };
}
