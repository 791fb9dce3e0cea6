/** Which claims each scope brings (OpenID Connect Core 5.4); they stand in the ID token too. */
export const CLAIMS_BY_SCOPE = {
  openid: ['sub', 'sid', 'amr', 'acr', 'auth_time', 'org_id', 'home_org_id', 'roles'],
  profile: ['name', 'given_name', 'family_name', 'preferred_username', 'locale', 'updated_at', 'org_name'],
  email: ['email', 'email_verified'],
};

/** The claims of some scopes. */
export function claimsOfScopes(scopes: readonly string[]): Set<string> {
  return new Set(Object.entries(CLAIMS_BY_SCOPE).flatMap(([scope, claims]) => (scopes.includes(scope) ? claims : [])));
}

/**
 * The scopes a person is asked to allow: those of the request, and those that bring the single claims it names (Core 5.5),
 * so that no claim is had without its scope.
 */
export function scopesToAllow(scopes: readonly string[], claims: Iterable<string>): string[] {
  const named = new Set(claims);
  const further = Object.entries(CLAIMS_BY_SCOPE).flatMap(([scope, brings]) =>
    brings.some((claim) => named.has(claim)) ? [scope] : [],
  );
  return [...new Set([...scopes, ...further])];
}

/** The names of the single claims that a `claims` parameter asks for. */
export function namesOfClaims(claims: string | undefined): string[] {
  if (claims === undefined) return [];
  const parts = JSON.parse(claims) as Partial<Record<'id_token' | 'userinfo', object>>;
  return [parts.id_token, parts.userinfo].flatMap((part) => Object.keys(part ?? {}));
}
