import type { Handler } from '../handler.ts';
import { instant } from '../present.ts';
import { parseId } from '../../../base/ids.ts';
import type { ClientSecret } from '../../../connections/secrets/client-secrets.ts';
import {
  deleteNextSecret as deleteNext,
  enterNextSecret as enter,
  readClientSecrets,
  useClientSecret as use,
} from '../../../connections/secrets/manage-client-secrets.ts';
import type { ClientSecrets } from '../../../connections/secrets/manage-client-secrets.ts';

/** Client secrets of the connection in force. */
export const getClientSecrets: Handler<'getClientSecrets'> = async ({ deps, caller, params }) =>
  secretsOut(await readClientSecrets(deps, caller, { organizationId: parseId('org', params.organizationId) }));

/** Enters the next one. */
export const enterNextSecret: Handler<'enterNextSecret'> = async ({ deps, caller, params, body }) =>
  secretsOut(await enter(deps, caller, { ...body, organizationId: parseId('org', params.organizationId) }));

/** Deletes the next one. */
export const deleteNextSecret: Handler<'deleteNextSecret'> = async ({ deps, caller, params }) => {
  await deleteNext(deps, caller, { organizationId: parseId('org', params.organizationId) });
};

/** Takes the next one into use, or the previous one again. */
export const useClientSecret: Handler<'useClientSecret'> = async ({ deps, caller, params, body }) =>
  secretsOut(await use(deps, caller, { organizationId: parseId('org', params.organizationId), which: body.secret }));

function secretsOut({ setAt, expiresAt, next, previous }: ClientSecrets) {
  return {
    inUse: { setAt: instant(setAt), expiresAt: instant(expiresAt) },
    next: next && secretOut(next),
    previous: previous && secretOut(previous),
  };
}

function secretOut({ setAt, expiresOn, testedAt }: ClientSecret) {
  return { setAt: instant(setAt), expiresOn, testedAt: instant(testedAt) };
}
