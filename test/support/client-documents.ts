/** A good document, as agents publish theirs. */
export function documentOf(clientId: string, ...redirectUris: string[]): Record<string, unknown> {
  return {
    client_id: clientId,
    client_name: 'Agent',
    redirect_uris: redirectUris,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };
}
