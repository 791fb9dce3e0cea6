import { Button } from '@mantine/core';
import { useState } from 'react';
import type { UserDetail } from '../../../src/api/contract/users.ts';
import { deliveryText } from '../../labels.tsx';
import { Card, Facts } from '../../parts/card.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Question } from '../../parts/form/question.tsx';
import { toast, toastProblem } from '../../parts/toast.ts';
import { shownError, useChange } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';

/** The open invitation of a pending user: its mail, how long it holds, send again, revoke. The link is never shown. */
export function InvitationCard({ user, mayEdit }: { user: UserDetail; mayEdit: boolean }) {
  const organizationId = user.organization.id;
  const [revoking, setRevoking] = useState(false);
  const resend = useChange('resendInvitation', () => toast(t('invitation.resent', { email: user.email })));
  const inviteAgain = useChange('inviteUsers', () => toast(t('invitation.resent', { email: user.email })));
  const revoke = useChange('revokeInvitation', () => {
    setRevoking(false);
    toast(t('invitation.revoked'));
  });
  const { invitation } = user;
  const send = (): void => {
    const onError = (error: unknown): void => {
      if (shownError(error) !== null) toastProblem(error);
    };
    if (invitation === null) {
      inviteAgain.mutate({ params: { organizationId }, body: { addresses: user.email } }, { onError });
    } else {
      resend.mutate({ params: { organizationId, invitationId: invitation.id } }, { onError });
    }
  };
  const actions = (
    <>
      {invitation !== null && (
        <Button variant="default" size="sm" onClick={() => setRevoking(true)}>
          {t('invitation.revoke')}
        </Button>
      )}
      <Button variant="default" size="sm" onClick={send} loading={resend.isPending || inviteAgain.isPending}>
        {t('invitation.resend')}
      </Button>
    </>
  );
  return (
    <Card title={t('invitation')} actions={mayEdit ? actions : undefined}>
      {invitation === null ? (
        <p className="soft">{t('invitation.none')}</p>
      ) : (
        <Facts
          rows={[
            [t('invitation.mail'), invitation.delivery === null ? null : deliveryText(invitation.delivery)],
            [t('invitation.sent-at'), <Moment key="sent" at={invitation.delivery?.sentAt} never={t('not-yet')} />],
            [t('invitation.error'), invitation.delivery?.lastError],
            [
              invitation.expired ? t('invitation.expired') : t('invitation.expires'),
              <Moment key="expires" at={invitation.expiresAt} />,
            ],
          ]}
        />
      )}
      <Question
        opened={revoking}
        title={t('invitation.revoke.title')}
        confirm={t('invitation.revoke')}
        danger
        busy={revoke.isPending}
        error={shownError(revoke.error)}
        onConfirm={() => {
          if (invitation !== null) revoke.mutate({ params: { organizationId, invitationId: invitation.id } });
        }}
        onClose={() => {
          revoke.reset();
          setRevoking(false);
        }}
      >
        {t('invitation.revoke.text', { email: user.email })}
      </Question>
    </Card>
  );
}
