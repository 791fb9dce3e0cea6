/**
 * The new epoch of a restored database. What was redeemed, revoked or ended after the backup is as it was before in a copy
 * from then: a link that was used works again, and so does the session of somebody who was disabled since. So everything that
 * can be presented is void after a restore.
 *
 *   start-new-epoch.ts    the operation: one transaction, called before the restored database is served
 *   epoch-store.ts        the SQL, kind by kind
 *   redeemable-tables.ts  which tables hold something redeemable, and which of them are left alone and why
 */
import {
  deleteDeviceCodes,
  deleteJobs,
  deleteKeptAnswers,
  deleteTests,
  deleteTokens,
  endAddressProofs,
  revokeConsentLinks,
  revokeInvitationLinks,
  endLogins,
  revokeSetupLinks,
  enterService,
  giveUpMails,
  revokeApiTokens,
  revokeResetLinks,
} from './epoch-store.ts';
import type { Ended } from './epoch-store.ts';
import type { Actor } from '../../audit/audit-event.ts';
import { recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { inTransaction } from '../../db/database.ts';
import type { Transaction } from '../../db/database.ts';
import type { OpenDatabase } from '../../db/open-database.ts';
import { RESET_LINK, RESET_LINKS } from '../../logins/people/mail-reset-links.ts';
import { MAIL_JOB, URGENT_MAIL_JOB } from '../../mail/post-mail.ts';
import { findRootOrganization } from '../../organizations/find-organization.ts';
import { endEverySession } from '../../sessions/end-sessions.ts';

/** How many of each kind a new epoch made void. */
export type EndedCounts = Record<Ended | 'sessions', number>;

/** What sends a mail that may have been sent since the backup. */
const MAILING = [MAIL_JOB, URGENT_MAIL_JOB, RESET_LINKS, RESET_LINK].map(({ name }) => name);

/**
 * Makes everything void that was redeemable before a restore, and records it in the log of the root organization. Run on the
 * restored database, migrated to this version, before anything serves it; to run it again changes nothing but what was made
 * meanwhile.
 *
 * People keep passwords, second factors and recovery codes, applications their client secrets. Two things cannot be called
 * back: access tokens in the JWT format that an API verifies by itself (they live minutes), and what was mailed.
 * @param input.takenAt from which moment the data is
 */
export async function startNewEpoch(
  deps: { database: Pick<OpenDatabase, 'migrating'>; clock: Clock; secrets: SecretBox },
  actor: Actor,
  input: { takenAt: Date },
): Promise<EndedCounts> {
  // On the connection without deadlines: what is answered within seconds in a request may be millions of rows here.
  return deps.database.migrating(async (db) =>
    inTransaction({ ...deps, db }, async (inside) => revokeEverything(inside, actor, input)),
  );
}

async function revokeEverything(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox },
  actor: Actor,
  input: { takenAt: Date },
): Promise<EndedCounts> {
  const { db } = deps;
  const now = deps.clock.now();
  await enterService(db);
  const ended: EndedCounts = {
    sessions: await endEverySession(deps),
    tokens: await deleteTokens(db),
    deviceCodes: await deleteDeviceCodes(db),
    logins: await endLogins(db, now),
    invitations: await revokeInvitationLinks(db, now),
    resetLinks: await revokeResetLinks(db, now),
    setupLinks: await revokeSetupLinks(db, now),
    consentLinks: await revokeConsentLinks(db, now),
    tests: await deleteTests(db),
    addressCodes: await endAddressProofs(db, now),
    apiTokens: await revokeApiTokens(db, now),
    keptAnswers: await deleteKeptAnswers(db),
    mails: await giveUpMails(db, now),
    jobs: await deleteJobs(db, MAILING),
  };
  const root = await findRootOrganization(deps);
  // Without one nobody has set the service up.
  if (root !== undefined) {
    const details = { takenAt: input.takenAt.toISOString(), ended };
    await recordEvent(deps, { organizationId: root.id, kind: 'installation.restored', actor, details });
  }
  return ended;
}
