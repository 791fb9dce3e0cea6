import { createRemoteJWKSet } from 'jose';
import * as client from 'openid-client';
import type { Configuration } from './configuration.ts';
import { createLogoutTokenVerifier, type VerifyLogoutToken } from './logout-token.ts';
import type { Session } from './sessions.ts';

/** A login on its way: kept in the browser that started it. */
export interface PendingLogin {
  state: string;
  nonce: string;
  verifier: string;
  /** Path of the page one wanted. */
  target: string;
}

/** The application as a relying party of its OpenID Provider. */
export interface RelyingParty {
  beginLogin(wanted: {
    target: string;
    loginHint: string | null;
    organization: string | null;
  }): Promise<{ url: URL; pending: PendingLogin }>;
  finishLogin(callback: URL, pending: PendingLogin): Promise<Session>;
  logoutUrl(idToken: string): Promise<URL>;
  verifyLogoutToken: VerifyLogoutToken;
}

export interface Addresses {
  callback: string;
  loggedOut: string;
}

/** openid-client as its documentation shows it; plain http only because a demonstration's issuer may be `http://localhost`. */
export function createRelyingParty(config: Configuration, addresses: Addresses): RelyingParty {
  let found: Promise<{ provider: client.Configuration; verify: VerifyLogoutToken }> | undefined;

  const discover = async (): Promise<{ provider: client.Configuration; verify: VerifyLogoutToken }> => {
    const provider = await client.discovery(
      new URL(config.issuer),
      config.clientId,
      undefined,
      client.ClientSecretBasic(config.clientSecret),
      // oxlint-disable-next-line typescript/no-deprecated -- marked so to stand out; meant for loopback
      { execute: config.issuer.startsWith('http://') ? [client.allowInsecureRequests] : [] },
    );
    const { issuer, jwks_uri: keys = '' } = provider.serverMetadata();
    const verify = createLogoutTokenVerifier({
      issuer,
      clientId: config.clientId,
      keys: createRemoteJWKSet(new URL(keys)),
    });
    return { provider, verify };
  };
  /** Asked again after a failure: the provider may start later than we. */
  const ready = async (): Promise<{ provider: client.Configuration; verify: VerifyLogoutToken }> => {
    found ??= discover();
    try {
      return await found;
    } catch (error) {
      found = undefined;
      throw error;
    }
  };

  return {
    async beginLogin({ target, loginHint, organization }) {
      const { provider } = await ready();
      const pending = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        target,
      };
      const url = client.buildAuthorizationUrl(provider, {
        redirect_uri: addresses.callback,
        scope: config.scope,
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
        ...(loginHint === null ? {} : { login_hint: loginHint }),
        ...(organization === null ? {} : { organization }),
      });
      return { url, pending };
    },
    async finishLogin(callback, pending) {
      const { provider } = await ready();
      const tokens = await client.authorizationCodeGrant(provider, callback, {
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        pkceCodeVerifier: pending.verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined || tokens.id_token === undefined) throw new Error('the answer has no ID token');
      const sid = claims['sid'];
      return {
        claims,
        sub: claims.sub,
        sid: typeof sid === 'string' ? sid : undefined,
        idToken: tokens.id_token,
        startedAt: new Date(),
      };
    },
    async logoutUrl(idToken) {
      const { provider } = await ready();
      return client.buildEndSessionUrl(provider, {
        id_token_hint: idToken,
        post_logout_redirect_uri: addresses.loggedOut,
      });
    },
    verifyLogoutToken: async (token) => {
      const { verify } = await ready();
      return verify(token);
    },
  };
}
