import { Button } from '@mantine/core';
import { useId, useState } from 'react';
import type { Authentication } from '../../../src/api/contract/authentication.ts';
import type { SetupLink } from '../../../src/api/contract/connections/setup-links.ts';
import { shownError, useChange } from '../../api/queries.ts';
import { Facts } from '../../parts/card.tsx';
import { Question } from '../../parts/form/question.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StateChip, type Tone } from '../../parts/state-chip.tsx';
import { toast } from '../../parts/toast.ts';
import { t } from '../../texts/t.ts';
import { Draft } from './draft.tsx';

const TONES: Record<SetupLink['state'], Tone> = {
  sent: 'idle',
  opened: 'warn',
  'handed-over': 'warn',
  'turned-on': 'good',
  'next-secret': 'warn',
  'secret-in-use': 'good',
  discarded: 'idle',
  expired: 'idle',
  revoked: 'idle',
};

interface ItemProps {
  link: SetupLink;
  authentication: Authentication;
  mayEdit: boolean;
}

/** One setup link: how far it got, and its draft once it was handed over. */
export function SetupLinkItem({ link, authentication, mayEdit }: ItemProps) {
  const id = useId();
  const { state, email, step } = link;
  const open = state === 'sent' || state === 'opened';
  return (
    <li className="domain" aria-labelledby={id}>
      <div className="domain-head">
        <h3 id={id}>
          <bdi dir="ltr">{email}</bdi>
        </h3>
        <StateChip tone={TONES[state]}>{t(`setup-link.state.${state}`)}</StateChip>
        {mayEdit && open && (
          <div className="domain-actions">
            <Revoke link={link} organizationId={authentication.organization.id} />
          </div>
        )}
      </div>
      {state === 'handed-over' ? (
        <Draft link={link} authentication={authentication} mayEdit={mayEdit} />
      ) : (
        <Facts
          rows={[
            [t('setup-link.step'), state === 'opened' && step !== null ? t(`setup-link.step.${step}`) : null],
            [t('setup-link.made-by'), link.madeBy],
            [t('setup-link.made-at'), <Moment key="made" at={link.createdAt} />],
            [t('setup-link.opened-at'), link.openedAt === null ? null : <Moment key="opened" at={link.openedAt} />],
            [
              t('setup-link.reminded-at'),
              link.remindedAt === null ? null : <Moment key="reminded" at={link.remindedAt} />,
            ],
            [t('setup-link.expires-at'), open ? <Moment key="expires" at={link.expiresAt} /> : null],
          ]}
        />
      )}
    </li>
  );
}

function Revoke({ link, organizationId }: { link: SetupLink; organizationId: string }) {
  const [asking, setAsking] = useState(false);
  const revoke = useChange('revokeSetupLink', () => {
    setAsking(false);
    toast(t('setup-link.revoked', { email: link.email }));
  });
  return (
    <>
      <Button
        variant="default"
        size="sm"
        onClick={() => setAsking(true)}
        aria-label={t('setup-link.revoke.label', { email: link.email })}
      >
        {t('setup-link.revoke')}
      </Button>
      <Question
        opened={asking}
        title={t('setup-link.revoke.title', { email: link.email })}
        confirm={t('setup-link.revoke.confirm')}
        danger
        busy={revoke.isPending}
        error={shownError(revoke.error)}
        onConfirm={() => revoke.mutate({ params: { organizationId, setupLinkId: link.id } })}
        onClose={() => {
          revoke.reset();
          setAsking(false);
        }}
      >
        {t('setup-link.revoke.text')}
      </Question>
    </>
  );
}
