import type { Handler, RequestContext } from '../handler.ts';
import { instant } from '../present.ts';
import { formatId, parseId } from '../../../base/ids.ts';
import { FEDERATED_AUDIENCES, federatedSubject, jwksUrl, keySetUrl } from '../../../connections/keys/client-keys.ts';
import {
  addNextKey as add,
  createKeySet,
  useClientKey as use,
  readKeySet,
} from '../../../connections/keys/manage-client-keys.ts';
import type { KeySetWithKeys } from '../../../connections/keys/manage-client-keys.ts';
import { certificateThumbprint } from '../../../connections/keys/read-client-key.ts';
import { HOUR } from '../../../base/clock.ts';

/** Key pairs one administrator makes in one organization: each costs time of a processor. */
const MOST_KEYS = { name: 'client-key', points: 20, seconds: HOUR };

/** Makes a key pair for a connection that is not saved yet. */
export const createClientKeys: Handler<'createClientKeys'> = async ({ deps, caller, params, body }) => {
  const organizationId = parseId('org', params.organizationId);
  await deps.rateLimit.consume(MOST_KEYS, `${String(caller.id)} ${organizationId}`);
  return keysOut(deps, await createKeySet(deps, caller, { organizationId, credential: body.credential }));
};

/** Public keys or certificates of a connection. */
export const getClientKeys: Handler<'getClientKeys'> = async ({ deps, caller, params }) =>
  keysOut(deps, await readKeySet(deps, caller, setOf(params)));

/** Makes the next key. */
export const addNextKey: Handler<'addNextKey'> = async ({ deps, caller, params }) => {
  const input = setOf(params);
  await deps.rateLimit.consume(MOST_KEYS, `${String(caller.id)} ${input.organizationId}`);
  return keysOut(deps, await add(deps, caller, input));
};

/** Takes the next key into use, or the previous one again. */
export const useClientKey: Handler<'useClientKey'> = async ({ deps, caller, params, body }) =>
  keysOut(deps, await use(deps, caller, { ...setOf(params), keyId: parseId('cky', body.key) }));

function setOf(params: { organizationId: string; clientKeysId: string }) {
  return { organizationId: parseId('org', params.organizationId), id: parseId('cks', params.clientKeysId) };
}

function keysOut({ config }: RequestContext['deps'], { id, credential, issuer, createdAt, keys }: KeySetWithKeys) {
  const { publicUrl } = config;
  return {
    id: formatId('cks', id),
    credential,
    issuer,
    createdAt: instant(createdAt),
    jwksUrl: credential === 'private-key' ? jwksUrl(publicUrl, id) : null,
    federated:
      credential === 'federated'
        ? {
            issuer: keySetUrl(publicUrl, id),
            subject: federatedSubject(id),
            audiences: FEDERATED_AUDIENCES,
          }
        : null,
    keys: keys.map((key) => ({
      id: formatId('cky', key.id),
      state: key.state,
      createdAt: instant(key.createdAt),
      since: instant(key.changedAt),
      certificate:
        key.certificate === null || key.expiresAt === null
          ? null
          : {
              pem: key.certificate,
              thumbprint: certificateThumbprint(key.certificate, 'sha1', 'hex'),
              expiresAt: instant(key.expiresAt),
            },
    })),
  };
}
