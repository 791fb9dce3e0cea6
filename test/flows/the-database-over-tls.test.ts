import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../demo/free-port.ts';
import { makeTestCertificates } from '../support/certificates.ts';
import type { TestCertificates } from '../support/certificates.ts';
import { CommandLine, gatehouse } from '../support/command-line.ts';
import type { Settings } from '../support/command-line.ts';
import { startExternalPostgres } from '../support/external-postgres.ts';
import type { ExternalPostgres } from '../support/external-postgres.ts';
import { queryAs } from '../support/query.ts';
import { gatehouseHere } from '../support/run-here.ts';

/** Another authority, as of somebody in between. */
let certificates: TestCertificates;
let stranger: TestCertificates;
let server: ExternalPostgres;
let plain: ExternalPostgres;
let folder: string;

beforeAll(async () => {
  [certificates, stranger] = await Promise.all([makeTestCertificates(), makeTestCertificates()]);
  const listen = { listen_addresses: '127.0.0.1,127.0.0.5' };
  server = await startExternalPostgres({ tls: certificates, settings: listen });
  plain = await startExternalPostgres();
  folder = await mkdtemp(join(tmpdir(), 'database-tls-'));
});
afterAll(async () => {
  await server?.stop();
  await plain?.stop();
  await certificates?.remove();
  await stranger?.remove();
  await rm(folder, { recursive: true, force: true });
});

function settingsFor(of: ExternalPostgres, host: string, parameters: string): Settings {
  const url = new URL(of.url);
  url.hostname = host;
  url.search = parameters;
  return {
    DATABASE_URL: url.href,
    GATEHOUSE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    GATEHOUSE_DATA: folder,
  };
}

/** What `doctor` says of the connection, or of why there is none. */
async function diagnosis(of: ExternalPostgres, host: string, parameters = ''): Promise<string> {
  const { out } = await gatehouseHere(['doctor', '--json'], settingsFor(of, host, parameters));
  const { findings } = JSON.parse(out) as { findings: { check: string; good: boolean; message: string }[] };
  const found = findings.find(({ check }) => check === 'encryption') ?? findings.find(({ good }) => !good);
  return `${found?.good === true ? 'good' : 'bad'}: ${found?.message ?? ''}`;
}

/** Not this machine, as far as a name tells; connections to it arrive at loopback. */
const ELSEWHERE = '0.0.0.0';
const NOT_NAMED = '127.0.0.5';
const UNCHECKED = /^good: .*encrypted \(TLSv1\.3\); its certificate was not checked/;
const AUTHORITY =
  /^good: .*encrypted \(TLSv1\.3\); the authority of its certificate was checked, its host name was not/;
const HOST = /^good: .*encrypted \(TLSv1\.3\); its certificate was checked, authority and host name/;
const ROOT = () => `sslrootcert=${encodeURIComponent(certificates.caFile)}`;
const OTHER_ROOT = () => `sslrootcert=${encodeURIComponent(stranger.caFile)}`;

describe('a server that offers TLS', () => {
  test('is spoken to in it when it is another machine and nothing is said', async () => {
    expect(await diagnosis(server, ELSEWHERE)).toMatch(UNCHECKED);
  });

  test('is not when it is this machine, or as sslmode=disable asks', async () => {
    expect(await diagnosis(server, '127.0.0.1')).toMatch(/^good: The database is on this machine; .* not encrypted/);
    expect(await diagnosis(server, ELSEWHERE, 'sslmode=disable')).toMatch(
      /^good: .* not encrypted, as sslmode=disable/,
    );
  });

  test('require encrypts; with an authority it checks that', async () => {
    expect(await diagnosis(server, '127.0.0.1', 'sslmode=require')).toMatch(UNCHECKED);
    expect(await diagnosis(server, NOT_NAMED, `sslmode=require&${ROOT()}`)).toMatch(AUTHORITY);
    expect(await diagnosis(server, '127.0.0.1', `sslmode=require&${OTHER_ROOT()}`)).toMatch(
      /^bad: .*certificate .* is refused/,
    );
  });

  test('verify-ca checks the authority, not the host', async () => {
    expect(await diagnosis(server, NOT_NAMED, `sslmode=verify-ca&${ROOT()}`)).toMatch(AUTHORITY);
    expect(await diagnosis(server, '127.0.0.1', `sslmode=verify-ca&${OTHER_ROOT()}`)).toMatch(
      /^bad: .*certificate .* is refused/,
    );
  });

  test('verify-full checks both', async () => {
    expect(await diagnosis(server, '127.0.0.1', `sslmode=verify-full&${ROOT()}`)).toMatch(HOST);
    expect(await diagnosis(server, 'localhost', `sslmode=verify-full&${ROOT()}`)).toMatch(HOST);
    expect(await diagnosis(server, NOT_NAMED, `sslmode=verify-full&${ROOT()}`)).toMatch(
      /^bad: .*certificate .* is refused: .*127\.0\.0\.5/,
    );
    expect(await diagnosis(server, '127.0.0.1', 'sslrootcert=system')).toMatch(/^bad: .*certificate .* is refused/);
  });

  test('is used in it by every connection of a service', async () => {
    const url = { GATEHOUSE_DATA: folder, PORT: String(await freePort()), LOG_LEVEL: 'warn' };
    const service = new CommandLine(['serve'], { ...settingsFor(server, ELSEWHERE, ''), ...url });
    try {
      await service.says('is ready at');
      const { rows } = await queryAs<{ encrypted: boolean; name: string }>(
        server.superuserUrl,
        `select distinct s.ssl as encrypted, a.application_name as name from pg_stat_activity a
         join pg_stat_ssl s using (pid) where a.application_name like 'gatehouse%' order by 2`,
      );
      expect(rows).toEqual([
        { encrypted: true, name: 'gatehouse' },
        { encrypted: true, name: 'gatehouse-listener' },
      ]);
    } finally {
      await service.stop();
    }
  });
});

describe('a server without TLS', () => {
  test('on another machine is used in clear text, and doctor does not find it good', async () => {
    expect(await diagnosis(plain, ELSEWHERE)).toMatch(/^bad: .*not encrypted, for it offers no TLS/);
  });

  test('is refused where TLS is demanded', async () => {
    expect(await diagnosis(plain, '127.0.0.1', 'sslmode=require')).toMatch(
      /^bad: The database offers no TLS, which sslmode of DATABASE_URL demands\.$/,
    );
  });
});

describe('serve is refused in one sentence, with a code', () => {
  test.each([
    ['target_session_attrs=read-write', 'DATABASE_URL has the parameter target_session_attrs, which is not honoured'],
    ['channel_binding=require', 'DATABASE_URL has channel_binding=require, which cannot be held'],
    ['sslmode=allow', 'DATABASE_URL has sslmode=allow, which is not honoured'],
    [
      'sslmode=verify-ca&sslrootcert=/nowhere/ca.pem',
      'DATABASE_URL has sslrootcert, a file that cannot be read (ENOENT).',
    ],
  ])('%s', async (parameters, sentence) => {
    const { code, err } = await gatehouse(['serve', '--json'], settingsFor(server, '127.0.0.1', parameters));
    expect({ code, ...JSON.parse(err) }).toEqual({
      code: 1,
      error: { code: 'setting.wrong', message: expect.stringContaining(sentence) },
    });
  });
});
