import * as client from 'openid-client';
import type { Seconds } from '../../base/clock.ts';
import { after, DAY, MINUTE } from '../../base/clock.ts';
import { randomSecret } from '../../base/random.ts';
import type { AuthorizationRequest } from '../connector.ts';
import { configureClient } from './client-configuration.ts';
import type { CallDeps } from './client-configuration.ts';
import { DEFAULT_SCOPE, readAdaptation } from './settings.ts';
import type { ProviderSettings, RequestAdaptation, RequestState } from './settings.ts';

/**
 * `max_age` where a login just now is asked for, beside `prompt=login`. 0 makes some providers ask without end; any value
 * makes `auth_time` REQUIRED in the ID token (OpenID Connect Core 2), and that is checked against the start of this login.
 */
const FRESH_MAX_AGE: Seconds = MINUTE;
/** So long `openid` alone is asked for where more was refused; then once more for all scopes. */
const OPENID_ALONE_FOR: Seconds = DAY;

/** The authorization request (OpenID Connect Core 3.1.2.1 and 3.2.2.1) and what its callback is held against. */
export async function authorizationRequest(
  deps: CallDeps,
  settings: ProviderSettings,
  request: AuthorizationRequest,
): Promise<{ url: URL; state: RequestState }> {
  const { config } = configureClient(deps, settings, 0);
  const adapted = readAdaptation(request.adapted);
  const nonce = randomSecret();
  const codeVerifier = settings.flow === 'code' ? randomSecret() : null;
  const scope = adapted.scope ?? scopeOf(settings, deps.clock.now());
  const prompt = promptOf(settings, request, adapted);
  const parameters: Record<string, string> = {
    redirect_uri: settings.redirectUri,
    scope,
    state: request.state,
    nonce,
  };
  if (codeVerifier === null) {
    parameters['response_mode'] = 'form_post'; // a fragment never reaches a server, and a query is logged
  } else {
    parameters['code_challenge'] = await client.calculatePKCECodeChallenge(codeVerifier);
    parameters['code_challenge_method'] = 'S256';
  }
  if (prompt !== null) parameters['prompt'] = prompt;
  const hinted = !request.chooseAccount && adapted.prompt === undefined;
  if (hinted && request.loginHint !== null) parameters['login_hint'] = request.loginHint;
  if (request.maxAge !== null) parameters['max_age'] = String(request.maxAge === 0 ? FRESH_MAX_AGE : request.maxAge);
  const url = client.buildAuthorizationUrl(config, parameters);
  return { url, state: { nonce, codeVerifier, scope, prompt, adapted } };
}

function scopeOf({ scope = DEFAULT_SCOPE, learned }: ProviderSettings, now: Date): string {
  const alone = learned?.openidAloneAt;
  return alone !== undefined && after(alone, OPENID_ALONE_FOR) > now ? 'openid' : scope;
}

/** `prompt`: none on the plain path. A provider that lists what it takes (Initiating User Registration 1.0) may not list `select_account`. */
function promptOf(
  { metadata }: ProviderSettings,
  { maxAge, chooseAccount }: AuthorizationRequest,
  adapted: RequestAdaptation,
): 'login' | 'select_account' | null {
  if (maxAge === 0) return 'login';
  if (adapted.prompt !== undefined) return adapted.prompt;
  if (!chooseAccount) return null;
  const listed = metadata.prompt_values_supported?.includes('select_account') ?? true;
  return listed ? 'select_account' : 'login';
}
