import type { ExplanationCode } from '../explanation-codes.ts';
import type { Credential, Offer } from '../connector.ts';
import type { ProviderFailure } from '../provider-failure.ts';
import { possibleFlows } from './choose-flow.ts';
import { announcedAuthentications, authenticationOf } from './client-authentication.ts';
import type { CommonSettings, ProviderSettings, RequestAdaptation, RequestState } from './settings.ts';

/**
 * What no discovery document says, and a refusal does: how this very client may ask. Three things are asked otherwise by
 * themselves, each once, by a new round trip of the person, since the code of the first may be spent:
 *
 *     invalid_client at the token endpoint    the client secret sent the other way (RFC 6749 2.3.1)
 *     invalid_scope                           `openid` alone: all a login needs is `sub`
 *     invalid_request to select_account       `prompt=login`
 *
 * What worked is kept with the connection by {@link learn}. What is left is explained, and mended by an administrator.
 */
export function adaptRequest(
  settings: ProviderSettings,
  failure: ProviderFailure,
  { scope, prompt, adapted }: RequestState,
): RequestAdaptation | null {
  const { category, providerCode, serverToServer } = failure;
  // Another account was asked for: so it is in the next request.
  const kept: RequestAdaptation = prompt === 'select_account' ? { ...adapted, prompt: 'select_account' } : adapted;
  if (category === 'credential' && adapted.clientAuthentication === undefined) {
    const other = otherAuthentication(settings);
    return other === undefined ? null : { ...kept, clientAuthentication: other };
  }
  if (serverToServer) return null;
  if (providerCode === 'invalid_scope' && scope !== 'openid') return { ...kept, scope: 'openid' };
  if (providerCode === 'invalid_request' && prompt === 'select_account') return { ...kept, prompt: 'login' };
  return null;
}

/** How to ask once more with another client secret: the way of sending it is found anew, all else was asked with reason. */
export function repeatRequest({ prompt, adapted }: RequestState): RequestAdaptation {
  const { clientAuthentication: _refused, ...kept } = adapted;
  return prompt === 'select_account' ? { ...kept, prompt } : kept;
}

function otherAuthentication(settings: ProviderSettings): RequestAdaptation['clientAuthentication'] {
  if (settings.clientSecret === null || settings.clientAuthentication !== undefined) return undefined;
  return announcedAuthentications(settings.metadata).find((way) => way !== authenticationOf(settings));
}

/**
 * What logins found out, with what one that succeeded adds; null when that is nothing new. A browser can bring `invalid_scope`
 * of its own, so that is believed for a day only, only from a login that succeeded without, and never of a connection by
 * which somebody logged in before.
 */
export function learn(
  { learned = {} }: CommonSettings,
  { scope, adapted }: RequestState,
  { hadSuccess, now }: { hadSuccess: boolean; now: Date },
): CommonSettings['learned'] | null {
  const { clientAuthentication = learned.clientAuthentication } = adapted;
  const before = scope === 'openid' ? learned.openidAloneAt : undefined;
  const openidAloneAt = adapted.scope === undefined || hadSuccess ? before : now;
  const same =
    clientAuthentication === learned.clientAuthentication &&
    openidAloneAt?.getTime() === learned.openidAloneAt?.getTime();
  return same ? null : { clientAuthentication, openidAloneAt };
}

/** Errors of the authorization endpoint that speak of the flow of this client (RFC 6749 4.1.2.1). */
const OF_THE_FLOW: ReadonlySet<string | null> = new Set([
  'unauthorized_client',
  'unsupported_response_type',
  'unsupported_response_mode',
  'invalid_redirect_uri',
]);

/** A failure under the explanation that names what was asked for: the scopes, the flow, how the client secret was sent. */
export function explainRequest(
  settings: ProviderSettings,
  failure: ProviderFailure,
  { scope, adapted }: RequestState,
): ProviderFailure {
  const { category, providerCode, code } = failure;
  if (code !== null) return failure;
  if (providerCode === 'invalid_scope') return failure.explainedAs('login.scope', { found: scope });
  // Some say `invalid_request` of a response type that the client may not have; with a credential it may be anything.
  const ofTheFlow =
    OF_THE_FLOW.has(providerCode) || (providerCode === 'invalid_request' && settings.clientSecret === null);
  if (category === 'registration' && ofTheFlow) {
    return failure.explainedAs(settings.flow === 'code' ? 'login.flow-code' : 'login.flow-id-token', {
      wanted: settings.redirectUri,
    });
  }
  if (category !== 'credential') return failure;
  if (settings.clientKey !== undefined) {
    return failure.explainedAs('login.private-key', { wanted: `${settings.clientKey.issuer}/jwks.json` });
  }
  if (settings.clientSecret === null) return failure.explainedAs('login.wants-credential', {});
  const first = authenticationOf(settings);
  // Chosen by an administrator, so it was not tried the other way.
  const wanted = announcedAuthentications(settings.metadata).find((way) => way !== settings.clientAuthentication);
  if (settings.clientAuthentication !== undefined && wanted !== undefined) {
    return failure.explainedAs('login.credential-way', { found: first, wanted });
  }
  const { clientAuthentication: second } = adapted;
  const found = second === undefined || second === first ? first : `${first}, ${second}`;
  return failure.explainedAs('login.credential', { found });
}

const FLOW_REFUSED: ReadonlySet<string> = new Set<ExplanationCode>([
  'login.flow-code',
  'login.flow-id-token',
  'login.wants-credential',
  'login.token-in-address',
]);

/** The other flow where this one is refused and there is no credential; the way of the secret left to be found; an audience to trust. */
export function offerFor(
  settings: CommonSettings,
  failure: { code: string; values: unknown },
  credential: Credential,
): Offer | null {
  if (FLOW_REFUSED.has(failure.code)) {
    if (credential !== 'none') return null;
    const other = possibleFlows(settings.metadata).find((flow) => flow !== settings.flow);
    return other === undefined ? null : { setting: 'flow', value: other };
  }
  if (failure.code === 'login.credential-way') return { setting: 'clientAuthentication', value: 'automatic' };
  if (failure.code !== 'login.further-audiences') return null;
  const further = Object.entries(failure.values ?? {}).find(([name]) => name === 'key')?.[1];
  if (typeof further !== 'string') return null;
  const { trustedAudiences = [] } = settings;
  return { setting: 'trustedAudiences', value: [...trustedAudiences, ...further.split(' ')].join(' ') };
}
