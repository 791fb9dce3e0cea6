import { expect, test } from 'vitest';
import { countSignals } from './count-signals.ts';
import { metricsOf } from './metrics.ts';
import type { Metric } from './metrics.ts';
import { Series } from './series.ts';
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

const valuesOf = (reports: ReturnType<ReturnType<typeof countSignals>['report']>): Map<string, number> =>
  new Map(
    reports.flatMap(({ name, values }) =>
      values.map(({ value, labels, metricName }) => [
        `${metricName ?? name} ${Object.values(labels).join(' ')}`,
        value,
      ]),
    ),
  );

test('what is told is counted by its labels, and nothing after the end', () => {
  const counted = countSignals(metricsOf(['mail']));
  LOGIN_MOVED.tell({ step: 'refused', method: 'entra-id', refusal: 'provider.refused' });
  LOGIN_EXPIRED.tell(null);
  PROVIDER_FAILED.tell({ method: 'entra-id', category: 'refused' });
  CALL_ENDED.tell('tls');
  MAIL_TRIED.tell('server-login');
  JOB_RUN.tell({ kind: 'mail', result: 'given-up' });
  JOB_RUN.tell({ kind: 'of a version to come', result: 'done' });
  STATEMENT_SENT.writes.tell(3);
  const before = counted.report();
  counted[Symbol.dispose]();
  CALL_ENDED.tell('tls');
  const values = valuesOf(before);
  expect(Object.fromEntries([...values].filter(([, value]) => value > 0))).toEqual({
    'gatehouse_logins_total entra-id refused': 1,
    'gatehouse_logins_total none expired': 1,
    'gatehouse_login_refusals_total provider.refused': 1,
    'gatehouse_login_steps_total refused': 1,
    'gatehouse_provider_failures_total entra-id refused': 1,
    'gatehouse_outgoing_calls_total tls': 1,
    'gatehouse_mail_attempts_total server-login': 1,
    'gatehouse_job_runs_total mail given-up': 1,
    'gatehouse_job_runs_total other done': 1,
    'gatehouse_shared_statements_size_bucket 4 writes': 1,
    'gatehouse_shared_statements_size_bucket 8 writes': 1,
    'gatehouse_shared_statements_size_bucket 16 writes': 1,
    'gatehouse_shared_statements_size_bucket 32 writes': 1,
    'gatehouse_shared_statements_size_bucket 64 writes': 1,
    'gatehouse_shared_statements_size_bucket +Inf writes': 1,
    'gatehouse_shared_statements_size_sum writes': 3,
    'gatehouse_shared_statements_size_count writes': 1,
  });
  expect(valuesOf(counted.report())).toEqual(values);
});

test('what no list has makes no series, however much of it is told', () => {
  using counted = countSignals(metricsOf(['mail']));
  const before = [...valuesOf(counted.report()).keys()];
  for (let i = 0; i < 5000; i += 1) {
    const odd = ['__proto__', 'constructor', '', `odd-${i}`][i % 4]!;
    REQUEST_ANSWERED.tell({ req: { method: odd, route: undefined }, res: { status: i }, responseTime: i });
    APPLICATION_ANSWERED.tell({ endpoint: 'token', grantType: odd, status: 400, isDirect: false });
    LOGIN_MOVED.tell({ step: 'refused', method: odd, refusal: odd });
    PROVIDER_FAILED.tell({ method: odd, category: odd });
    CALL_ENDED.tell(odd);
    MAIL_TRIED.tell(odd);
    JOB_RUN.tell({ kind: odd, result: 'done' });
  }
  const after = valuesOf(counted.report());
  expect([...after.keys()]).toEqual(before);
  expect(after.get('gatehouse_login_refusals_total other')).toBe(5000);
  expect(after.get('gatehouse_tokens_total other refused')).toBe(5000);
  expect(after.get('gatehouse_job_runs_total other done')).toBe(5000);
});

test('every label is a closed list, and each metric has fewer than a thousand series', () => {
  const metrics: Record<string, Metric> = metricsOf(Array.from({ length: 40 }, (_, i) => `kind-${i}`));
  for (const [name, metric] of Object.entries(metrics)) {
    if (name === 'gatehouse_build_info') continue; // one series of constants
    const { values } = new Series(name, metric).report();
    expect([name, values.length > 0 && values.length < 1000]).toEqual([name, true]);
    expect(new Set(values.map((value) => JSON.stringify([value.metricName, value.labels]))).size).toBe(values.length);
  }
});
