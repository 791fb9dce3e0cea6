import { CONSENT_LIFETIME, consentFacts, consentMailKey, consentPath } from './consent.ts';
import { deleteConsent, putConsent, selectConsent } from './consent-store.ts';
import { mayUseTemplatesOf } from './template.ts';
import type { ConnectionTemplate } from './template.ts';
import { selectTemplate } from './template-store.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import { DAY, after } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId, TemplateId } from '../../base/ids.ts';
import { randomSecret, randomUuid, sha256 } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database, Inside } from '../../db/database.ts';
import { composeMail } from '../../mail/compose.ts';
import { postMail, revokeMail } from '../../mail/post-mail.ts';
import { senderOf } from '../../mail/post-notice.ts';
import { takeFromRecipientLimit } from '../../mail/recipient-limit.ts';
import type { RecipientLimit } from '../../mail/recipient-limit.ts';
import { requireAccess, requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { findOrganization, keepOrganization } from '../../organizations/find-organization.ts';
import type { Organization } from '../../organizations/organization.ts';
import type { Texts } from '../../texts/catalog.ts';
import { parseEmailAddress } from '../../users/email-address.ts';

/** To one address in a day, over all organizations and from one customer of the root with all it manages. */
const TO_ONE_ADDRESS: RecipientLimit = { name: 'consent-link', overall: 60, bySender: 60 };

export interface ConsentDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  texts: Texts;
  config: { publicUrl: URL };
}

/** A template of one organization, and another organization that is to use it. */
export interface ConsentPlace {
  /** Who keeps the template. */
  ownerId: OrganizationId;
  templateId: TemplateId;
  organizationId: OrganizationId;
}

/**
 * Makes the consent link of an organization, anew where there was one: the newest link alone works.
 * @param input.send mail it; it is shown this once in either case, and stored as a hash
 * @throws organization.not-found, caller.denied, caller.stale-factor, template.not-found, template.not-above, consent.on,
 *   email.malformed, request.too-many
 */
export async function askConsent(
  deps: ConsentDeps,
  caller: Caller,
  input: ConsentPlace & { email: string; send: boolean },
): Promise<{ url: string; expiresAt: Date }> {
  requireFreshFactor(caller, deps.clock.now());
  return inTransaction(deps, async (deps) => {
    const { template, organization, owner } = await findPlace(deps, caller, input);
    const before = await selectConsent(deps.db, organization.id, template.id, { lock: true });
    if (before !== undefined && before.turnedOnAt !== null) throw new AppError('consent.on');
    const { email, key } = parseEmailAddress(input.email);
    const now = deps.clock.now();
    const secret = randomSecret();
    const consent = {
      id: before?.id ?? randomUuid(),
      templateId: template.id,
      organizationId: organization.id,
      email,
      askedByKind: caller.kind,
      askedBy: caller.id,
      askedByName: caller.name,
      madeAt: now,
      sentAt: input.send ? now : null,
      expiresAt: after(now, CONSENT_LIFETIME),
    };
    if (before !== undefined) await revokeMail(deps, consentMailKey(before.id));
    await putConsent(deps.db, consent, sha256(secret));
    const url = new URL(consentPath(secret), deps.config.publicUrl).href;
    if (input.send) {
      const recipient = { address: key, sender: senderOf(organization.path) };
      if (!(await takeFromRecipientLimit(deps, TO_ONE_ADDRESS, recipient))) {
        throw new AppError('request.too-many', { detail: 'consent links to one address', values: { seconds: DAY } });
      }
      await mailLink(deps, { organization, owner, consent, url });
    }
    const details = {
      ...consentFacts(consent, template),
      mailed: input.send,
      expiresAt: consent.expiresAt.toISOString(),
    };
    const event = { organizationId: organization.id, kind: 'consent.asked', actor: actorOf(caller) } as const;
    await recordEvent(deps, { ...event, details });
    return { url, expiresAt: consent.expiresAt };
  });
}

/**
 * Ends a link, and forgets what was found out through it.
 * @throws organization.not-found, caller.denied, template.not-found, template.not-above, consent.none, consent.on
 */
export async function revokeConsent(
  deps: { db: Database; clock: Clock },
  caller: Caller,
  input: ConsentPlace,
): Promise<void> {
  await inTransaction(deps, async (deps) => {
    const { template, organization } = await findPlace(deps, caller, input);
    const consent = await selectConsent(deps.db, organization.id, template.id, { lock: true });
    if (consent === undefined) throw new AppError('consent.none');
    if (consent.turnedOnAt !== null) throw new AppError('consent.on');
    await deleteConsent(deps.db, consent);
    await revokeMail(deps, consentMailKey(consent.id));
    const event = { organizationId: organization.id, kind: 'consent.revoked', actor: actorOf(caller) } as const;
    await recordEvent(deps, { ...event, details: consentFacts(consent, template) });
  });
}

/**
 * The template and the organization that is to use it, which its owner manages; both are kept until the transaction ends. The owner is looked for first: who does not
 * reach it learns nothing of its templates.
 * @throws organization.not-found, caller.denied, template.not-found, template.not-above
 */
export async function findPlace(
  deps: Inside<{ db: Database }>,
  caller: Caller,
  { ownerId, templateId, organizationId }: ConsentPlace,
): Promise<{ template: ConnectionTemplate; owner: Organization; organization: Organization }> {
  const owner = requireAccess(caller, 'edit-authentication', await findOrganization(deps, ownerId));
  const kept = await keepOrganization(deps, organizationId);
  const organization = requireAccess(caller, 'edit-authentication', kept);
  const template = await selectTemplate(deps.db, ownerId, templateId, 'keep');
  if (template === undefined) throw new AppError('template.not-found');
  if (!mayUseTemplatesOf(owner, organization)) throw new AppError('template.not-above');
  return { template, owner, organization };
}

async function mailLink(
  deps: Inside<ConsentDeps>,
  about: {
    organization: Organization;
    owner: Organization;
    consent: { id: string; email: string; askedByName: string; expiresAt: Date };
    url: string;
  },
): Promise<void> {
  const t = deps.texts.default;
  const { organization, owner, consent, url } = about;
  const values = {
    organization: organization.name,
    managing: owner.name,
    inviter: consent.askedByName,
    date: consent.expiresAt,
  };
  const mail = composeMail(t, {
    subject: t('mail.consent.subject', values),
    heading: t('mail.consent.subject', values),
    paragraphs: [t('mail.consent.lead', values), t('mail.consent.what', values)],
    button: { label: t('mail.consent.button'), url },
    notes: [t('mail.consent.valid', values), t('mail.consent.forward'), t('mail.consent.unexpected', values)],
  });
  await postMail(deps, {
    ...mail,
    kind: 'consent-link',
    byAdministrator: true,
    recipient: consent.email,
    organizationId: organization.id,
    carries: { replaceKey: consentMailKey(consent.id), expiresAt: consent.expiresAt, urgent: false },
  });
}
