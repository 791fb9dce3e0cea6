/**
 * Metrics: the door of monitoring (Prometheus). What there is to know of the service in numbers, never in names.
 *
 *   base/signals/signals.ts -> count-signals.ts    what happens, counted in this process (series.ts)
 *   read-process.ts                        what this process holds at the moment of a scrape
 *   read-facts.ts                          what the database and the disk say, at most every few seconds
 *   between-workers.ts                     several server processes: one scrape is the sum of all
 *   routes.ts -> answer-scrape.ts          `GET /metrics` with the token; text in the format of Prometheus
 *
 * This file is the model: every metric with its labels, whose values are closed lists. `docs/reference/metrics.md` is made from it.
 */
import { FETCH_CATEGORIES } from '../connectors/outgoing/fetch-refused.ts';
import { EXPIRY_BANDS } from '../connections/expiry/expiry.ts';
import { COUNTED_FAILURES } from '../connections/record-outcome.ts';
import { RETENTION_JOB_NAMES } from '../db/growth/retention-jobs.ts';
import { STEPS } from '../logins/login.ts';
import { MAIL_FAILURES } from '../mail/mailer.ts';

/** A metric. */
export interface Metric {
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  /** The values each label may have; any other is counted as `other` where that is one, else not at all. */
  labels: Readonly<Record<string, readonly string[]>>;
  /** Upper bounds of a histogram. */
  buckets?: readonly number[];
  /** What several server processes have together. */
  together: 'sum' | 'max' | 'first';
  /** Read once for all of them, by the process that answers. */
  isFact?: true;
  /** Only series that were read are there: one that is absent is not known, and 0 would be an answer. */
  isSparse?: true;
}

type Labels = Metric['labels'];
const counter = (help: string, labels: Labels = {}): Metric => ({ type: 'counter', help, labels, together: 'sum' });
const gauge = (help: string, labels: Labels = {}, together: Metric['together'] = 'sum'): Metric => ({
  type: 'gauge',
  help,
  labels,
  together,
});
const fact = (help: string, labels: Labels = {}): Metric => ({ ...gauge(help, labels, 'first'), isFact: true });
const known = (help: string, labels: Labels): Metric => ({ ...fact(help, labels), isSparse: true });
const histogram = (help: string, labels: Labels, buckets: readonly number[]): Metric => ({
  type: 'histogram',
  help,
  labels,
  buckets,
  together: 'sum',
});

export const DOORS = ['login', 'application', 'api', 'console', 'health', 'metrics', 'other'] as const;
const STATUS = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;
export const METHODS = ['built-in', 'entra-id', 'openid-connect', 'session', 'emergency', 'none'] as const;
const FEDERATED = ['entra-id', 'openid-connect'] as const;
/** Error codes that end a login; more of them are `other`. */
const REFUSALS = [
  'access_denied',
  'login.refused',
  'login.no-account',
  'login.full',
  'login.unmet',
  'identity.taken',
  'provider.unreachable',
  'provider.faulty',
  'provider.misconfigured',
  'provider.refused',
  'provider.not-assigned',
  'provider.other-directory',
  'provider.not-fresh',
  'provider.too-large',
  'provider.held',
  'provider.try-again',
  'other',
] as const;
/** Grant types by a word, as they are sent (RFC 6749, RFC 8628, RFC 8693). */
export const GRANTS: Readonly<Record<string, string>> = {
  authorization_code: 'authorization_code',
  refresh_token: 'refresh_token',
  client_credentials: 'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code': 'device_code',
  'urn:ietf:params:oauth:grant-type:token-exchange': 'token_exchange',
};
const LANES = ['reads', 'writes'] as const;
const JOB_STATES = ['due', 'later', 'running', 'failed'] as const;
const READINGS = ['ready', 'jobs', 'database', 'retention', 'secrets', 'backups', 'disk'] as const;
const BACKUPS = ['backup', 'verify'] as const;
/** Seconds. */
const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
const SIZES = [1, 2, 4, 8, 16, 32, 64] as const;

/**
 * Every metric, in the order of the page.
 * @param jobKinds every kind of job this version runs
 */
