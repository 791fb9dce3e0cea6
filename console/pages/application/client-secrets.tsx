import { Button, Modal, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import type { ApplicationSecret } from '../../../src/api/contract/applications/client-secrets.ts';
import type { Application } from '../../../src/api/contract/applications.ts';
import { shownError, useAnswer, useChange } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { CardFailure } from '../../parts/card-failure.tsx';
import { DialogActions } from '../../parts/form/dialog-actions.tsx';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { Question } from '../../parts/form/question.tsx';
import { DataList } from '../../parts/list/data-list.tsx';
import type { Column } from '../../parts/list/data-list.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StateChip } from '../../parts/state-chip.tsx';
import { toast } from '../../parts/toast.ts';
import { moment, t } from '../../texts/t.ts';
import { SecretDialog } from './secret-dialog.tsx';

/** How long the secret before stays valid, in hours; as the service allows it. */
const OVERLAPS = ['168', '720', '24', '1', '0'] as const;

interface CardProps {
  application: Application;
  mayEdit: boolean;
}

/** The client secrets of an application: the newest, and the one that it replaces until its overlap ends. */
export function ClientSecrets({ application, mayEdit }: CardProps) {
  const params = { organizationId: application.organization.id, applicationId: application.id };
  const { data, error, refetch } = useAnswer('listApplicationSecrets', { params });
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  const [removed, setRemoved] = useState<ApplicationSecret | null>(null);
  const removal = useChange('removeApplicationSecret', () => {
    setRemoved(null);
    toast(t('secret.removed'));
  });
  if (data === undefined && error !== null) {
    return <CardFailure title={t('secrets.title')} error={error} again={refetch} />;
  }
  const isEnded = ({ expiresAt }: ApplicationSecret): boolean =>
    expiresAt !== null && new Date(expiresAt) <= new Date();
  const live = data?.items.filter((each) => !isEnded(each)) ?? [];
  const columns: Column<ApplicationSecret>[] = [
    { title: t('secret.made'), cell: (secret) => <Made secret={secret} /> },
    {
      title: t('secret.last-used'),
      cell: (secret) => <Moment at={secret.lastUsedAt} never={t('secret.never-used')} />,
    },
    {
      title: t('secret.valid'),
      cell: (secret) =>
        secret.expiresAt === null ? (
          <StateChip tone="good">{t('secret.valid.newest')}</StateChip>
        ) : (
          <StateChip tone={isEnded(secret) ? 'idle' : 'warn'}>
            {t(isEnded(secret) ? 'secret.ended' : 'secret.ends', { at: moment(new Date(secret.expiresAt)) })}
          </StateChip>
        ),
    },
    ...(mayEdit
      ? [
          {
            title: t('secret.actions'),
            actions: true,
            // The only one left cannot be removed.
            cell: (secret: ApplicationSecret) =>
              live.length > 1 || isEnded(secret) ? (
                <Button variant="default" size="sm" onClick={() => setRemoved(secret)}>
                  {t('secret.remove')}
                </Button>
              ) : null,
          },
        ]
      : []),
  ];
  const action = (
    <Button variant="default" size="sm" onClick={() => setMaking(true)}>
      {t('secret.make')}
    </Button>
  );
  return (
    <Card title={t('secrets.title')} actions={mayEdit ? action : undefined} bare>
      <DataList
        label={t('secrets.title')}
        columns={columns}
        rows={data?.items}
        rowKey={({ id }) => id}
        empty={null}
        skeletonRows={1}
      />
      <Modal
        opened={making}
        onClose={() => setMaking(false)}
        title={t('secret.make.title')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {making && live.length > 1 && (
          <div className="question">
            <p>{t('secret.two')}</p>
            <div className="question-actions">
              <Button onClick={() => setMaking(false)} data-autofocus>
                {t('close')}
              </Button>
            </div>
          </div>
        )}
        {making && live.length < 2 && (
          <MakeSecret
            application={application}
            onMade={(secret) => {
              setMaking(false);
              setMade(secret);
            }}
            onClose={() => setMaking(false)}
          />
        )}
      </Modal>
      <Question
        opened={removed !== null}
        title={t('secret.remove.title')}
        confirm={t('secret.remove')}
        danger
        busy={removal.isPending}
        error={shownError(removal.error)}
        onConfirm={() => {
          if (removed !== null) removal.mutate({ params: { ...params, secretId: removed.id } });
        }}
        onClose={() => {
          removal.reset();
          setRemoved(null);
        }}
      >
        <p>
          {removed === null || removed.lastUsedAt === null
            ? t('secret.remove.unused', { name: application.name })
            : t('secret.remove.used', { name: application.name, at: moment(new Date(removed.lastUsedAt)) })}
        </p>
      </Question>
      <SecretDialog secret={made === null ? null : { application, clientSecret: made }} onClose={() => setMade(null)} />
    </Card>
  );
}

function Made({ secret }: { secret: ApplicationSecret }) {
  if (secret.madeAt === null) return <span className="soft">{t('secret.made.unknown')}</span>;
  return (
    <span className="row-lines">
      <Moment at={secret.madeAt} />
      {secret.madeBy !== null && <span className="soft small">{t('secret.made.by', { name: secret.madeBy })}</span>}
    </span>
  );
}

interface MakeProps {
  application: Application;
  onMade: (clientSecret: string) => void;
  onClose: () => void;
}

function MakeSecret({ application, onMade, onClose }: MakeProps) {
  const [overlap, setOverlap] = useState<string>(OVERLAPS[0]);
  const make = useChange('makeApplicationSecret', ({ clientSecret }) => onMade(clientSecret));
  return (
    <form
      className="question"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate({
          params: { organizationId: application.organization.id, applicationId: application.id },
          body: { overlapHours: Number(overlap) },
        });
      }}
    >
      <p>{t('secret.make.text', { name: application.name })}</p>
      <NativeSelect
        label={t('secret.overlap')}
        description={overlap === '0' ? t('secret.overlap.none', { name: application.name }) : t('secret.overlap.help')}
        data={OVERLAPS.map((value) => ({ value, label: t(`secret.overlap.${value}`) }))}
        value={overlap}
        onChange={(event) => setOverlap(event.currentTarget.value)}
        data-autofocus
      />
      <FormProblem error={shownError(make.error)} />
      <DialogActions confirm={t('secret.make')} danger={overlap === '0'} busy={make.isPending} onClose={onClose} />
    </form>
  );
}
