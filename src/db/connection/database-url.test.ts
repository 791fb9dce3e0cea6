import { describe, expect, test } from 'vitest';
import { readDatabaseUrl } from './database-url.ts';

const read = (text: string) => {
  const result = readDatabaseUrl(text);
  if ('fault' in result) throw new Error(result.fault);
  return result.address;
};

describe('reads a connection string as libpq does', () => {
  test.each([
    [
      'postgres://u:p@db.example:6432/gate',
      { host: 'db.example', port: 6432, user: 'u', password: 'p', database: 'gate' },
    ],
    ['postgresql://db.example/gate', { host: 'db.example', port: 5432, user: undefined, password: undefined }],
    ['postgres://u:p%23%25%40%2F:x@[fd00::2]/g%20h', { host: 'fd00::2', password: 'p#%@/:x', database: 'g h' }],
    ['postgres://u@/gate?host=/run/postgresql', { host: '/run/postgresql', database: 'gate' }],
    ['postgres://u@%2Frun%2Fpostgresql/gate', { host: '/run/postgresql', database: 'gate' }],
    [
      'postgres:///?host=db.example&port=5433&user=u&password=p&dbname=g',
      { host: 'db.example', port: 5433, user: 'u', password: 'p', database: 'g' },
    ],
    [
      'postgres://db.example/g?options=-c%20search_path%3Dgate&application_name=one',
      { options: '-c search_path=gate', applicationName: 'one' },
    ],
  ])('%s', (text, expected) => {
    expect(read(text)).toMatchObject(expected);
  });

  test.each([
    ['db.example/g', 'prefer'],
    ['192.0.2.7/g', 'prefer'],
    ['localhost/g', 'disable'],
    ['127.0.0.2/g', 'disable'],
    ['[::1]/g', 'disable'],
    ['%2Frun/g', 'disable'],
    ['localhost/g?sslmode=prefer', 'prefer'],
    ['db.example/g?sslmode=disable', 'disable'],
    ['db.example/g?ssl=true', 'require'],
    ['db.example/g?sslmode=require&uselibpqcompat=true', 'require'],
    ['db.example/g?sslmode=verify-ca&sslrootcert=/ca.pem', 'verify-ca'],
    ['db.example/g?sslrootcert=system', 'verify-full'],
  ])('the TLS of %s is %s', (rest, mode) => {
    expect(read(`postgres://${rest}`).tls.mode).toBe(mode);
  });
});

describe('refuses what it cannot keep, and never repeats the password', () => {
  test.each([
    ['mysql://db', 'must begin with postgres://'],
    ['postgres://u:p w@db.example/g', 'holds a blank: write it as %20'],
    ['postgres://u:se#cret@db.example/g', 'cannot be read: in user and password write # as %23'],
    ['postgres://u:se/cret@db.example/g', 'cannot be read'],
    ['postgres://u:se%cret@db.example/g', 'holds a % that encodes nothing: write it as %25'],
    ['postgres://one.example,two.example/g', 'names several hosts'],
    ['postgres://u:secret@db.example/g?host=one,two', 'names several hosts'],
    ['postgres://fd00::2/g', 'has a host that cannot be read: write an IPv6 address in brackets'],
    ['postgres://db.example:0/g', 'has a port that is no number from 1 to 65535'],
    ['postgres://db.example/g?channel_binding=require', 'has channel_binding=require, which cannot be held'],
    [
      'postgres://db.example/g?target_session_attrs=read-write',
      'has the parameter target_session_attrs, which is not honoured',
    ],
    ['postgres://db.example/g?pgbouncer=true', 'has the parameter pgbouncer, which is not honoured: remove it'],
    ['postgres://db.example/g?sslmode=allow', 'has sslmode=allow, which is not honoured: use one of disable, prefer,'],
    ['postgres://db.example/g?sslmode=no-verify', 'has sslmode=no-verify, which is not honoured'],
    ['postgres://db.example/g?sslmode=require&sslmode=disable', 'has the parameter sslmode twice'],
    ['postgres://db.example/g?sslmode=verify-ca', 'has sslmode=verify-ca, which needs sslrootcert'],
    [
      'postgres://db.example/g?sslmode=require&sslrootcert=system',
      'has sslrootcert=system, which needs sslmode=verify-full',
    ],
    [
      'postgres://db.example/g?sslrootcert=/ca.pem',
      'has sslrootcert, which needs sslmode=verify-full, verify-ca or require',
    ],
    ['postgres://db.example/g?sslcert=/own.pem', 'must have sslcert and sslkey together'],
    [
      'postgres://db.example/g?sslnegotiation=direct',
      'has sslnegotiation=direct, which needs sslmode=require or stricter',
    ],
    ['postgres://db.example/g?ssl=false', 'has a parameter ssl other than true'],
  ])('%s', (text, fault) => {
    const result = readDatabaseUrl(text);
    expect(result).toEqual({ fault: expect.stringContaining(fault) });
    expect(JSON.stringify(result)).not.toMatch(/se.?cret/);
  });
});
