/** What is registered at Gatehouse for a run: the body of `POST /organizations/{id}/applications`. */
export interface Registration {
  readonly name: string;
  readonly kind: 'web';
  readonly redirectUris: readonly string[];
  readonly clientAuthentication: 'client_secret_basic' | 'client_secret_post';
  readonly withoutPkce: true;
  readonly refreshTokens: true;
  readonly firstParty: true;
  readonly postLogoutRedirectUris?: readonly string[];
  readonly backchannelLogoutUri?: string;
}

/** Where the suite listens for a run with this alias. */
const at = (suite: string, path: string): string => `${suite}/test/a/gatehouse/${path}`;

/**
 * The applications of the suite's static registration (`client`, `client2`, `client_secret_post` of its configuration). The
 * tests register them by the API.
 * @param suite the suite's address, without a slash at its end
 */
export function registrations(suite: string): Record<'client' | 'client2' | 'client_secret_post', Registration> {
  const usual = {
    kind: 'web',
    redirectUris: [at(suite, 'callback')],
    withoutPkce: true,
    refreshTokens: true,
    firstParty: true,
  } as const;
  return {
    client: {
      ...usual,
      name: 'Conformance suite',
      clientAuthentication: 'client_secret_basic',
      postLogoutRedirectUris: [at(suite, 'post_logout_redirect')],
      backchannelLogoutUri: at(suite, 'backchannel_logout'),
    },
    client2: { ...usual, name: 'Conformance suite, second', clientAuthentication: 'client_secret_basic' },
    client_secret_post: { ...usual, name: 'Conformance suite, by form', clientAuthentication: 'client_secret_post' },
  };
}

/** The two applications of the FAPI 2.0 plan: high security, and people are asked what they allow. */
export function highSecurityRegistrations(suite: string): Record<
  'client' | 'client2',
  {
    readonly name: string;
    readonly kind: 'web';
    readonly highSecurity: true;
    readonly refreshTokens: true;
    readonly redirectUris: string[];
  }
> {
  const usual = { kind: 'web', highSecurity: true, refreshTokens: true } as const;
  const callback = at(suite, 'callback');
  return {
    client: { ...usual, name: 'FAPI 2.0', redirectUris: [callback] },
    client2: { ...usual, name: 'FAPI 2.0, second', redirectUris: [`${callback}?dummy1=lorem&dummy2=ipsum`] },
  };
}
