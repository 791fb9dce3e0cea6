import { askForReset } from '../../authenticators/ask-for-reset.ts';
import { currentOrigin, withOrigin } from '../../audit/origin.ts';
import type { Origin } from '../../audit/origin.ts';
import { rethrowUnless } from '../../base/errors.ts';
import { inTransaction } from '../../db/database.ts';
import { enqueueJob } from '../../jobs/enqueue-job.ts';
import { defineJob } from '../../jobs/job.ts';
import type { JobHandler } from '../../jobs/job.ts';
import { findAddressProof } from '../../users/address/prove-address.ts';
import type { EmailAddress } from '../../users/email-address.ts';
import { findUsersByAddress } from '../../users/find-users.ts';
import { mayLogIn } from '../../users/may-log-in.ts';
import { acceptsPassword, findUsableMethod } from '../find-login-method.ts';

/** Who asked is kept for the audit log: the job runs outside of the request. */
const RESET_LINKS = defineJob<{ addressKey: string; origin: Origin }>('reset-links');

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

/** Mails a link to each user of the address who has a use for a password: by the organization's method, or as break-glass. */
export function resetLinksHandler(deps: AskDeps): JobHandler<{ addressKey: string; origin: Origin }> {
  return {
    kind: RESET_LINKS,
    giveUpAfter: 15 * 60,
    run: async ({ payload: { addressKey, origin } }) =>
      withOrigin({ address: origin.network ?? '', browser: origin.browser ?? undefined }, async () =>
        mailResetLinks(deps, addressKey),
      ),
  };
}

async function mailResetLinks(deps: AskDeps, addressKey: string): Promise<void> {
  const now = deps.clock.now();
  for (const user of await findUsersByAddress(deps, addressKey)) {
    if (user.status !== 'verified' || !mayLogIn(user, now)) continue;
    const usable = await findUsableMethod(deps, user.organizationId, user.id);
    if (!user.breakGlass && (usable === undefined || !acceptsPassword(usable))) continue;
    // A changed address that nobody proved may be a stranger's, by a slip.
    if ((await findAddressProof(deps, user)) !== undefined) continue;
    const person = { userId: user.id, organizationId: user.organizationId, email: user.email };
    try {
      await askForReset(deps, person);
    } catch (error) {
      // Asked for too often: the answer was given, the mails sent before stand.
      rethrowUnless(error, 'request.too-many');
    }
  }
}
