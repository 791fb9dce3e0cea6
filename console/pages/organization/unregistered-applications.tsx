import '../../texts/applications/add-unregistered.ts';
import { Button, Switch } from '@mantine/core';
import { useState } from 'react';
import type { UnregisteredApplication } from '../../../src/api/contract/applications/unregistered.ts';
import type { Organization } from '../../../src/api/contract/organizations.ts';
import { shownError, useAnswer, useChange, useMay } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { CardFailure } from '../../parts/card-failure.tsx';
import { Question } from '../../parts/form/question.tsx';
import { DataList } from '../../parts/list/data-list.tsx';
import type { Column } from '../../parts/list/data-list.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StateChip } from '../../parts/state-chip.tsx';
import { toast, toastProblem } from '../../parts/toast.ts';
import { t } from '../../texts/t.ts';

/** *Applications nobody registered*: whether people may log in to such, and those they have used. */
export function UnregisteredApplications({ organization }: { organization: Organization }) {
  const params = { organizationId: organization.id };
  const mayEdit = useMay('edit-authentication');
  const { data, error, refetch } = useAnswer('listUnregisteredApplications', { params });
  const change = useChange('changeOrganization', (now) =>
    toast(t(now.unregisteredApplications ? 'unregistered.on' : 'unregistered.off', { name: now.name })),
  );
  if (data === undefined && error !== null) {
    return <CardFailure title={t('unregistered.title')} error={error} again={refetch} />;
  }
  const isOn = organization.unregisteredApplications;
  return (
    <>
      <Card
        title={t('unregistered.title')}
        actions={isOn ? <StateChip tone="warn">{t('unregistered.weaker')}</StateChip> : undefined}
      >
        <Switch
          label={t('unregistered.switch')}
          description={t('unregistered.help')}
          checked={isOn}
          disabled={!mayEdit || change.isPending}
          onChange={(event) =>
            change.mutate(
              {
                params,
                body: { unregisteredApplications: event.currentTarget.checked, version: organization.version },
              },
              { onError: (problem) => (shownError(problem) === null ? undefined : toastProblem(problem)) },
            )
          }
        />
        <p className="soft small">{t('unregistered.hint')}</p>
        {isOn && data?.items.length === 0 && <p className="soft small">{t('unregistered.none')}</p>}
      </Card>
      {data !== undefined && data.items.length > 0 && <Used organization={organization} items={data.items} />}
    </>
  );
}

function Used({ organization, items }: { organization: Organization; items: UnregisteredApplication[] }) {
  const mayEdit = useMay('edit-applications');
  const [removed, setRemoved] = useState<UnregisteredApplication | null>(null);
  const paramsOf = ({ id }: UnregisteredApplication) => ({ organizationId: organization.id, applicationId: id });
  const block = useChange('blockUnregisteredApplication', ({ host, blockedAt }) =>
    toast(t(blockedAt === null ? 'unregistered.unblocked' : 'unregistered.blocked', { host })),
  );
  const removal = useChange('removeUnregisteredApplication', () => {
    toast(t('unregistered.removed', { host: removed?.host ?? '' }));
    setRemoved(null);
  });
  const actions = (each: UnregisteredApplication) => (
    <>
      <Button
        variant="default"
        size="sm"
        loading={block.isPending && block.variables.params.applicationId === each.id}
        onClick={() =>
          block.mutate(
            { params: paramsOf(each), body: { blocked: each.blockedAt === null } },
            { onError: (problem) => (shownError(problem) === null ? undefined : toastProblem(problem)) },
          )
        }
      >
        {t(each.blockedAt === null ? 'unregistered.block' : 'unregistered.unblock')}
      </Button>{' '}
      <Button variant="default" size="sm" onClick={() => setRemoved(each)}>
        {t('unregistered.remove')}
      </Button>
    </>
  );
  return (
    <Card title={t('unregistered.list')} bare>
      <DataList
        label={t('unregistered.list')}
        columns={[
          ...columns(organization),
          ...(mayEdit ? [{ title: t('unregistered.actions'), actions: true, cell: actions }] : []),
        ]}
        rows={items}
        rowKey={({ id }) => id}
        empty={null}
      />
      <Question
        opened={removed !== null}
        title={t('unregistered.remove.title', { host: removed?.host ?? '' })}
        confirm={t('unregistered.remove')}
        danger
        busy={removal.isPending}
        error={shownError(removal.error)}
        onConfirm={() => {
          if (removed !== null) removal.mutate({ params: paramsOf(removed) });
        }}
        onClose={() => {
          removal.reset();
          setRemoved(null);
        }}
      >
        <p>{t('unregistered.remove.text')}</p>
      </Question>
    </Card>
  );
}

function columns({ unregisteredApplications: isOn }: Organization): Column<UnregisteredApplication>[] {
  return [
    {
      title: t('unregistered.host'),
      cell: ({ host, clientId }) => (
        <bdi dir="ltr" title={clientId}>
          {host}
        </bdi>
      ),
    },
    { title: t('unregistered.calls-itself'), cell: ({ name }) => <bdi>{name}</bdi> },
    { title: t('unregistered.last-used'), cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} /> },
    {
      title: t('unregistered.state'),
      cell: ({ blockedAt }) => {
        if (blockedAt !== null) return <StateChip tone="bad">{t('unregistered.state.blocked')}</StateChip>;
        return <StateChip tone="idle">{t(isOn ? 'unregistered.state.allowed' : 'unregistered.state.off')}</StateChip>;
      },
    },
  ];
}
