/** What an authorization request asks for, as an administrator may read it: neither state and nonce nor a code challenge. */
export const LISTED_PARAMETERS = [
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'prompt',
  'max_age',
  'acr_values',
  'code_challenge_method',
  'login_hint',
] as const;

/** The request of an address: where the browser is sent, and the listed parameters (OpenID Connect Core 3.1.2.1). */
export interface SentParameters {
  endpoint: string;
  sent: Record<string, string>;
}

/** What {@link LISTED_PARAMETERS} allows of an authorization request. */
export function sentParameters(url: URL): SentParameters {
  const listed = LISTED_PARAMETERS.flatMap((name): [string, string][] => {
    const value = url.searchParams.get(name);
    return value === null ? [] : [[name, value]];
  });
  return { endpoint: `${url.origin}${url.pathname}`, sent: Object.fromEntries(listed) };
}
