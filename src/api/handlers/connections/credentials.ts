import { z } from 'zod';
import { pageFrom, readCursor } from '../cursor.ts';
import type { Handler } from '../handler.ts';
import { instant, nameOut } from '../present.ts';
import { formatId } from '../../../base/ids.ts';
import type { TemplateId } from '../../../base/ids.ts';
import { daysLeft } from '../../../connections/expiry/expiry.ts';
import { listCredentials as list } from '../../../connections/expiry/find-expiring.ts';

/** Place by the end (milliseconds since 1970) and the holder's id. */
const place = z.tuple([z.int(), z.uuid()]);
/** Stands for an end that is not known, as in the order of the list. */
const NEVER = Date.UTC(9999, 0, 1);

/** The board of what expires. */
export const listCredentials: Handler<'listCredentials'> = async ({ deps, caller, query }) => {
  const after = readCursor(place, query.cursor);
  const { credentials, total } = await list(deps, caller, {
    search: query.search,
    within: query.within,
    after: after && { at: new Date(after[0]), id: after[1] },
    limit: query.limit + 1,
  });
  const now = deps.clock.now();
  return pageFrom(credentials, query.limit, {
    total,
    place: ({ expiresAt, holderId }) => [expiresAt?.getTime() ?? NEVER, holderId],
    item: ({ organizationId, organizationName, templateName, holderId, expiresAt, ...rest }) => ({
      kind: rest.kind,
      organization: nameOut(organizationId, organizationName),
      method: rest.method,
      template: templateName === null ? null : { id: formatId('tpl', holderId as TemplateId), name: templateName },
      expiresAt: instant(expiresAt),
      next: rest.nextSetAt && { expiresOn: rest.nextExpiresOn, testedAt: instant(rest.nextTestedAt) },
      daysLeft: expiresAt === null ? null : daysLeft(expiresAt, now),
    }),
  });
};
