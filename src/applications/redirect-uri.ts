import type { ApplicationKind } from './application.ts';
import { AppError } from '../base/errors.ts';
import { fieldError } from '../base/field-errors.ts';
import type { FieldError } from '../base/field-errors.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
// A scheme an application may own has a dot: the reverse of a domain it holds (RFC 8252 7.1). So `javascript:`, `data:`,
// `file:` and whatever else a browser knows by itself never fits.
const OWN_SCHEME = /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:\/{0,3}[A-Za-z0-9._~!$&'()+,;=:@/?-]*$/;

/**
 * What is wrong with a URI to which answers or logouts are sent; undefined when nothing is. It is compared exactly
 * (OpenID Connect Core 3.1.2.1), so it has to be written as a browser would send it: `https`, or `http` on this machine
 * alone; no fragment, no user, no wildcard. Native applications may have a scheme of their own.
 */
export function problemOfRedirectUri(field: string, uri: string, kind: ApplicationKind): FieldError | undefined {
  if (uri.length > 2000) return fieldError(field, 'too-long', { most: 2000 });
  if (/[\s\\\p{C}]/u.test(uri) || !/^[\u0021-\u007e]+$/.test(uri)) return fieldError(field, 'uri.characters');
  if (uri.includes('*')) return fieldError(field, 'uri.wildcard');
  if (uri.includes('#')) return fieldError(field, 'uri.fragment');
  if (!URL.canParse(uri)) return fieldError(field, 'uri.none');
  const url = new URL(uri);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    if (kind !== 'native') return fieldError(field, 'uri.https');
    return OWN_SCHEME.test(uri) ? undefined : fieldError(field, 'uri.own-scheme');
  }
  if (url.username !== '' || url.password !== '' || /^[^/]+\/\/[^/]*@/.test(uri)) return fieldError(field, 'uri.user');
  if (url.protocol === 'http:' && !LOOPBACK.has(url.hostname)) return fieldError(field, 'uri.http');
  if (url.href !== uri && url.href !== `${uri}/`) return fieldError(field, 'uri.written', { written: url.href });
  return undefined;
}

/** Whether a host, perhaps with a port, is the person's own machine. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host.replace(/:\d+$/, ''));
}

/** What is wrong with an address the service posts to or a browser is sent to, https or loopback; undefined when nothing is. */
export function problemOfWebAddress(field: string, uri: string): FieldError | undefined {
  return problemOfRedirectUri(field, uri, 'web');
}

/** Throws `application.redirect-uri` naming each field that does not fit. */
export function requireUris(problems: readonly (FieldError | undefined)[]): void {
  const fields = problems.filter((each) => each !== undefined);
  if (fields.length > 0) throw new AppError('application.redirect-uri', { fields });
}
