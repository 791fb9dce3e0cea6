import type { Handler } from '../handler.ts';
import { instant } from '../present.ts';
import {
  listClientSecrets,
  makeClientSecret,
  removeClientSecret,
} from '../../../applications/credentials/manage-client-secrets.ts';
import type { ClientSecret } from '../../../applications/credentials/client-secret.ts';
import { HOUR } from '../../../base/clock.ts';
import { formatId, parseId } from '../../../base/ids.ts';

/** Client secrets of an application. */
export const listApplicationSecrets: Handler<'listApplicationSecrets'> = async ({ deps, caller, params }) => ({
  items: (await listClientSecrets(deps, caller, which(params))).map(out),
});

/** Another client secret, shown this once. */
export const makeApplicationSecret: Handler<'makeApplicationSecret'> = async ({ deps, caller, params, body }) => {
  const made = await makeClientSecret(deps, caller, { ...which(params), overlap: body.overlapHours * HOUR });
  return { secret: out(made.secret), clientSecret: made.clientSecret };
};

/** Remove one. */
export const removeApplicationSecret: Handler<'removeApplicationSecret'> = async ({ deps, caller, params }) => {
  await removeClientSecret(deps, caller, { ...which(params), secretId: parseId('sec', params.secretId) });
  return undefined;
};

function which(params: { organizationId: string; applicationId: string }) {
  return {
    organizationId: parseId('org', params.organizationId),
    applicationId: parseId('app', params.applicationId),
  };
}

function out(secret: ClientSecret) {
  const { madeAt, lastUsedAt, expiresAt } = secret;
  return {
    id: formatId('sec', secret.id),
    madeAt: madeAt && instant(madeAt),
    madeBy: secret.madeBy,
    lastUsedAt: lastUsedAt && instant(lastUsedAt),
    expiresAt: expiresAt && instant(expiresAt),
  };
}
