import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { selfSignedCertificate } from './self-signed-certificate.ts';

test('a certificate is for its key, signed by it, named and valid as asked', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const from = new Date('2026-11-29T05:06:07Z');
  const until = new Date('2031-11-29T05:06:07Z');
  const certificate = selfSignedCertificate(privateKey, 'login.contoso.example', { from, until });
  expect(certificate.subject).toBe('CN=login.contoso.example');
  expect(certificate.issuer).toBe(certificate.subject);
  expect(certificate.checkPrivateKey(privateKey)).toBe(true);
  expect(certificate.verify(createPublicKey(privateKey))).toBe(true);
  expect([certificate.validFromDate, certificate.validToDate]).toEqual([from, until]);
});
