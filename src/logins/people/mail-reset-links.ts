import { askForReset } from '../../authenticators/ask-for-reset.ts';
import { currentOrigin, withOrigin } from '../../audit/origin.ts';
import type { Origin } from '../../audit/origin.ts';
import { MINUTE } from '../../base/clock.ts';
import { rethrowUnless } from '../../base/errors.ts';
import type { UserId } from '../../base/ids.ts';
import { inTransaction } from '../../db/database.ts';
import { enqueueJob, enqueueJobs } from '../../jobs/enqueue-job.ts';
import { defineJob } from '../../jobs/job.ts';
import type { JobHandler } from '../../jobs/job.ts';
import { findAddressProof } from '../../users/address/prove-address.ts';
import type { EmailAddress } from '../../users/email-address.ts';
import { findUser, findUsersByAddress } from '../../users/find-users.ts';
import { mayLogIn } from '../../users/may-log-in.ts';
import type { User } from '../../users/user.ts';
import { acceptsPassword, findUsableMethod } from '../find-login-method.ts';

/** Who asked is kept for the audit log: the jobs run outside of the request. */
interface Asked {
  addressKey: string;
  origin: Origin;
}

export const RESET_LINKS = defineJob<Asked>('reset-links');
/** One for each user of the address: a failure is tried again for that user alone. */
export const RESET_LINK = defineJob<AskedOfUser>('reset-link');

interface AskedOfUser extends Asked {
  userId: UserId;
}

/** A link that comes later is not waited for any more. */
const GIVE_UP_AFTER = 15 * MINUTE;

type AskDeps = Parameters<typeof askForReset>[0];

/**
 * **Forgot password**: whoever the address belongs to is looked up and written to later, by a job. What is done now is the
 * same for every address, so its time tells nobody who is there; and a process that ends after its answer loses no link.
 */
export async function enqueueResetLinks(
  deps: Pick<AskDeps, 'db' | 'clock' | 'secrets'>,
  address: EmailAddress,
): Promise<void> {
  const payload = { addressKey: address.key, origin: currentOrigin() };
  await inTransaction(deps, async (deps) => enqueueJob(deps, { kind: RESET_LINKS, payload, organizationId: null }));
}

/** Looks up whose the address is, and leaves each of them to a job of their own, all written in one transaction. */
export function resetLinksHandler(deps: AskDeps): JobHandler<Asked> {
  return {
    kind: RESET_LINKS,
    giveUpAfter: GIVE_UP_AFTER,
    run: async ({ id, payload }) => {
      const users = await findUsersByAddress(deps, payload.addressKey);
      await inTransaction(deps, async (deps) =>
        enqueueJobs(
          deps,
          users.map(({ id: userId, organizationId }) => ({
            kind: RESET_LINK,
            payload: { ...payload, userId },
            organizationId,
            uniqueKey: `${id} ${userId}`,
          })),
        ),
      );
    },
  };
}

/** Mails a link to one of them who has a use for a password: by the organization's method, or as break-glass. */
export function resetLinkHandler(deps: AskDeps): JobHandler<AskedOfUser> {
  return {
    kind: RESET_LINK,
    giveUpAfter: GIVE_UP_AFTER,
    run: async ({ payload: { addressKey, userId, origin } }) =>
      withOrigin({ address: origin.network ?? '', browser: origin.browser ?? undefined }, async () => {
        const user = await findUser(deps, userId);
        // Asked for by an address that is theirs still.
        if (user?.emailKey === addressKey) await mailResetLink(deps, user);
      }),
  };
}

async function mailResetLink(deps: AskDeps, user: User): Promise<void> {
  if (user.status !== 'verified' || !mayLogIn(user, deps.clock.now())) return;
  const usable = await findUsableMethod(deps, user.organizationId, user.id);
  if (!user.breakGlass && (usable === undefined || !acceptsPassword(usable))) return;
  // A changed address that nobody proved may be a stranger's, by a slip.
  if ((await findAddressProof(deps, user)) !== undefined) return;
  const person = { userId: user.id, organizationId: user.organizationId, email: user.email };
  try {
    await askForReset(deps, person);
  } catch (error) {
    // Asked for too often: the answer was given, the mails sent before stand.
    rethrowUnless(error, 'request.too-many');
  }
}
