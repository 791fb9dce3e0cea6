/*
 * What a person allowed an application is stored as scopes separated by spaces. A scope of an API resource stands there with
 * the id of that resource and a digest of what the person read, `<id>#<scope>#<digest>` (`consent-sql.ts`): two API resources
 * may have scopes of one name, one that is made anew under the same identifier is another, and what is called otherwise was
 * not allowed.
 */
import type { GrantedResource } from './api-resource.ts';

const KEPT = /^[0-9a-f-]{36}#[^#]+#[0-9a-f]{64}$/;

/** The scopes of an API resource that are in what was allowed. */
export function consentedScopes(allowed: string, { scopes, consents }: GrantedResource): string[] {
  const kept = new Set(allowed.split(' '));
  return scopes.filter((_, i) => kept.has(consents[i] ?? ''));
}

/** Whether a kept scope is one of an API resource. */
export function isOfResource(kept: string): boolean {
  return kept.includes('#');
}

/** The id of the API resource of a kept scope; undefined for one of an older form, which no longer counts. */
export function resourceOfConsent(kept: string): string | undefined {
  return KEPT.test(kept) ? kept.slice(0, 36) : undefined;
}

/**
 * What is allowed now and what was before, until it is withdrawn; without what was allowed of API resources that are gone or
 * are called otherwise by now.
 * @param live of what was allowed of API resources before, what holds
 */
export function withEarlierScopes(allowed: string, before: string, live: ReadonlySet<string>): string {
  const kept = before.split(' ').filter((each) => !isOfResource(each) || live.has(each));
  return [...new Set([...allowed.split(' '), ...kept])].filter((each) => each !== '').join(' ');
}
