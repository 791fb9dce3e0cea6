/**
 * Authentication Context Class References (`acr`, OpenID Connect Core 2) of what is proved here. What an identity provider
 * states in its place is passed on as it is. docs/decisions/0030 says why these.
 */

/** A password and a second factor, or any two proofs of ours (OpenID Provider Authentication Policy Extension 1.0, 4). */
export const MULTI_FACTOR = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';
/** As {@link MULTI_FACTOR}, the factor a security key that was known before (OpenID Connect EAP ACR Values 1.0, 2). */
export const PHISHING_RESISTANT = 'phr';
/** The weaker first: the next one is all that those before it are. */
export const ACR_VALUES = [MULTI_FACTOR, PHISHING_RESISTANT] as const;

/**
 * What a login of ours is called where some values were asked for: by one of them where that is true of it, else by its
 * own.
 */
export function acrAsAsked(reached: string, asked: readonly string[]): string {
  const rank = ACR_VALUES.findIndex((one) => one === reached);
  const fulfilled: readonly string[] = ACR_VALUES.slice(0, rank + 1);
  return asked.includes(reached) ? reached : (asked.find((one) => fulfilled.includes(one)) ?? reached);
}

/** Whether of what is asked for a security key alone reaches any. */
export function asksForSecurityKey(asked: readonly string[]): boolean {
  return asked.includes(PHISHING_RESISTANT) && !asked.includes(MULTI_FACTOR);
}

/**
 * The values of which an application demands one (Core 5.5.1.1); null where it demands none.
 * @param claims the `claims` parameter of its request, as checked by the OpenID Provider
 */
export function essentialAcr(claims: string | undefined): string[] | null {
  const request = claims === undefined ? undefined : readAcrRequest(JSON.parse(claims));
  if (request?.essential !== true) return null;
  const values = request.values ?? (request.value === undefined ? [] : [request.value]);
  return values.length === 0 ? null : values;
}

/** The request for a single claim (Core 5.5.1). */
interface AcrRequest {
  essential?: boolean;
  value?: string;
  values?: string[];
}

/** What the `claims` parameter says about the ID token's `acr`; undefined for nothing. */
function readAcrRequest(claims: unknown): AcrRequest | undefined {
  const { id_token: idToken } = claims as { id_token?: { acr?: AcrRequest | null } };
  return idToken?.acr ?? undefined;
}

/** Whether the `claims` parameter asks for `acr` as the standard says: null, or an object of these members. */
export function isAcrRequestValid(claims: object): boolean {
  const request: unknown = readAcrRequest(claims);
  if (request === undefined) return true;
  if (typeof request !== 'object' || Array.isArray(request)) return false;
  const { essential, value, values } = request as Record<string, unknown>;
  const isText = (one: unknown): boolean => typeof one === 'string';
  return (
    (essential === undefined || typeof essential === 'boolean') &&
    (value === undefined || isText(value)) &&
    (values === undefined || (Array.isArray(values) && values.every(isText)))
  );
}
