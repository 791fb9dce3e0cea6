/** The OpenID Provider under load, and the application that the load pretends to be. */
export interface Target {
  issuer: string;
  authorization: string;
  token: string;
  keys: string;
  /** Where a device begins (RFC 8628 3.1); undefined without it. */
  device: string | undefined;
  clientId: string;
  /** Sent as `client_secret_basic`. */
  secret: string;
  redirectUri: string;
  scope: string;
}

/** Reads the issuer's metadata (OpenID Connect Discovery 1.0, 4). */
export async function discoverTarget(
  issuer: string,
  application: Pick<Target, 'clientId' | 'secret' | 'redirectUri' | 'scope'>,
): Promise<Target> {
  const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (!answer.ok) throw new Error(`${issuer} has no metadata: ${answer.status}`);
  const metadata = (await answer.json()) as Record<string, unknown>;
  const read = (name: string): string => {
    const value = metadata[name];
    if (typeof value !== 'string') throw new Error(`the metadata of ${issuer} lack ${name}`);
    return value;
  };
  return {
    ...application,
    issuer: read('issuer'),
    authorization: read('authorization_endpoint'),
    token: read('token_endpoint'),
    keys: read('jwks_uri'),
    device: metadata['device_authorization_endpoint'] === undefined ? undefined : read('device_authorization_endpoint'),
  };
}
