import type { Adapter, AdapterFactory, AdapterPayload, ClientAuthMethod } from 'oidc-provider';
import { epochSeconds, systemClock } from '../../base/clock.ts';
import type { RegisteredClient } from './configuration.ts';

interface Stored {
  payload: AdapterPayload;
  grantId: string | undefined;
}

/** Everything the provider remembers; it outlives the provider object, which is made anew when keys rotate. */
export interface Memory {
  adapter: AdapterFactory;
  clients: Map<string, RegisteredClient>;
  /** Forgets who is logged in. */
  endSessions(): void;
}

/**
 * oidc-provider refuses `localhost` and plain http for clients that use the implicit response type. Those clients are
 * registered under this address; the provider's own list decides (`redirectUriAllowed` in provider.ts).
 */
const STAND_IN = 'https://registered.contoso.example/';

function authenticationOf({ clientSecret, secretMethod, jwksUri }: RegisteredClient): ClientAuthMethod {
  if (jwksUri !== undefined) return 'private_key_jwt';
  return clientSecret === undefined ? 'none' : secretMethod;
}

function clientPayload(client: RegisteredClient): AdapterPayload {
  const isFrontChannel = client.responseTypes.includes('id_token');
  const grantTypes = [
    ...(client.responseTypes.includes('code') ? ['authorization_code'] : []),
    ...(isFrontChannel ? ['implicit'] : []),
  ];
  return {
    client_id: client.clientId,
    ...(client.clientSecret === undefined ? {} : { client_secret: client.clientSecret }),
    ...(client.jwksUri === undefined ? {} : { jwks_uri: client.jwksUri }),
    token_endpoint_auth_method: authenticationOf(client),
    redirect_uris: isFrontChannel || client.redirectUris === 'any' ? [STAND_IN] : client.redirectUris,
    post_logout_redirect_uris: client.postLogoutRedirectUris,
    response_types: client.responseTypes,
    ...(client.scope === undefined ? {} : { scope: client.scope }),
    grant_types: grantTypes,
  };
}

export function createMemory(clients: readonly RegisteredClient[]): Memory {
  const known = new Map(clients.map((client) => [client.clientId, client]));
  const models = new Map<string, Map<string, Stored>>();

  const clientAdapter: Partial<Adapter> = {
    find(id) {
      const client = known.get(id);
      return Promise.resolve(client && clientPayload(client));
    },
  };
  const adapter = (model: string): Adapter => {
    const rows = models.get(model) ?? new Map<string, Stored>();
    models.set(model, rows);
    const findBy = (fits: (payload: AdapterPayload) => boolean): Promise<AdapterPayload | undefined> =>
      Promise.resolve([...rows.values()].find(({ payload }) => fits(payload))?.payload);
    return {
      upsert(id, payload) {
        rows.set(id, { payload, grantId: payload.grantId });
        return Promise.resolve();
      },
      find: (id) => Promise.resolve(rows.get(id)?.payload),
      findByUid: (uid) => findBy((payload) => payload.uid === uid),
      findByUserCode: (userCode) => findBy((payload) => payload.userCode === userCode),
      consume(id) {
        const row = rows.get(id);
        if (row) row.payload.consumed = epochSeconds(systemClock.now());
        return Promise.resolve();
      },
      destroy(id) {
        rows.delete(id);
        return Promise.resolve();
      },
      revokeByGrantId(grantId) {
        for (const [id, row] of rows) if (row.grantId === grantId) rows.delete(id);
        return Promise.resolve();
      },
      ...(model === 'Client' ? clientAdapter : {}),
    };
  };
  return { adapter, clients: known, endSessions: () => models.get('Session')?.clear() };
}
