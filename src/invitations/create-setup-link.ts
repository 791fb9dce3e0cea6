import { insertSetupLink } from './setup-link-store.ts';
import { HOUR, after } from '../base/clock.ts';
import type { Clock, Seconds } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { parsePlainName } from '../base/plain-name.ts';
import { randomSecret, randomUuid, sha256 } from '../base/random.ts';
import type { Database } from '../db/database.ts';
import { findRootOrganization } from '../organizations/find-organization.ts';
import { parseEmailAddress } from '../users/email-address.ts';

export const SETUP_LINK_LIFETIME: Seconds = HOUR;

/**
 * Makes a link for whoever runs the service: it creates the root organization and its first administrator. Valid an hour;
 * printed on the terminal, never stored.
 * @throws setup.closed when the service is set up, email.malformed, input.malformed
 */
export async function createSetupLink(
  deps: { db: Database; clock: Clock; config: { publicUrl: URL } },
  proposal: { organizationName?: string; email?: string } = {},
): Promise<{ url: string; expiresAt: Date }> {
  if ((await findRootOrganization(deps)) !== undefined) throw new AppError('setup.closed');
  const now = deps.clock.now();
  const secret = randomSecret();
  const expiresAt = after(now, SETUP_LINK_LIFETIME);
  await insertSetupLink(
    deps.db,
    {
      id: randomUuid(),
      tokenHash: sha256(secret),
      organizationName:
        proposal.organizationName === undefined ? null : parsePlainName('organization', proposal.organizationName),
      email: proposal.email === undefined ? null : parseEmailAddress(proposal.email).email,
      expiresAt,
    },
    now,
  );
  return { url: new URL(`/login/setup/${secret}`, deps.config.publicUrl).href, expiresAt };
}
