import type { DOORS, MetricName, Metrics } from './metrics.ts';
import { GRANTS } from './metrics.ts';
import { Series } from './series.ts';
import type { Reported } from './series.ts';
import {
  APPLICATION_ANSWERED,
  CALL_ENDED,
  JOB_RUN,
  LOGIN_EXPIRED,
  LOGIN_MOVED,
  MAIL_TRIED,
  PROVIDER_FAILED,
  REQUEST_ANSWERED,
  STATEMENT_SENT,
} from '../base/signals/signals.ts';

/** What is counted as it happens, in this process. */
export interface Counted extends Disposable {
  report(): Reported[];
}

const STATUS = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;

/** Counts what the signals tell, from now on until it is disposed of. */
export function countSignals(metrics: Metrics): Counted {
  const all: Series[] = [];
  const series = (name: MetricName): Series => {
    const made = new Series(name, metrics[name]);
    all.push(made);
    return made;
  };
  const requests = series('gatehouse_requests_total');
  const durations = series('gatehouse_request_duration_seconds');
  const logins = series('gatehouse_logins_total');
  const refusals = series('gatehouse_login_refusals_total');
  const steps = series('gatehouse_login_steps_total');
  const failures = series('gatehouse_provider_failures_total');
  const calls = series('gatehouse_outgoing_calls_total');
  const tokens = series('gatehouse_tokens_total');
  const direct = series('gatehouse_direct_total');
  const mails = series('gatehouse_mail_attempts_total');
  const jobs = series('gatehouse_job_runs_total');
  const sizes = series('gatehouse_shared_statements_size');

  const stops = [
    REQUEST_ANSWERED.listen(({ req, res, responseTime }) => {
      const door = doorOf(req.route);
      requests.add(1, door, STATUS[Math.trunc(res.status / 100) - 1] ?? '5xx');
      durations.observe(responseTime / 1000, door);
    }),
    LOGIN_MOVED.listen(({ step, method, refusal }) => {
      steps.add(1, step);
      if (step === 'finished' || step === 'refused') logins.add(1, method, step);
      if (step === 'refused') refusals.add(1, refusal ?? 'other');
    }),
    LOGIN_EXPIRED.listen(() => logins.add(1, 'none', 'expired')),
    PROVIDER_FAILED.listen(({ method, category }) => failures.add(1, method, category)),
    CALL_ENDED.listen((outcome) => calls.add(1, outcome)),
    APPLICATION_ANSWERED.listen(({ endpoint, grantType, status, isDirect }) => {
      direct.add(1, endpoint, isDirect ? 'direct' : 'library');
      if (endpoint !== 'token') return;
      const grant = Object.hasOwn(GRANTS, grantType ?? '') ? GRANTS[grantType ?? ''] : 'other';
      tokens.add(1, grant, status < 400 ? 'issued' : status < 500 ? 'refused' : 'failed');
    }),
    MAIL_TRIED.listen((result) => mails.add(1, result)),
    JOB_RUN.listen(({ kind, result }) => jobs.add(1, kind, result)),
    STATEMENT_SENT.reads.listen((size) => sizes.observe(size, 'reads')),
    STATEMENT_SENT.writes.listen((size) => sizes.observe(size, 'writes')),
  ];
  return {
    report: () => all.map((each) => each.report()),
    [Symbol.dispose]() {
      for (const stop of stops) stop();
    },
  };
}

type Door = (typeof DOORS)[number];

/** Beginnings of routes, and whose they are; what matches none is `other`. */
const ROUTES: readonly (readonly [start: string, door: Door])[] = [
  ['/oauth2/', 'application'],
  ['/.well-known/', 'application'],
  ['/logout', 'application'],
  ['/device', 'application'],
  ['/api/', 'api'],
  ['/console', 'console'],
  ['/healthz', 'health'],
  ['/readyz', 'health'],
  ['/metrics', 'metrics'],
  ['/login', 'login'],
  ['/account', 'login'],
];

/** By the pattern of its route, of which there are as many as the doors declared. */
const doors = new Map<string, Door>();

function doorOf(route: string | undefined): Door {
  if (route === undefined) return 'other';
  const known = doors.get(route);
  if (known !== undefined) return known;
  const door = route === '/' ? 'login' : (ROUTES.find(([start]) => route.startsWith(start))?.[1] ?? 'other');
  doors.set(route, door);
  return door;
}
