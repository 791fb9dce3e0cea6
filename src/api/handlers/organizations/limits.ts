import type { Handler } from '../handler.ts';
import type { Limit } from '../../contract/organizations/limits.ts';
import { parseId } from '../../../base/ids.ts';
import { changeQuotas } from '../../../organizations/quotas/change-quotas.ts';
import type { Quota } from '../../../organizations/quotas/quota.ts';
import { readQuotas } from '../../../organizations/quotas/read-quotas.ts';

/** What the tree of an organization holds and may hold. */
export const getLimits: Handler<'getLimits'> = async ({ deps, caller, params }) => {
  const { quotas, mayChange } = await readQuotas(deps, caller, {
    organizationId: parseId('org', params.organizationId),
  });
  return { limits: quotas.map(out), mayChange };
};

/** Set limits. */
export const changeLimits: Handler<'changeLimits'> = async ({ deps, caller, params, body }) => {
  const organizationId = parseId('org', params.organizationId);
  const quotas = await changeQuotas(deps, caller, { organizationId, most: body });
  return { limits: quotas.map(out), mayChange: true };
};

function out({ chosen, ...quota }: Quota): Limit {
  return { ...quota, set: chosen };
}