export function metricsOf(jobKinds: readonly string[]) {
  const kinds = [...jobKinds, 'other'];
  return {
    gatehouse_build_info: gauge('Version of Gatehouse and of Node.js; always 1.', { version: [], node: [] }, 'first'),
    gatehouse_ready: fact('1 while `/readyz` would answer 200, else 0.'),
    gatehouse_processes: gauge('Server processes that are part of this scrape.'),

    gatehouse_requests_total: counter('Requests answered, by door and class of status.', {
      door: DOORS,
      status: STATUS,
    }),
    gatehouse_request_duration_seconds: histogram(
      'From the request’s head to the end of its answer.',
      { door: DOORS },
      DURATIONS,
    ),

    gatehouse_logins_total: counter(
      'Logins that ended. `expired`: somebody came to a login that was over; its method is not known any more. Silent logins of a live session are `gatehouse_direct_total` and tokens.',
      { method: METHODS, outcome: ['finished', 'refused', 'expired'] },
    ),
    gatehouse_login_refusals_total: counter('Logins that were refused, by the error code of their page.', {
      cause: REFUSALS,
    }),
    gatehouse_login_steps_total: counter('Steps that logins came to.', { step: STEPS }),
    gatehouse_provider_failures_total: counter(
      'Logins that failed at an identity provider, by category; `ours`: the connection was changed or held meanwhile.',
      { method: FEDERATED, category: COUNTED_FAILURES },
    ),
    gatehouse_outgoing_calls_total: counter(
      'Requests to identity providers and applications, by how they ended; `status`: a status of 500 or more.',
      { outcome: ['answered', ...FETCH_CATEGORIES] },
    ),

    gatehouse_tokens_total: counter(
      'Token requests, by grant type; `failed`: a fault of ours, or the database was away.',
      {
        grant: [...Object.values(GRANTS), 'other'],
        outcome: ['issued', 'refused', 'failed'],
      },
    ),
    gatehouse_direct_total: counter(
      'Requests of applications answered directly, or left to the OpenID Connect library.',
      {
        endpoint: ['authorize', 'token'],
        way: ['direct', 'library'],
      },
    ),

    gatehouse_passwords_running: gauge('Passwords that are hashed at this moment.'),
    gatehouse_passwords_waiting: gauge('Passwords that wait to be hashed.'),
    gatehouse_passwords_refused_total: counter('Passwords that were not hashed because too many waited.'),

    gatehouse_database_connections: gauge('Database connections in use, and requests that wait for one.', {
      state: ['in-use', 'waiting'],
    }),
    gatehouse_shared_statements_size: histogram('Requests answered by one statement.', { lane: LANES }, SIZES),
    gatehouse_shared_statements_waiting: gauge('Requests that wait to share a statement.', { lane: LANES }),
    gatehouse_shared_statements_refused_total: counter('Requests that waited too long, or behind too many.', {
      lane: LANES,
    }),
    gatehouse_database_size_bytes: fact('Size of the database.'),
    gatehouse_partitions_ahead: fact(
      'Days, today’s included, for which every table of short-lived rows has its partition; the fewest of all tables.',
    ),

    gatehouse_mail_attempts_total: counter('Attempts to send a mail; `expired`: not tried any more.', {
      result: ['sent', ...MAIL_FAILURES],
    }),
    gatehouse_mails_waiting: fact('Mails that wait to be sent; `urgent`: a person waits for them.', {
      urgency: ['urgent', 'ordinary'],
    }),
    gatehouse_mails_oldest_seconds: fact('Age of the oldest mail that waits; 0 without one.', {
      urgency: ['urgent', 'ordinary'],
    }),
    gatehouse_job_runs_total: counter('Runs of background work.', {
      kind: kinds,
      result: ['done', 'again', 'postponed', 'given-up'],
    }),
    gatehouse_jobs: fact('Background work that is stored; `later`: not due yet; `failed`: given up.', {
      kind: kinds,
      state: JOB_STATES,
    }),
    gatehouse_jobs_overdue_seconds: fact('How long the oldest work is due and not begun; 0 where none is.', {
      kind: kinds,
    }),
    gatehouse_retention_removed_rows_total: {
      ...fact('Rows that jobs removed because they were over, since the first run that was noted.', {
        job: RETENTION_JOB_NAMES,
      }),
      type: 'counter',
    },
    gatehouse_retention_last_run_seconds: fact('Time since the job ran last; absent where it never did.', {
      job: RETENTION_JOB_NAMES,
    }),
    gatehouse_retention_oldest_seconds: fact(
      'Age of the oldest row left, of what is kept for days; absent without one.',
      {
        job: RETENTION_JOB_NAMES,
      },
    ),
    gatehouse_secrets_expiring: fact(
      'Client secrets and certificates at identity providers, by days left; each is in one band.',
      { days: EXPIRY_BANDS },
    ),
    gatehouse_secrets_first_expiry_seconds: fact(
      'Time left of the one that expires first, below 0 once it has; absent without one.',
    ),

    gatehouse_event_loop_delay_seconds: gauge(
      'By how much timers were late in the last 10 to 20 seconds: half of them, 99 of 100, all; the worst of all processes.',
      { part: ['half', '99-of-100', 'all'] },
      'max',
    ),
    gatehouse_memory_bytes: gauge('Resident memory.'),
    gatehouse_cpu_seconds_total: counter('Processor time, user and system.'),
    gatehouse_backup_success: known('Whether the last backup, and the last verification of one, came to a good end.', {
      kind: BACKUPS,
    }),
    gatehouse_backup_age_seconds: known('Since the last one began that came to a good end; absent where none did.', {
      kind: BACKUPS,
    }),
    gatehouse_backup_duration_seconds: known('How long the last one took.', { kind: BACKUPS }),
    gatehouse_backup_size_bytes: known('Size of the file; absent where it was not written or could not be read.', {
      kind: BACKUPS,
    }),
    gatehouse_backup_verified_age_seconds: fact(
      'Since the newest backup was made that was verified; absent where none was.',
    ),
    gatehouse_log_archive_age_seconds: fact(
      'Since the log of the embedded database was archived last; absent where it is not archived.',
    ),
    gatehouse_log_archive_failures: fact('Attempts to archive it that failed; absent where it is not archived.'),
    gatehouse_log_archive_failing: fact('1 while it is to be archived and is not, else 0.'),

    gatehouse_disk_free_bytes: fact('Free space on the disk of the data folder.'),
    gatehouse_disk_size_bytes: fact('Size of that disk.'),

    gatehouse_reading_success: fact(
      'Whether a fact could be read: 0 means that its metrics are absent from this scrape, or nothing of them is known.',
      { reading: READINGS },
    ),
  } as const satisfies Record<string, Metric>;
}

export type Metrics = ReturnType<typeof metricsOf>;
export type MetricName = keyof Metrics;
export type Reading = (typeof READINGS)[number];
