import type { ClientMetadata, Configuration } from 'oidc-provider';
import { ORDERS, SCOPE } from '../machines/machines.ts';

/** An application that acts for itself and one on a device, as Gatehouse has them registered. */
export function machineClients(secret: string): ClientMetadata[] {
  const base = { redirect_uris: [], response_types: [], id_token_signed_response_alg: 'ES256' } as const;
  const machine = { client_id: 'machine', client_secret: secret, grant_types: ['client_credentials'] };
  const device = {
    client_id: 'device',
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
  } as const;
  return [
    { ...base, ...machine },
    { ...base, ...device, grant_types: [...device.grant_types] },
  ];
}

/** Client credentials, the device grant and one API resource with signed access tokens of ten minutes. */
export const machineFeatures = {
  clientCredentials: { enabled: true },
  deviceFlow: { enabled: true },
  resourceIndicators: {
    enabled: true,
    getResourceServerInfo: () => ({
      scope: SCOPE,
      audience: ORDERS,
      accessTokenFormat: 'jwt',
      accessTokenTTL: 600,
      jwt: { sign: { alg: 'ES256' } },
    }),
  },
} satisfies NonNullable<Configuration['features']>;
