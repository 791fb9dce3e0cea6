import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { SETTINGS } from './declared-settings.ts';

const key = Buffer.alloc(32, 7).toString('base64');
const external = { DATABASE_URL: 'postgres://gatehouse:pw@db.example/gatehouse', GATEHOUSE_MASTER_KEY: key };

test('nothing set is a working installation on this machine', () => {
  expect(readConfig({})).toMatchObject({
    publicUrl: new URL('http://localhost:3000'),
    host: '127.0.0.1',
    port: 3000,
    dataFolder: resolve('data'),
    databaseUrl: undefined,
    masterKeys: undefined,
    mailFrom: 'Gatehouse <no-reply@localhost>',
    productName: 'Gatehouse',
    migrate: true,
    workers: 1,
    sharedStatements: true,
    backupDays: 2,
    argon2: { memoryKib: 19_456, passes: 2, lanes: 1 },
    logLevel: 'info',
  });
});

test('an empty setting counts as not set, and the public URL follows the port', () => {
  expect(readConfig({ GATEHOUSE_URL: '', PORT: '4000' }).publicUrl.origin).toBe('http://localhost:4000');
});

test.each([
  ['[::1]', '::1'],
  ['::', '::'],
  ['0.0.0.0', '0.0.0.0'],
])('an address to listen on is read with and without brackets: %s', (HOST, host) => {
  expect(readConfig({ HOST }).host).toBe(host);
});

test('several master keys are read in their order', () => {
  const older = Buffer.alloc(32, 8).toString('base64');
  expect(
    readConfig({ ...external, GATEHOUSE_MASTER_KEY: `${key}, ${older}` }).masterKeys?.map((each) => each[0]),
  ).toEqual([7, 8]);
});

describe('stops with one sentence', () => {
  const cases: [string, Record<string, string>, string][] = [
    ['an unknown setting', { GATEHOUSE_ULR: 'x' }, 'GATEHOUSE_ULR is not a setting of Gatehouse.'],
    [
      'http in public',
      { GATEHOUSE_URL: 'http://id.northwind-rail.example' },
      'GATEHOUSE_URL must begin with https:// unless',
    ],
    [
      'a path',
      { GATEHOUSE_URL: 'https://northwind-rail.example/id' },
      'GATEHOUSE_URL must be scheme, host and port alone.',
    ],
    ['no URL', { GATEHOUSE_URL: 'northwind-rail' }, 'GATEHOUSE_URL must be a URL.'],
    ['another scheme', { GATEHOUSE_URL: 'ftp://localhost' }, 'GATEHOUSE_URL must begin with https://.'],
    ['a port that is none', { PORT: '70000' }, 'PORT must be a whole number from 1 to 65535.'],
    ['another database', { DATABASE_URL: 'mysql://db' }, 'DATABASE_URL must begin with postgres://.'],
    ['no master key', { DATABASE_URL: external.DATABASE_URL }, 'GATEHOUSE_MASTER_KEY must be given together with'],
    ['a short master key', { GATEHOUSE_MASTER_KEY: 'c2hvcnQ=' }, 'GATEHOUSE_MASTER_KEY must be 32 bytes'],
    ['no sender', { SMTP_URL: 'smtp://mail.example' }, 'MAIL_FROM must be given together with SMTP_URL.'],
    [
      'a provider host',
      { GATEHOUSE_ALLOWED_PROVIDER_HOSTS: 'a b' },
      'GATEHOUSE_ALLOWED_PROVIDER_HOSTS is not understood: "a b"',
    ],
    [
      'a stranger as Entra ID',
      { GATEHOUSE_ENTRA_AUTHORITY: 'https://entra.example' },
      'GATEHOUSE_ENTRA_AUTHORITY must have a host',
    ],
    ['a switch', { GATEHOUSE_MIGRATE: 'no' }, 'GATEHOUSE_MIGRATE must be on or off.'],
    ['a weak hash', { GATEHOUSE_ARGON2: '1/1/1' }, 'GATEHOUSE_ARGON2 must be at least 8/1/1.'],
    ['a log level', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of trace'],
    ['a proxy by name', { TRUSTED_PROXIES: 'proxy.example' }, 'TRUSTED_PROXIES must be addresses or networks'],
    [
      'a short metrics token',
      { GATEHOUSE_METRICS_TOKEN: 'x' },
      'GATEHOUSE_METRICS_TOKEN must have at least 16 characters.',
    ],
  ];
  test.each(cases)('%s', (_, environment, sentence) => {
    expect(() => readConfig(environment)).toThrow(sentence);
  });

  test('that never repeats a secret', () => {
    const secret = 'postgres:/user:hunter2@db';
    expect(() => readConfig({ DATABASE_URL: secret })).toThrow(/^(?!.*hunter2)/s);
  });
});

test('a stand-in for Entra ID is taken when the operator named its host', () => {
  const stand = {
    GATEHOUSE_ALLOWED_PROVIDER_HOSTS: '127.0.0.1:9443',
    GATEHOUSE_ENTRA_AUTHORITY: 'https://127.0.0.1:9443',
  };
  expect(readConfig(stand).entraAuthority.origin).toBe('https://127.0.0.1:9443');
  expect(() => readConfig({ ...stand, GATEHOUSE_ENTRA_AUTHORITY: 'https://127.0.0.1:9444' })).toThrow(
    'must have a host',
  );
});

test('every setting has a line in the reference', () => {
  expect(SETTINGS.map(({ name }) => name)).toContain('GATEHOUSE_DATA');
  for (const { fallback, description } of SETTINGS) expect(`${fallback} ${description}`).not.toMatch(/[|\n]/);
});
