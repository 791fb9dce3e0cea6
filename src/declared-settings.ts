import { isIP } from 'node:net';
import { z } from 'zod';
import { isNetwork } from './connectors/outgoing/network-address.ts';
import { readDnsServer } from './domains/dns/dns-server.ts';
import {
  argon2,
  bounceAddress,
  databaseUrl,
  hosts,
  list,
  listenAddress,
  logLevel,
  mailFrom,
  masterKeys,
  onOff,
  origin,
  otlpProtocol,
  publicOrigin,
  receiver,
  sampler,
  sampledPart,
  smtpUrl,
  text,
  traceHeaders,
  trueFalse,
  wholeNumber,
} from './setting-values.ts';
import type { Setting } from './setting-values.ts';

export const MICROSOFT = 'https://login.microsoftonline.com';

interface Declared<T> extends Omit<Setting, 'name'> {
  schema: z.ZodType<T, string>;
}
const setting = <T>(fallback: string, description: string, schema: z.ZodType<T, string>): Declared<T> => ({
  fallback,
  description,
  schema,
});

/** In the order of the reference. */
export const DECLARED = {
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
  MAIL_BOUNCES: setting(
    'none: what comes back goes to MAIL_FROM, and nobody reads it',
    'Where mails come back that cannot be delivered, as `bounces@sso.example.com`; the name before the @ has at most 15 characters. Mails go out from `bounces+…@`, and the mail server there [hands over](../guides/mail.md#mails-that-come-back) what arrives.',
    bounceAddress,
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
  OTEL_EXPORTER_OTLP_ENDPOINT: setting(
    'none: there are no [traces](../guides/operate.md#traces)',
    'Where traces are sent: the base URL of a receiver of OTLP over HTTP, as `http://127.0.0.1:4318`; `/v1/traces` is added.',
    receiver,
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: setting(
    'OTEL_EXPORTER_OTLP_ENDPOINT with `/v1/traces`',
    'The same as a whole URL, used as it is.',
    receiver,
  ),
  OTEL_EXPORTER_OTLP_HEADERS: setting(
    'none',
    'Headers for the receiver, as `authorization=Bearer%20abc,x-tenant=7`: names and percent-encoded values.',
    traceHeaders,
  ),
  OTEL_EXPORTER_OTLP_PROTOCOL: setting(
    'http/json',
    'Traces are sent as JSON over HTTP, which every receiver for `http/protobuf` takes at the same URL; `grpc` is refused.',
    otlpProtocol,
  ),
  OTEL_SERVICE_NAME: setting('gatehouse', 'Name of the service in traces.', text(100)),
  OTEL_TRACES_SAMPLER: setting(
    'parentbased_always_on',
    'Which requests are traced: `always_on`, `always_off`, `traceidratio`, each also with `parentbased_` before it, which goes by the `traceparent` of a trusted proxy first.',
    sampler,
  ),
  OTEL_TRACES_SAMPLER_ARG: setting(
    '1',
    'With `traceidratio`: the part of the traces that is kept, 0 to 1.',
    sampledPart,
  ),
  OTEL_SDK_DISABLED: setting('false', '`true`: no traces, whatever else is set.', trueFalse),
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
    'Addresses or networks (CIDR) of proxies whose `X-Forwarded-For` and `traceparent` are believed, separated by commas.',
    list.refine(
      (entries) => entries.every((entry) => isIP(entry) !== 0 || isNetwork(entry)),
      'must be addresses or networks (CIDR), separated by commas',
    ),
  ),
} as const;

/** The name of a setting. */
export type Name = keyof typeof DECLARED;

/** All settings, in the order of the reference. */
export const SETTINGS: readonly Setting[] = Object.entries(DECLARED).map(([name, { fallback, description }]) => ({
  name,
  fallback,
  description,
}));
