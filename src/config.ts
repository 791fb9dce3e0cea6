import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from './base/errors.ts';
import { isLoopbackHost, readAllowedHosts } from './connectors/outgoing/allowed-hosts.ts';
import { isNetwork } from './connectors/outgoing/network-address.ts';
import { readDnsServer } from './domains/dns/dns-server.ts';
import {
  argon2,
  databaseUrl,
  hosts,
  list,
  listenAddress,
  logLevel,
  mailFrom,
  masterKeys,
  onOff,
  origin,
  publicOrigin,
  setting,
  smtpUrl,
  text,
  wholeNumber,
} from './setting-values.ts';
import type { Setting } from './setting-values.ts';

/** Everything the operator chooses, read and checked. Holds secrets: never logged. */
export interface Config {
  /** Public URL and issuer, without a slash at its end. */
  publicUrl: URL;
  /** Whether the operator set it. */
  publicUrlGiven: boolean;
  host: string;
  port: number;
  /** Absolute. */
  dataFolder: string;
  /** Undefined: the embedded database. */
  databaseUrl: string | undefined;
  /** 32 bytes each, the newest first; undefined: the file in the data folder. */
  masterKeys: Buffer[] | undefined;
  /** Undefined: mails are files in the data folder. */
  smtpUrl: string | undefined;
  mailFrom: string;
  productName: string;
  allowedProviderHosts: string[];
  /** Hosts of identity providers whose changes need no confirmation. */
  providersWithoutHold: string[];
  entraAuthority: URL;
  /** Recursive resolvers, the system's when empty. */
  dnsResolvers: string[];
  /** Internal addresses that name servers of customers' domains may have. */
  dnsInternalServers: string[];
  migrate: boolean;
  workers: number;
  /** Connections of each process's pool; undefined: as many as fit. */
  databasePool: number | undefined;
  /** Whether requests of the same moment share statements of the database. */
  sharedStatements: boolean;
  /** Seconds of serving on, unready, after the request to stop. */
  drainSeconds: number;
  metricsToken: string | undefined;
  /** Undefined: `/metrics` is on the port of the service. */
  metricsPort: number | undefined;
  metricsHost: string;
  /** A verified backup may be so old. */
  backupDays: number;
  argon2: { memoryKib: number; passes: number; lanes: number };
  /** Whether plain logins are answered without the library. */
  direct: boolean;
  logLevel: string;
  trustedProxies: string[];
}

const MICROSOFT = 'https://login.microsoftonline.com';

