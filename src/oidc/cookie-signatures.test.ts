import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCookieSignatures } from './cookie-signatures.ts';

const [newest, older, foreign] = [randomBytes(32), randomBytes(32), randomBytes(32)];

describe('signatures of cookies', () => {
  const own = createCookieSignatures([newest, older]);

  it('are those of Keygrip, so that cookies of a version before stay good', () => {
    for (let n = 0; n < 50; n += 1) {
      const data = `login=${randomBytes(16).toString('base64url')}`;
      const made = createHmac('sha1', newest).update(data).digest('base64url');
      expect(own.sign(data)).toBe(made);
      expect(own.index(data, made)).toBe(0);
    }
  });

  it('of an older key are taken and told apart, so that the cookie is signed anew', () => {
    expect(own.index('a=1', createCookieSignatures([older]).sign('a=1'))).toBe(1);
    expect(own.verify('a=1', createCookieSignatures([older]).sign('a=1'))).toBe(true);
  });

  it.each([
    ['of another key', createCookieSignatures([foreign]).sign('a=1')],
    ['of another cookie', own.sign('a=2')],
    ['cut', own.sign('a=1').slice(0, -1)],
    ['with more behind it', `${own.sign('a=1')}A`],
    ['in another spelling', `${own.sign('a=1')}=`],
    ['empty', ''],
    ['not base64', '…'],
  ])('%s are not taken', (_, signature) => {
    expect(own.index('a=1', signature)).toBe(-1);
    expect(own.verify('a=1', signature)).toBe(false);
  });
});
