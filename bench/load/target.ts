/** The OpenID Provider under load, and the application that the load pretends to be. */
export interface Target {
  issuer: string;
  authorization: string;
  token: string;
  keys: string;
  /** Where a device begins (RFC 8628 3.1); undefined without it. */
  device: string | undefined;
  /** Where an access token gives the claims of its user (OpenID Connect Core 1.0, 5.3); undefined without it. */
  userinfo: string | undefined;
  /** Where an application asks about a token (RFC 7662); undefined without it. */
  introspection: string | undefined;
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
  const optional = (name: string): string | undefined => (metadata[name] === undefined ? undefined : read(name));
  return {
    ...application,
    issuer: read('issuer'),
    authorization: read('authorization_endpoint'),
    token: read('token_endpoint'),
    keys: read('jwks_uri'),
    device: optional('device_authorization_endpoint'),
    userinfo: optional('userinfo_endpoint'),
    introspection: optional('introspection_endpoint'),
  };
}
