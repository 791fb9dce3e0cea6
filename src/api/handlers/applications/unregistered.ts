import type { Handler } from '../handler.ts';
import { instant } from '../present.ts';
import {
  blockUnregistered,
  listUnregistered,
  removeUnregistered,
} from '../../../applications/unregistered/manage-unregistered.ts';
import type { UnregisteredApplication } from '../../../applications/unregistered/manage-unregistered.ts';
import { formatId, parseId } from '../../../base/ids.ts';

/** Applications that nobody registered, as an organization has them. */
export const listUnregisteredApplications: Handler<'listUnregisteredApplications'> = async ({
  deps,
  caller,
  params,
}) => {
  const found = await listUnregistered(deps, caller, { organizationId: parseId('org', params.organizationId) });
  return { items: found.map(out) };
};

/** Block one, or lift that. */
export const blockUnregisteredApplication: Handler<'blockUnregisteredApplication'> = async ({
  deps,
  caller,
  params,
  body,
}) => out(await blockUnregistered(deps, caller, { ...which(params), blocked: body.blocked }));

/** Forget one. */
export const removeUnregisteredApplication: Handler<'removeUnregisteredApplication'> = async ({
  deps,
  caller,
  params,
}) => {
  await removeUnregistered(deps, caller, which(params));
  return undefined;
};

function which(params: { organizationId: string; applicationId: string }) {
  return {
    organizationId: parseId('org', params.organizationId),
    applicationId: parseId('app', params.applicationId),
  };
}

function out({ applicationId, clientId, name, firstUsedAt, lastUsedAt, blockedAt }: UnregisteredApplication) {
  return {
    id: formatId('app', applicationId),
    clientId,
    host: new URL(clientId).host,
    name,
    firstUsedAt: instant(firstUsedAt),
    lastUsedAt: instant(lastUsedAt),
    blockedAt: instant(blockedAt),
  };
}
