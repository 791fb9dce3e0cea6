import { show } from '../authentication.ts';
import { pageFrom, readUserPlace, userPlace } from '../cursor.ts';
import type { Handler } from '../handler.ts';
import { instant } from '../present.ts';
import { formatId, parseId } from '../../../base/ids.ts';
import { findAffected } from '../../../connections/affected/find-affected.ts';
import { changePilot as change, endPilot as end } from '../../../connections/pilot/change-pilot.ts';

/** Whom a change of the method concerns. */
export const listAffectedUsers: Handler<'listAffectedUsers'> = async ({ deps, caller, params, query }) => {
  const { users, total } = await findAffected(deps, caller, {
    organizationId: parseId('org', params.organizationId),
    only: query.only,
    keepsIdentities: query.keepsIdentities === 'true',
    provenByDomain: query.provenByDomain === 'true',
    search: query.search,
    after: readUserPlace(query),
    limit: query.limit + 1,
  });
  return pageFrom(users, query.limit, {
    total,
    place: userPlace,
    item: ({ id, email, name, status, lastLoginAt }) => ({
      id: formatId('usr', id),
      email,
      name,
      status,
      lastLoginAt: instant(lastLoginAt),
    }),
  });
};

/** Who is in the pilot. */
export const changePilot: Handler<'changePilot'> = async ({ deps, caller, params, body }) => {
  const organizationId = parseId('org', params.organizationId);
  const about = { ...deps, publicUrl: deps.config.publicUrl.href };
  await change(about, caller, { organizationId, ...body });
  return show(deps, caller, organizationId);
};

/** *Everybody*. */
export const endPilot: Handler<'endPilot'> = async ({ deps, caller, params, body }) => {
  const organizationId = parseId('org', params.organizationId);
  const about = { ...deps, publicUrl: deps.config.publicUrl.href };
  await end(about, caller, { organizationId, ...body });
  return show(deps, caller, organizationId);
};
