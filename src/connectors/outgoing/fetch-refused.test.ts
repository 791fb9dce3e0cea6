import { expect, test } from 'vitest';
import { FetchRefused, refusalOf } from './fetch-refused.ts';

const withCode = (code: string): Error => Object.assign(new Error('what the other side said'), { code });
const named = (name: string): Error => Object.assign(new Error('what the other side said'), { name });

test.each([
  [named('TimeoutError'), 'timeout'],
  [named('AbortError'), 'timeout'],
  [withCode('UND_ERR_CONNECT_TIMEOUT'), 'timeout'],
  [withCode('ETIMEDOUT'), 'timeout'],
  [withCode('ENOTFOUND'), 'name-unknown'],
  [withCode('EAI_AGAIN'), 'name-unknown'],
  [withCode('ENODATA'), 'name-unknown'],
  [withCode('SELF_SIGNED_CERT_IN_CHAIN'), 'tls'],
  [withCode('UND_ERR_HEADERS_OVERFLOW'), 'too-large'],
  [withCode('ECONNREFUSED'), 'unreachable'],
  ['no error', 'unreachable'],
  [new FetchRefused('redirected', 302), 'redirected'],
])('%s is %s, alone, as a cause, and among several', (error, category) => {
  expect(refusalOf(error).category).toBe(category);
  expect(refusalOf(new TypeError('fetch failed', { cause: error })).category).toBe(category);
  expect(refusalOf(new AggregateError([withCode('ECONNREFUSED'), error])).category).toBe(category);
});
