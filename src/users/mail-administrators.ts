import { mayLogIn } from './may-log-in.ts';
import { selectAdministrators, selectUser } from './user-store.ts';
import type { Clock } from '../base/clock.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { asService } from '../db/database.ts';
import type { Transaction } from '../db/database.ts';
import type { ComposedMail } from '../mail/compose.ts';
import type { MailKind } from '../mail/mail-kind.ts';
import { postNotice } from '../mail/post-notice.ts';
import { takeFromRecipientLimit } from '../mail/recipient-limit.ts';
import type { RecipientLimit } from '../mail/recipient-limit.ts';
import { findOrganization } from '../organizations/find-organization.ts';
import type { Organization } from '../organizations/organization.ts';

interface Deps {
  db: Transaction;
  clock: Clock;
  secrets: SecretBox;
}

/** Whom a mail is not written to. */
interface Left {
  /** One of them who is told otherwise. */
  except?: UserId | undefined;
  /** Whoever got so many already. */
  limits?: readonly RecipientLimit[];
}

/**
 * Writes one mail to each verified administrator of an organization, in the transaction of what they are told.
 */
export async function mailAdministrators(
  deps: Deps,
  { id: organizationId, path: organizationPath }: Pick<Organization, 'id' | 'path'>,
  mail: ComposedMail & { kind: MailKind },
  { except, limits = [] }: Left = {},
): Promise<void> {
  for (const to of await selectAdministrators(deps.db, organizationId)) {
    if (to.id === except || !(await takeFromAll(deps, limits, to.email))) continue;
    await postNotice(deps, { ...to, organizationPath }, { ...mail, organizationId, userId: to.id });
  }
}

async function takeFromAll(deps: Deps, limits: readonly RecipientLimit[], email: string): Promise<boolean> {
  const address = email.trim().toLowerCase();
  for (const limit of limits) {
    if (!(await takeFromRecipientLimit(deps, limit, { address, sender: null }))) return false;
  }
  return true;
}

/**
 * The organization whose administrators hear what is told to one: itself or, where it has none, the nearest above it that
 * has any. A customer often has none of its own. Undefined where nobody would be told.
 */
export async function findWhoIsTold(
  deps: { db: Transaction },
  organizationId: OrganizationId | null,
): Promise<Organization | undefined> {
  // With the service's rights: an administrator of an organization does not reach those above.
  return asService(deps.db, async (db) => {
    for (let next = organizationId; next !== null;) {
      const organization = await findOrganization({ db }, next);
      if (organization === undefined) return undefined;
      if ((await selectAdministrators(db, organization.id)).length > 0) return organization;
      next = organization.managingOrganizationId;
    }
    return undefined;
  });
}

/** As {@link mailAdministrators}, and to those above it: of the organization that manages it, or the nearest with any. */
export async function mailAdministratorsAbove(
  deps: Deps,
  organization: Pick<Organization, 'id' | 'path' | 'managingOrganizationId'>,
  mail: ComposedMail & { kind: MailKind },
): Promise<void> {
  await mailAdministrators(deps, organization, mail);
  const above = await findWhoIsTold(deps, organization.managingOrganizationId);
  if (above === undefined) return;
  await asService(deps.db, async (db) => mailAdministrators({ ...deps, db }, above, mail));
}

/**
 * As {@link mailAdministrators}, and to the user who caused it, often an administrator of the managing organization.
 * @param userId null for a program or the operator
 */
export async function mailAdministratorsAnd(
  deps: Deps,
  userId: UserId | null,
  organization: Pick<Organization, 'id' | 'path'>,
  mail: ComposedMail & { kind: MailKind },
): Promise<void> {
  await mailAdministrators(deps, organization, mail);
  const user = userId === null ? undefined : await selectUser(deps.db, userId);
  if (user === undefined || !mayLogIn(user, deps.clock.now())) return;
  if (user.organizationId === organization.id && user.consoleRole === 'administrator') return;
  const to = { ...user, organizationPath: organization.path };
  await postNotice(deps, to, { ...mail, organizationId: organization.id, userId: user.id });
}