/** In the order of the reference. */
const DECLARED = {
  GATEHOUSE_URL: setting(
    'http://localhost:<PORT>',
    'Public URL, which is the issuer: scheme, host and port. `https`, unless the host is loopback.',
    publicOrigin,
  ),
  HOST: setting('127.0.0.1', 'Address to listen on; IPv6 with or without brackets, as `[::1]`.', listenAddress),
  PORT: setting('3000', 'TCP port to listen on.', wholeNumber(1, 65_535)),
  GATEHOUSE_DATA: setting('./data', 'Data folder: the embedded database, the master key, the mail folder.', z.string()),
  DATABASE_URL: setting(
    'none: the embedded database',
    'A PostgreSQL 15 or newer, as `postgres://user:password@host:5432/database`. The master key must then be given. [Parameters](../guides/operate.md#encryption-on-the-way-to-the-database) as `sslmode` mean what they do in psql.',
    databaseUrl,
  ),
  GATEHOUSE_MASTER_KEY: setting(
    'made with the embedded database, in `master.key` of the data folder',
    'What seals secrets: 32 bytes in base64. Several, separated by commas: the first seals, all open.',
    masterKeys,
  ),
  SMTP_URL: setting(
    'none: mails are `.eml` files in `mail` of the data folder',
    'Mail server, as `smtps://user:password@host:465` or `smtp://host:587`.',
    smtpUrl,
  ),
  MAIL_FROM: setting('needed with SMTP_URL', 'Sender of mails, as `Gatehouse <no-reply@example.com>`.', mailFrom),
  GATEHOUSE_PRODUCT_NAME: setting('Gatehouse', 'Name of the product on pages and in mails.', text(60)),
  GATEHOUSE_ALLOWED_PROVIDER_HOSTS: setting(
    'empty',
    'Private or loopback hosts that identity providers and applications may have: host, host:port, network (CIDR), separated by commas. `http` only for a loopback host in this list.',
    hosts,
  ),
  GATEHOUSE_PROVIDERS_WITHOUT_HOLD: setting(
    'empty: an administrator confirms',
    'Identity providers that may replace all signing keys, and hosts their endpoints may move to, without the [confirmation](../guides/operate.md#identity-providers-that-change) of an administrator: host, host:port, separated by commas.',
    hosts,
  ),
  GATEHOUSE_ENTRA_AUTHORITY: setting(
    MICROSOFT,
    'A stand-in for Microsoft Entra ID; its host must be in the list above.',
    origin,
  ),
  GATEHOUSE_DNS_RESOLVERS: setting(
    "the system's",
    'Recursive DNS resolvers that verify domains: addresses, as `192.0.2.53` or `192.0.2.53:5353`, separated by commas. They should check DNSSEC; where the first one knows an internal DNS, name one outside as well.',
    list.refine(
      (entries) => entries.every((entry) => readDnsServer(entry) !== undefined),
      'must be IP addresses, each with a port or without, separated by commas',
    ),
  ),
  GATEHOUSE_DNS_INTERNAL_SERVERS: setting(
    'empty: public addresses only',
    "Internal addresses that the name servers of customers' domains may have: address, address:port, network (CIDR), separated by commas.",
    list.refine(
      (entries) => entries.every((entry) => isNetwork(entry) || readDnsServer(entry) !== undefined),
      'must be IP addresses or networks (CIDR), separated by commas',
    ),
  ),
  GATEHOUSE_MIGRATE: setting('on', '`off`: the database is migrated by hand, with `gatehouse migrate`.', onOff),
  GATEHOUSE_WORKERS: setting(
    '1',
    'Server processes of one `serve`; [sizing](../guides/sizing.md) says how many.',
    wholeNumber(1, 64),
  ),
  GATEHOUSE_DATABASE_POOL: setting(
    '12, with more than 4 workers fewer, at least 2',
    'Most pooled database connections of each server process, see [the database](../guides/databases.md#connections).',
    wholeNumber(2, 200),
  ),
  GATEHOUSE_SHARED_STATEMENTS: setting(
    'on',
    '`off`: each request sends statements of its own, also while many wait; nothing else changes but the cost.',
    onOff,
  ),
  GATEHOUSE_DRAIN_SECONDS: setting(
    '5 with DATABASE_URL, else 0',
    'How long a server that was asked to stop goes on serving while `/readyz` answers 503, for load balancers to notice.',
    wholeNumber(0, 300),
  ),
  GATEHOUSE_METRICS_TOKEN: setting(
    'none: there is no `/metrics`',
    'Bearer token for [`/metrics`](metrics.md): at least 16 letters, digits or signs, without spaces.',
    z
      .string()
      .min(16, 'must have at least 16 characters')
      .regex(/^[\x21-\x7e]{1,1000}$/, 'must have letters, digits and signs of ASCII alone, and no spaces'),
  ),
  GATEHOUSE_METRICS_PORT: setting(
    'none: the port of the service',
    'TCP port of its own for `/metrics`; the port of the service then answers it no more.',
    wholeNumber(1, 65_535),
  ),
  GATEHOUSE_METRICS_HOST: setting(
    '127.0.0.1',
    'Address to listen on for `/metrics` where it has a port of its own.',
    listenAddress,
  ),
  GATEHOUSE_BACKUP_DAYS: setting(
    '2',
    'Days after which *System*, `status` and `doctor` miss a [verified backup](../guides/operate.md#backup), once there was a backup.',
    wholeNumber(1, 365),
  ),
  GATEHOUSE_ARGON2: setting('19/2/1', 'Cost of a password hash (Argon2id): memory in MiB / passes / lanes.', argon2),
  GATEHOUSE_DIRECT: setting(
    'on',
    '`off`: every request of an application is answered by the OpenID Connect library, also the plain ones that are otherwise answered a shorter way with the same result.',
    onOff,
  ),
  LOG_LEVEL: setting('info', `How much is logged: ${logLevel.options.join(', ')}.`, logLevel),
  TRUSTED_PROXIES: setting(
    'none',
    'Addresses or networks (CIDR) of proxies whose `X-Forwarded-For` is believed, separated by commas.',
    list.refine(
      (entries) => entries.every((entry) => isIP(entry) !== 0 || isNetwork(entry)),
      'must be addresses or networks (CIDR), separated by commas',
    ),
  ),
} as const;

type Name = keyof typeof DECLARED;

/** All settings, in the order of the reference. */
export const SETTINGS: readonly Setting[] = Object.entries(DECLARED).map(([name, { fallback, description }]) => ({
  name,
  fallback,
  description,
}));

export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's environment: the only place that reads it. */
export function environment(): Environment {
  return process.env;
}

