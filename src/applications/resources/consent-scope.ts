/*
 * What a person allowed an application is stored as scopes separated by spaces. A scope of an API resource stands there with
 * its audience, `<audience>#<scope>`: two API resources may have scopes of one name, and a resource has no fragment (RFC 8707
 * section 2).
 */

/** A scope of an API resource as it is kept. */
export function consentScope(audience: string, scope: string): string {
  return `${audience}#${scope}`;
}

/** The scopes of one API resource in what was allowed. */
export function consentedScopes(allowed: string, audience: string): string[] {
  const start = `${audience}#`;
  return allowed.split(' ').flatMap((each) => (each.startsWith(start) ? [each.slice(start.length)] : []));
}

/** Whether a kept scope is one of an API resource. */
export function isOfResource(kept: string): boolean {
  return kept.includes('#');
}

/** What was allowed of other API resources, to be kept when a person allows more. */
export function withEarlierScopes(allowed: string, before: string): string {
  const kept = before.split(' ').filter(isOfResource);
  return [...new Set([...allowed.split(' '), ...kept])].filter((each) => each !== '').join(' ');
}
