import { deleteFactors } from './authenticator-store.ts';
import { deleteRecoveryCodes } from './recovery-code-store.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { inTransaction } from '../db/database.ts';
import type { Database } from '../db/database.ts';
import { composeMail } from '../mail/compose.ts';
import { postNotice } from '../mail/post-notice.ts';
import { requireFreshFactor } from '../organizations/access.ts';
import type { Caller } from '../organizations/access.ts';
import { endSessionsOfUser } from '../sessions/end-sessions.ts';
import type { Texts } from '../texts/catalog.ts';
import { readUserForChange, requireNotAbove } from '../users/manage-users.ts';
import type { WhichUser } from '../users/manage-users.ts';

/**
 * Removes a user's apps, security keys and recovery codes, so that the next login enrolls anew: the help for somebody who
 * lost them all. The password stays, sessions end, and the user is told by mail, because this is also what an
 * impostor would ask for.
 * @throws organization.not-found, caller.denied, caller.stale-factor, user.not-found
 */
export async function resetAuthenticators(
  deps: {
    db: Database;
    clock: Clock;
    secrets: SecretBox;
    texts: Texts;
  },
  caller: Caller,
  input: WhichUser,
): Promise<void> {
  await inTransaction(deps, async (deps) => {
    const { user, organization } = await readUserForChange(deps, caller, { ...input, permission: 'edit-users' });
    requireFreshFactor(caller, deps.clock.now());
    requireNotAbove(caller, user);
    const owner = { organizationId: organization.id, userId: user.id };
    const removed = await deleteFactors(deps.db, owner);
    await deleteRecoveryCodes(deps.db, owner);
    await recordEvent(deps, {
      ...owner,
      kind: 'authenticator.removed',
      actor: actorOf(caller),
      details: { email: user.email, all: removed },
    });
    await endSessionsOfUser(deps, actorOf(caller), { ...owner, reason: 'authenticators reset' });
    const t = deps.texts.default;
    await postNotice(
      deps,
      { ...user, organizationPath: organization.path },
      {
        ...composeMail(t, {
          subject: t('mail.authenticators-changed.subject'),
          heading: t('mail.authenticators-changed.heading'),
          paragraphs: [t('mail.authenticators-reset', { who: caller.name, email: user.email })],
          notes: [t('mail.authenticators-changed.alarm')],
        }),
        kind: 'authenticators-changed',
        ...owner,
      },
    );
  });
}
