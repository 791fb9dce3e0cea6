import { compactVerify, exportJWK, generateKeyPair } from 'jose';
import { expect, test } from 'vitest';
import { SigningKey } from './signing-key.ts';

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

test.each(['ES256', 'RS256'] as const)(
  'what it signs with %s verifies with its public key alone',
  async (algorithm) => {
    const pair = await generateKeyPair(algorithm, { extractable: true, modulusLength: 2048 });
    const other = await generateKeyPair(algorithm);
    const ensureMaySign = async (): Promise<void> => {};
    const jwk = await exportJWK(pair.privateKey);
    const key = new SigningKey({ jwk, kid: 'its name', algorithm, ensureMaySign });
    expect(key.keyObject().type).toBe('public');
    expect([key.kid, key.alg, key.use]).toEqual(['its name', algorithm, 'sig']);

    const signed = `${base64url({ alg: algorithm })}.${base64url({ sub: 'maria' })}`;
    const token = `${signed}.${(await key.sign(Buffer.from(signed))).toString('base64url')}`;
    const { payload } = await compactVerify(token, pair.publicKey, { algorithms: [algorithm] });
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual({ sub: 'maria' });
    await expect(compactVerify(token, other.publicKey)).rejects.toThrow('signature verification failed');
  },
);

test('one that verifies alone does not sign, nor one that this server may not sign with', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const ensureMaySign = async (): Promise<void> => {};
  const former = new SigningKey({ jwk: await exportJWK(publicKey), kid: 'former', algorithm: 'ES256', ensureMaySign });
  expect(former.keyObject().type).toBe('public');
  await expect(former.sign(Buffer.from('data'))).rejects.toThrow('this key signs no more');
  const unknown = new SigningKey({
    jwk: await exportJWK(privateKey),
    kid: 'unknown',
    algorithm: 'ES256',
    ensureMaySign: async (kid) => {
      throw new Error(`who knows ${kid}`);
    },
  });
  await expect(unknown.sign(Buffer.from('data'))).rejects.toThrow('who knows unknown');
});
