import { MAILED_FOR, trialPath } from './trial.ts';
import type { Trial } from './trial.ts';
import { insertRun, selectRuns, selectTrial, updateExpiry } from './trial-store.ts';
import { connectorOf } from '../connection-settings.ts';
import { readTested } from './open-trial.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import { after, DAY } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId, TrialId } from '../../base/ids.ts';
import { randomSecret, randomUuid, sha256 } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';
import type { Transaction } from '../../db/database.ts';
import { composeMail } from '../../mail/compose.ts';
import { postMail } from '../../mail/post-mail.ts';
import { senderOf } from '../../mail/post-notice.ts';
import { takeFromRecipientLimit } from '../../mail/recipient-limit.ts';
import { requireAccess } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { keepOrganization } from '../../organizations/find-organization.ts';
import type { Organization } from '../../organizations/organization.ts';
import type { Texts } from '../../texts/catalog.ts';
import { parseEmailAddress } from '../../users/email-address.ts';

/** People one test may be mailed to. */
const MOST_MAILED = 10;
/** In a day: to one address, over all organizations and from one customer of the root with all it manages; from that one in all. */
const MOST_TO_ONE_ADDRESS = { name: 'trial', overall: 10, bySender: 5, bySenderInAll: 100 };

interface Deps {
  db: Transaction;
  clock: Clock;
  secrets: SecretBox;
  connectors: Connectors;
  texts: Texts;
  publicUrl: string;
}

/**
 * Mails a link that lets one person make the round trip of a test, for seven days; the settings are kept as long. The
 * person needs no account and sees its own result.
 * @throws organization.not-found, caller.denied, trial.not-found, email.malformed, request.too-many
 */
export async function mailTrial(
  deps: Deps,
  caller: Caller,
  input: { organizationId: OrganizationId; id: TrialId; email: string },
): Promise<void> {
  const { organizationId, id } = input;
  const organization = requireAccess(caller, 'edit-authentication', await keepOrganization(deps, organizationId));
  const { email, key } = parseEmailAddress(input.email);
  const now = deps.clock.now();
  const trial = await selectTrial(deps.db, organizationId, id, { lock: true });
  if (trial === undefined || trial.expiresAt <= now) throw new AppError('trial.not-found');
  const mailed = (await selectRuns(deps.db, organizationId, [id])).filter(({ recipient }) => recipient !== null);
  const limited = mailed.length >= MOST_MAILED;
  const sender = senderOf(organization.path);
  if (limited || !(await takeFromRecipientLimit(deps, MOST_TO_ONE_ADDRESS, { address: key, sender }))) {
    throw new AppError('request.too-many', { detail: 'mailed tests', values: { seconds: DAY } });
  }
  const expiresAt = after(now, MAILED_FOR);
  const link = randomSecret();
  const run = { id: randomUuid(), trialId: id, organizationId, recipient: email, createdAt: now, expiresAt };
  await insertRun(deps.db, run, sha256(link));
  await updateExpiry(deps.db, trial, expiresAt);
  await postMail(deps, {
    ...(await compose(deps, caller, organization, trial, link)),
    kind: 'trial',
    byAdministrator: true,
    recipient: email,
    organizationId,
    carries: { replaceKey: `trial ${run.id}`, expiresAt, urgent: false },
  });
  const details = { email, expiresAt: expiresAt.toISOString() };
  await recordEvent(deps, { organizationId, kind: 'trial.mailed', actor: actorOf(caller), details });
}

async function compose(deps: Deps, caller: Caller, organization: Organization, trial: Trial, link: string) {
  const t = deps.texts.default;
  const { settings } = await readTested(deps, trial);
  const { host } = connectorOf(deps, trial.method).describe(settings);
  const about = { organization: organization.name, who: caller.name, host };
  return composeMail(t, {
    subject: t('mail.trial.subject', about),
    heading: t('mail.trial.subject', about),
    paragraphs: [t('mail.trial.lead', about), t('mail.trial.how', about)],
    button: { label: t('mail.trial.button'), url: new URL(trialPath(link), deps.publicUrl).href },
    notes: [t('mail.trial.valid'), t('mail.trial.unexpected')],
  });
}
