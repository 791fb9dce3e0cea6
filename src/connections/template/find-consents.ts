import type { ConsentState } from './consent.ts';
import { countConsentStates, selectConsentLines } from './consent-list-store.ts';
import type { ConsentLine } from './consent-list-store.ts';
import { selectTemplate } from './template-store.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId, TemplateId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';
import { requireAccess } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import { countManaged } from '../../organizations/list-organizations.ts';

export type { ConsentLine } from './consent-list-store.ts';

/**
 * A page of the organizations below the owner of a template, however deep, by name, with how far each is; and how many are
 * in each state.
 * @throws organization.not-found, caller.denied, template.not-found
 */
export async function listConsents(
  deps: { db: Database; clock: Clock },
  caller: Caller,
  input: {
    ownerId: OrganizationId;
    templateId: TemplateId;
    search?: string | undefined;
    state?: ConsentState | undefined;
    after?: { name: string; id: OrganizationId } | undefined;
    limit: number;
  },
): Promise<{ lines: ConsentLine[]; states: Partial<Record<ConsentState, number>> }> {
  const { ownerId, templateId, after, limit, ...narrowed } = input;
  const owner = requireAccess(caller, 'read', await findOrganization(deps, ownerId));
  if ((await selectTemplate(deps.db, ownerId, templateId)) === undefined) throw new AppError('template.not-found');
  const filter = { ...narrowed, templateId, abovePath: owner.path, now: deps.clock.now() };
  const states = await countConsentStates(deps.db, filter);
  const asked = Object.values(states).reduce((sum, count) => sum + count, 0);
  const others = (await countManaged(deps, caller, owner, input.search)) - asked;
  return {
    lines: await selectConsentLines(deps.db, filter, { after, limit }),
    states: others > 0 ? { ...states, 'not-asked': others } : states,
  };
}
