import { mayLogIn } from './may-log-in.ts';
import { selectAdministrators, selectUser } from './user-store.ts';
import type { Clock } from '../base/clock.ts';
import type { UserId } from '../base/ids.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { asService } from '../db/database.ts';
import type { Transaction } from '../db/database.ts';
import type { ComposedMail } from '../mail/compose.ts';
import { postNotice } from '../mail/post-notice.ts';
import { findOrganization } from '../organizations/find-organization.ts';
import type { Organization } from '../organizations/organization.ts';

/**
 * Writes one mail to each verified administrator of an organization, in the transaction of what they are told.
 * @param mail.kind which mail, as `redirect-uris-changed`
 * @param except one of them who is told otherwise
 */
export async function mailAdministrators(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox },
  { id: organizationId, path: organizationPath }: Pick<Organization, 'id' | 'path'>,
  mail: ComposedMail & { kind: string },
  except?: UserId,
): Promise<void> {
  for (const administrator of await selectAdministrators(deps.db, organizationId)) {
    if (administrator.id === except) continue;
    await postNotice(
      deps,
      { ...administrator, organizationPath },
      { ...mail, organizationId, userId: administrator.id },
    );
  }
}

/**
 * As {@link mailAdministrators}, and to those of the organization that manages it: a customer often has none of its own.
 * @param above the same mail with a button that leads to a page of theirs
 */
export async function mailAdministratorsAbove(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox },
  organization: Pick<Organization, 'id' | 'path' | 'managingOrganizationId'>,
  mail: ComposedMail & { kind: string },
  above: ComposedMail & { kind: string } = mail,
): Promise<void> {
  await mailAdministrators(deps, organization, mail);
  const { managingOrganizationId } = organization;
  if (managingOrganizationId === null) return;
  // With the service's rights: an administrator of this organization does not reach the one above.
  await asService(deps.db, async (db) => {
    const managing = await findOrganization({ db }, managingOrganizationId);
    if (managing !== undefined) await mailAdministrators({ ...deps, db }, managing, above);
  });
}

/**
 * As {@link mailAdministrators}, and to the user who caused it, often an administrator of the managing organization.
 * @param userId null for a program or the operator
 */
export async function mailAdministratorsAnd(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox },
  userId: UserId | null,
  organization: Pick<Organization, 'id' | 'path'>,
  mail: ComposedMail & { kind: string },
): Promise<void> {
  await mailAdministrators(deps, organization, mail);
  const user = userId === null ? undefined : await selectUser(deps.db, userId);
  if (user === undefined || !mayLogIn(user, deps.clock.now())) return;
  if (user.organizationId === organization.id && user.consoleRole === 'administrator') return;
  const to = { ...user, organizationPath: organization.path };
  await postNotice(deps, to, { ...mail, organizationId: organization.id, userId: user.id });
}
