import { furthest } from './prepare-draft.ts';
import { auditFacts, holderOf } from './setup-invitation.ts';
import type { SetupInvitation } from './setup-invitation.ts';
import { lockSetup } from './open-setup.ts';
import { testResult } from './test-draft.ts';
import { updateSetup } from './setup-store.ts';
import type { SetupMailDeps } from './invite-setup.ts';
import { describeConnection } from '../connection-settings.ts';
import { selectDraft } from '../connection-store.ts';
import { deleteUnusedSet } from '../keys/client-key-store.ts';
import { currentOrigin } from '../../audit/origin.ts';
import { recordEvent } from '../../audit/record-event.ts';
import { AppError } from '../../base/errors.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';
import { inTransaction } from '../../db/database.ts';
import { composeMail } from '../../mail/compose.ts';
import { consolePage } from '../../organizations/console-page.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import { mailAdministratorsAnd } from '../../users/mail-administrators.ts';

/**
 * Hands the draft over to the administrators, who are mailed: nothing can be entered after that.
 * @throws setup-link.ended, also for a link without a draft
 */
export async function handOverDraft(
  deps: SetupMailDeps & { connectors: Connectors },
  invitation: SetupInvitation,
): Promise<void> {
  await inTransaction(deps, async (deps) => {
    const locked = await lockSetup(deps, invitation);
    const { organizationId, connectionId, email } = locked;
    const organization = await findOrganization(deps, organizationId);
    const draft = connectionId === null ? undefined : await selectDraft(deps.db, organizationId, connectionId);
    if (organization === undefined || draft === undefined)
      throw new AppError('setup-link.ended', { detail: 'no draft' });
    // Made for a way that was left again.
    const { clientKeySetId: made } = locked;
    if (made !== null && made !== draft.clientKeySetId) await deleteUnusedSet(deps.db, organizationId, made);
    await updateSetup(deps.db, locked, {
      ...(await testResult(deps, locked)),
      handedOverAt: deps.clock.now(),
      handedOverFrom: currentOrigin().network,
      step: furthest(locked.step, 'hand-over'),
    });
    const { settings, hosts, host } = describeConnection(deps, draft);
    const { method, issuer, credential, redirectUri } = draft;
    await recordEvent(deps, {
      organizationId,
      kind: 'setup-link.handed-over',
      actor: holderOf(locked),
      details: { ...settings, ...auditFacts(locked), method, issuer, credential, redirectUri, hosts },
    });
    const t = deps.texts.default;
    const values = { organization: organization.name, email, host };
    await mailAdministratorsAnd(deps, locked.invitedBy, organization, {
      ...composeMail(t, {
        subject: t('mail.draft.subject', values),
        heading: t('mail.draft.subject', values),
        paragraphs: [t('mail.draft.lead', values), t('mail.draft.then')],
        button: { label: t('mail.draft.button'), url: consolePage(deps.config.publicUrl, organizationId) },
        notes: [t('mail.draft.unexpected', values)],
      }),
      kind: 'draft-handed-over',
    });
  });
}
