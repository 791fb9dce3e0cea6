import { describe, expect, test } from 'vitest';
import { epochSeconds, systemClock } from '../../../base/clock.ts';
import { checkClaims, readToken } from './id-token.ts';

const now = systemClock.now();
const epoch = epochSeconds(now);
const expected = {
  issuer: 'https://login.contoso.example',
  clientId: 'gatehouse',
  trustedAudiences: [],
  now,
  toleranceSeconds: 60,
  maxAge: null,
  startedAt: now,
};
const good = { iss: expected.issuer, aud: 'gatehouse', iat: epoch, sub: 'maria' };

describe('of several audiences', () => {
  const project = '342995431';
  const token = { ...good, aud: ['gatehouse', project], azp: 'gatehouse' };
  const trusting = { ...expected, trustedAudiences: [project] };

  test('take those an administrator trusts', () => {
    expect(() => checkClaims(token, trusting)).not.toThrow();
  });

  test.each<[string, Record<string, unknown>, object]>([
    ['one that nobody trusts', {}, expected],
    ['a further one that nobody trusts', { aud: ['gatehouse', project, 'other'] }, trusting],
    ['trusted ones without our own', { aud: [project] }, trusting],
    ['a trusted one as text', { aud: project }, trusting],
    ['one issued to another', { azp: project }, trusting],
    ['one that is no text', { aud: ['gatehouse', 342_995_431] }, trusting],
  ])('refuse %s', (_what, change, against) => {
    const check = (): unknown => checkClaims({ ...token, ...change }, against as typeof expected);
    expect(check).toThrow(expect.objectContaining({ category: 'audience' }));
  });

  test.each<[unknown[], string | undefined]>([
    [[project, 'other'], `${project} other`],
    [['with a blank'], undefined],
    [['x'.repeat(256)], undefined],
    [[7], undefined],
    [['1', '2', '3', '4', '5', '6'], undefined],
  ])('offer to trust %j as %s', (further, offered) => {
    const check = (): unknown => checkClaims({ ...token, aud: ['gatehouse', ...further] }, expected);
    const code = 'login.further-audiences';
    expect(check).toThrow(expect.objectContaining({ code, values: expect.objectContaining({ member: 'aud' }) }));
    try {
      check();
    } catch (error) {
      expect((error as { values: { key?: string } }).values.key).toBe(offered);
    }
  });
});

test('name the size and the largest claim of a token that is too large', () => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = part({ sub: 'maria', photo: 'x'.repeat(70_000) });
  const values = { found: '92 KB', wanted: '64 KB', member: 'photo', count: '69 KB' };
  expect(() => readToken(`${part({ alg: 'RS256' })}.${payload}.x`, ['RS256'])).toThrow(
    expect.objectContaining({ category: 'too-large', values }),
  );
  expect(() => readToken('x'.repeat(70_000), ['RS256'])).toThrow(
    expect.objectContaining({
      category: 'too-large',
      values: { ...values, found: '69 KB', member: '–', count: '–' },
    }),
  );
});
