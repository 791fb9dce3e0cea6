import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { readForm } from './request-form.ts';
import { findUnstorable } from './storable-request.ts';

describe('a posted form', () => {
  const posted = (chunks: string[]): IncomingMessage => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return Object.assign(Readable.from(chunks.map((one) => Buffer.from(one))), {
      method: 'POST',
      headers,
    }) as unknown as IncomingMessage;
  };

  test('is read, and put back for the library', async () => {
    const raw = posted(['client_id=reports&', 'scope=openid']);
    expect(Object.fromEntries((await readForm(raw))!)).toEqual({ client_id: 'reports', scope: 'openid' });
    const again = (await Array.fromAsync(raw.iterator())) as Buffer[];
    expect(Buffer.concat(again).toString()).toBe('client_id=reports&scope=openid');
  });

  test('longer than the library takes is none, however many pieces it comes in', async () => {
    const full = 'x'.repeat(56 * 1024);
    expect(await readForm(posted([full]))).not.toBeNull();
    expect(await readForm(posted([`${full}x`]))).toBeNull();
    expect(await readForm(posted([full, 'x']))).toBeNull();
  });
});

describe('parameters', () => {
  test.each([
    ['state', 'nothing\0'],
    ['nothing\0', 'state'],
    ['state', 'half a pair: \ud800'],
    ['claims', '{"userinfo":{"email\\u0000":null}}'],
    ['claims', '{"userinfo":"half a pair: \\ud800"}'],
    ['claims', `${'['.repeat(10)}${']'.repeat(10)}`],
  ])('%s: %j cannot be stored', (name, value) => {
    expect(findUnstorable([[name, value]])).toBe(name);
  });

  test.each([
    ['claims', '{"userinfo":{"email":null}}'],
    ['claims', 'null'],
    ['claims', 'no JSON'],
    ['state', '{"a":'],
  ])('%s: %j can', (name, value) => {
    expect(findUnstorable([[name, value]])).toBeUndefined();
  });
});
