import * as client from 'openid-client';
import { randomSecret } from '../../base/random.ts';
import type { AuthorizationRequest } from '../connector.ts';
import { configureClient } from './client-configuration.ts';
import type { CallDeps } from './client-configuration.ts';
import type { ProviderSettings, RequestState } from './settings.ts';

/** The authorization request (OpenID Connect Core 3.1.2.1 and 3.2.2.1) and what its callback is held against. */
export async function authorizationRequest(
  deps: CallDeps,
  settings: ProviderSettings,
  request: AuthorizationRequest,
): Promise<{ url: URL; state: RequestState }> {
  const { config } = configureClient(deps, settings, 0);
  const nonce = randomSecret();
  const codeVerifier = settings.flow === 'code' ? randomSecret() : null;
  const parameters: Record<string, string> = {
    redirect_uri: settings.redirectUri,
    scope: 'openid profile email',
    state: request.state,
    nonce,
  };
  if (codeVerifier === null) {
    parameters['response_mode'] = 'form_post'; // a fragment never reaches a server, and a query is logged
  } else {
    parameters['code_challenge'] = await client.calculatePKCECodeChallenge(codeVerifier);
    parameters['code_challenge_method'] = 'S256';
  }
  if (request.chooseAccount) parameters['prompt'] = 'select_account';
  else if (request.loginHint !== null) parameters['login_hint'] = request.loginHint;
  if (request.maxAge !== null) parameters['max_age'] = String(request.maxAge);
  if (request.maxAge === 0) parameters['prompt'] = 'login';
  return { url: client.buildAuthorizationUrl(config, parameters), state: { nonce, codeVerifier } };
}
