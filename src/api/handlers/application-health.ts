import type { Handler } from './handler.ts';
import { instant } from './present.ts';
import type { CountedFailure } from '../../applications/health/judge-health.ts';
import { readApplicationHealth } from '../../applications/health/read-health.ts';
import { parseId } from '../../base/ids.ts';
import { applicationCause } from '../../diagnosis/find-cause.ts';
import type { Text } from '../../texts/catalog.ts';

/** How logins into an application fare. */
export const getApplicationHealth: Handler<'getApplicationHealth'> = async ({ deps, caller, params }) => {
  const health = await readApplicationHealth(deps, caller, {
    organizationId: parseId('org', params.organizationId),
    applicationId: parseId('app', params.applicationId),
  });
  return {
    state: health.state,
    lastLoginAt: instant(health.lastLoginAt),
    failures: health.failures.map((failure) => failureOut(deps.t, failure, health.application.name)),
  };
};

function failureOut(t: Text, failure: CountedFailure, application: string) {
  const { cause, came, wanted, count, firstAt, lastAt, isSince, isSeen, addTo, reference } = failure;
  const { code, what, fix, place } = applicationCause(cause, { application, came: came ?? '–', wanted: wanted ?? '–' });
  return {
    code,
    what: t(what.key, what.values),
    fix: t(fix.key, fix.values),
    place: { where: place === null ? '' : t(place.where), value: place?.value ?? null },
    count,
    firstAt: instant(firstAt),
    lastAt: instant(lastAt),
    isSince,
    isSeen,
    came,
    addTo,
    reference,
  };
}
