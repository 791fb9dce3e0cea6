import type { KoaContextWithOIDC } from 'oidc-provider';
import { expect, test } from 'vitest';
import { rotateRefreshToken } from './refresh-tokens.ts';

test.each([
  [{ clientAuthMethod: 'none' }, {}, true],
  // Bound to a key (DPoP): whoever steals it cannot use it.
  [{ clientAuthMethod: 'none' }, { jkt: 'thumbprint' }, false],
  [{ clientAuthMethod: 'client_secret_basic' }, {}, false],
  [{ clientAuthMethod: 'client_secret_basic', rotate_refresh_tokens: true }, {}, true],
])('the refresh token of %j, %j, is replaced when it is used: %s', (client, token, replaced) => {
  const ctx = { oidc: { client, entities: { RefreshToken: token } } } as unknown as KoaContextWithOIDC;
  expect(rotateRefreshToken(ctx)).toBe(replaced);
});