/** Reads and checks all settings; an empty one counts as not set. Throws `setting.wrong` with one sentence. */
export function readConfig(given: Environment): Config {
  const stranger = Object.keys(given).find((name) => name.startsWith('GATEHOUSE_') && !(name in DECLARED));
  if (stranger !== undefined) throw wrong(stranger, 'is not a setting of Gatehouse');

  const read = <N extends Name>(name: N): z.output<(typeof DECLARED)[N]['schema']> | undefined => {
    const value = given[name]?.trim();
    if (value === undefined || value === '') return undefined;
    const result = DECLARED[name].schema.safeParse(value);
    if (!result.success) throw wrong(name, result.error.issues[0]?.message ?? 'is wrong');
    return result.data as z.output<(typeof DECLARED)[N]['schema']>;
  };
  const port = read('PORT') ?? 3000;
  const productName = read('GATEHOUSE_PRODUCT_NAME') ?? 'Gatehouse';
  const givenUrl = read('GATEHOUSE_URL');
  const publicUrl = givenUrl ?? new URL(`http://localhost:${port}`);
  const config: Config = {
    publicUrl,
    publicUrlGiven: givenUrl !== undefined,
    host: read('HOST') ?? '127.0.0.1',
    port,
    dataFolder: resolve(read('GATEHOUSE_DATA') ?? 'data'),
    databaseUrl: read('DATABASE_URL'),
    masterKeys: read('GATEHOUSE_MASTER_KEY'),
    smtpUrl: read('SMTP_URL'),
    mailFrom: read('MAIL_FROM') ?? `${productName} <no-reply@${publicUrl.hostname}>`,
    productName,
    allowedProviderHosts: read('GATEHOUSE_ALLOWED_PROVIDER_HOSTS') ?? [],
    providersWithoutHold: read('GATEHOUSE_PROVIDERS_WITHOUT_HOLD') ?? [],
    entraAuthority: read('GATEHOUSE_ENTRA_AUTHORITY') ?? new URL(MICROSOFT),
    dnsResolvers: read('GATEHOUSE_DNS_RESOLVERS') ?? [],
    dnsInternalServers: read('GATEHOUSE_DNS_INTERNAL_SERVERS') ?? [],
    migrate: read('GATEHOUSE_MIGRATE') ?? true,
    workers: read('GATEHOUSE_WORKERS') ?? 1,
    databasePool: read('GATEHOUSE_DATABASE_POOL'),
    sharedStatements: read('GATEHOUSE_SHARED_STATEMENTS') ?? true,
    drainSeconds: read('GATEHOUSE_DRAIN_SECONDS') ?? (read('DATABASE_URL') === undefined ? 0 : 5),
    metricsToken: read('GATEHOUSE_METRICS_TOKEN'),
    metricsPort: read('GATEHOUSE_METRICS_PORT'),
    metricsHost: read('GATEHOUSE_METRICS_HOST') ?? '127.0.0.1',
    backupDays: read('GATEHOUSE_BACKUP_DAYS') ?? 2,
    argon2: read('GATEHOUSE_ARGON2') ?? { memoryKib: 19 * 1024, passes: 2, lanes: 1 },
    direct: read('GATEHOUSE_DIRECT') ?? true,
    logLevel: read('LOG_LEVEL') ?? 'info',
    trustedProxies: read('TRUSTED_PROXIES') ?? [],
  };
  checkTogether(config, given);
  return config;
}

/** What no setting shows alone. */
function checkTogether(config: Config, given: Environment): void {
  if (config.databaseUrl !== undefined && config.masterKeys === undefined) {
    throw wrong(
      'GATEHOUSE_MASTER_KEY',
      'must be given together with DATABASE_URL (make one with: openssl rand -base64 32)',
    );
  }
  if (config.metricsPort !== undefined && config.metricsToken === undefined) {
    throw wrong('GATEHOUSE_METRICS_TOKEN', 'must be given together with GATEHOUSE_METRICS_PORT');
  }
  if (config.metricsPort === config.port) throw wrong('GATEHOUSE_METRICS_PORT', 'must be another port than PORT');
  if (config.smtpUrl !== undefined && (given['MAIL_FROM'] ?? '') === '') {
    throw wrong('MAIL_FROM', 'must be given together with SMTP_URL');
  }
  const allowed = readAllowedHosts(config.allowedProviderHosts);
  const { href, hostname, protocol, port } = config.entraAuthority;
  if (href === `${MICROSOFT}/`) return;
  if (!allowed.names(hostname, Number(port) || (protocol === 'https:' ? 443 : 80))) {
    throw wrong('GATEHOUSE_ENTRA_AUTHORITY', 'must have a host that GATEHOUSE_ALLOWED_PROVIDER_HOSTS names');
  }
  if (protocol === 'http:' && !isLoopbackHost(hostname)) {
    throw wrong('GATEHOUSE_ENTRA_AUTHORITY', 'must begin with https:// unless its host is this machine');
  }
}

/** The sentence never repeats the value: it may be a secret. */
function wrong(name: string, reason: string): AppError {
  return new AppError('setting.wrong', { detail: `${name} ${reason}.`, values: { name } });
}
