import { resolve } from 'node:path';
import type { z } from 'zod';
import { AppError } from './base/errors.ts';
import { isLoopbackHost, readAllowedHosts } from './connectors/outgoing/allowed-hosts.ts';
import { DECLARED, MICROSOFT } from './declared-settings.ts';
import type { Name } from './declared-settings.ts';
import { readTraces } from './setting-values.ts';
import type { TraceSettings } from './setting-values.ts';

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
  mailBounces: string | undefined;
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
  /** Undefined: there are none. */
  traces: TraceSettings | undefined;
  /** A verified backup may be so old. */
  backupDays: number;
  argon2: { memoryKib: number; passes: number; lanes: number };
  /** Whether plain logins are answered without the library. */
  direct: boolean;
  logLevel: string;
  trustedProxies: string[];
}

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
  // Both words that are taken mean what is sent.
  read('OTEL_EXPORTER_OTLP_PROTOCOL');
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
    mailBounces: read('MAIL_BOUNCES'),
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
    traces: readTraces({
      isOff: read('OTEL_SDK_DISABLED') ?? false,
      base: read('OTEL_EXPORTER_OTLP_ENDPOINT'),
      whole: read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'),
      headers: read('OTEL_EXPORTER_OTLP_HEADERS'),
      serviceName: read('OTEL_SERVICE_NAME'),
      sampler: read('OTEL_TRACES_SAMPLER'),
      part: read('OTEL_TRACES_SAMPLER_ARG'),
    }),
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
