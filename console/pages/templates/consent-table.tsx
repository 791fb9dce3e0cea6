import '../../texts/connections/add-templates.ts';
import { Button, Checkbox } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import type {
  ConnectionTemplate,
  ConsentOfOrganization,
  ConsentState,
} from '../../../src/api/contract/connections/templates.ts';
import type { Column } from '../../parts/list/data-list.tsx';
import { FilterChoice } from '../../parts/list/filter-choice.tsx';
import { Empty, NoMatch } from '../../parts/list/empty.tsx';
import { PagedList } from '../../parts/list/paged-list.tsx';
import { SearchField } from '../../parts/list/search-field.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StateChip, type Tone } from '../../parts/state-chip.tsx';
import { Question } from '../../parts/form/question.tsx';
import { toast } from '../../parts/toast.ts';
import { shownError, useAnswer, useChange } from '../../api/queries.ts';
import { dayOf, t } from '../../texts/t.ts';
import { PageFailure } from '../states.tsx';
import { ConsentsDialog } from './consents-dialog.tsx';

const place = getRouteApi('/connection-templates/$templateId');
const TONES: Record<ConsentState, Tone> = {
  'not-asked': 'idle',
  made: 'idle',
  sent: 'warn',
  expired: 'bad',
  consented: 'warn',
  failed: 'bad',
  tested: 'good',
  on: 'good',
};
const STATES = Object.keys(TONES) as ConsentState[];

/** Every organization below, with how far it is; several are chosen and asked, or turned on, at once. */
export function ConsentTable({ template, mayEdit }: { template: ConnectionTemplate; mayEdit: boolean }) {
  const { search, state, cursor, before } = place.useSearch();
  const navigate = useNavigate({ from: '/connection-templates/$templateId' });
  const [chosen, setChosen] = useState<ReadonlyMap<string, ConsentOfOrganization>>(new Map());
  const [doing, setDoing] = useState<'ask' | 'turn-on' | null>(null);
  const { id: templateId, organizationId } = template;
  const list = useAnswer(
    'listConsents',
    { params: { organizationId, templateId }, query: { search, state, cursor, limit: 50 } },
    { keep: true },
  );
  const onSearch = useCallback(
    (text: string) =>
      void navigate({ search: (old) => ({ state: old.state, search: text || undefined }), replace: true }),
    [navigate],
  );
  if (list.error !== null && list.data === undefined) {
    return <PageFailure error={list.error} reset={() => void list.refetch()} />;
  }
  const rows = list.data?.items ?? [];
  const total = list.data?.total ?? null;
  const choose = (lines: readonly ConsentOfOrganization[], on: boolean): void => {
    const next = new Map(chosen);
    for (const line of lines) {
      if (on) next.set(line.organization.id, line);
      else next.delete(line.organization.id);
    }
    setChosen(next);
  };
  // What is shown now counts, not what was when it was chosen.
  const now = [...chosen.values()].map(
    (line) => rows.find((row) => row.organization.id === line.organization.id) ?? line,
  );
  const askable = now.filter((line) => line.state !== 'on');
  const ready = now.filter((line) => line.state === 'tested');
  const filtered = search !== undefined || state !== undefined;
  const close = (): void => setDoing(null);
  const finish = (): void => {
    setDoing(null);
    setChosen(new Map());
  };
  return (
    <section className="card-list" aria-label={t('consents')}>
      <h2>{t('consents')}</h2>
      <div className="filters">
        <SearchField
          label={t('consents.search')}
          value={search ?? ''}
          onSearch={onSearch}
          found={total === null ? undefined : t('consents.count', { count: total })}
        />
        <FilterChoice
          label={t('state')}
          value={state}
          unchosen={t('consents.any-state')}
          options={STATES.map((value) => ({
            value,
            label: `${t(`consent.state.${value}`)} (${list.data?.states[value] ?? 0})`,
          }))}
          onChoose={(wanted) => void navigate({ search: (old) => ({ search: old.search, state: wanted }) })}
        />
      </div>
      {mayEdit && rows.length > 0 && (
        <div className="filters">
          <Checkbox
            label={t('consents.choose-page')}
            checked={rows.every((row) => chosen.has(row.organization.id))}
            onChange={(event) => choose(rows, event.currentTarget.checked)}
          />
          <span className="soft small" role="status">
            {t('consents.chosen', { count: chosen.size })}
          </span>
          <Button size="sm" disabled={askable.length === 0} onClick={() => setDoing('ask')}>
            {t('consents.ask')}
          </Button>
          <Button size="sm" variant="default" disabled={ready.length === 0} onClick={() => setDoing('turn-on')}>
            {t('consents.turn-on')}
          </Button>
        </div>
      )}
      <PagedList
        label={t('consents')}
        columns={columns(template, mayEdit, chosen, choose)}
        list={list}
        rowKey={(row) => row.organization.id}
        empty={
          filtered ? (
            <NoMatch onClear={() => void navigate({ search: {} })} />
          ) : (
            <Empty title={t('consents.none')} text={t('consents.none.text')} />
          )
        }
        place={{ cursor, before }}
        total={total}
      />
      {(['ask', 'turn-on'] as const).map((one) => (
        <ConsentsDialog
          key={one}
          doing={one}
          opened={doing === one}
          template={template}
          lines={one === 'ask' ? askable : ready}
          onClose={close}
          onDone={finish}
        />
      ))}
    </section>
  );
}

function columns(
  template: ConnectionTemplate,
  mayEdit: boolean,
  chosen: ReadonlyMap<string, ConsentOfOrganization>,
  choose: (lines: readonly ConsentOfOrganization[], on: boolean) => void,
): Column<ConsentOfOrganization>[] {
  return [
    {
      title: t('organizations.name'),
      cell: (row) => (
        <span className="row-choice">
          {mayEdit && (
            <Checkbox
              aria-label={t('consents.choose', { name: row.organization.name })}
              checked={chosen.has(row.organization.id)}
              onChange={(event) => choose([row], event.currentTarget.checked)}
            />
          )}
          <Link
            className="row-name"
            to="/managed-organizations/$organizationId"
            params={{ organizationId: row.organization.id }}
          >
            {row.organization.name}
          </Link>
        </span>
      ),
    },
    { title: t('state'), cell: (row) => <State row={row} /> },
    { title: t('consent.directory'), cell: (row) => <Directory row={row} /> },
    { title: t('consent.asked'), cell: (row) => <Asked row={row} /> },
    { title: t('nav.users'), cell: (row) => row.organization.users, end: true },
    ...(mayEdit
      ? [
          {
            title: t('consent.revoke'),
            actions: true,
            cell: (row: ConsentOfOrganization) => <Revoke template={template} row={row} />,
          },
        ]
      : []),
  ];
}

function State({ row }: { row: ConsentOfOrganization }) {
  return (
    <span className="row-lines">
      <StateChip tone={TONES[row.state]}>{t(`consent.state.${row.state}`)}</StateChip>
      {row.failure !== null && row.state === 'failed' && (
        <span className="soft small">
          {row.failure.what ?? row.failure.code} {row.failure.fix}
        </span>
      )}
    </span>
  );
}

function Directory({ row }: { row: ConsentOfOrganization }) {
  if (row.directoryId === null) return null;
  const name = row.testedBy;
  return (
    <span className="row-lines">
      <code>{row.directoryId}</code>
      {name !== null && (
        <span className="soft small">{t(row.ownDomain ? 'consent.by' : 'consent.foreign', { name })}</span>
      )}
    </span>
  );
}

function Asked({ row }: { row: ConsentOfOrganization }) {
  if (row.expiresAt === null) return null;
  return (
    <span className="row-lines">
      <span>
        <bdi dir="ltr">{row.email}</bdi> {row.sentAt !== null && <Moment at={row.sentAt} />}
      </span>
      {(row.state === 'sent' || row.state === 'made') && (
        <span className="soft small">{t('consent.valid', { day: dayOf(new Date(row.expiresAt)) })}</span>
      )}
    </span>
  );
}

function Revoke({ template, row }: { template: ConnectionTemplate; row: ConsentOfOrganization }) {
  const { id: managedOrganizationId, name } = row.organization;
  const [asking, setAsking] = useState(false);
  const revoke = useChange('revokeConsent', () => {
    setAsking(false);
    toast(t('consent.revoked', { name }));
  });
  if (row.state === 'not-asked' || row.state === 'on') return null;
  const params = { organizationId: template.organizationId, templateId: template.id };
  return (
    <>
      <Button variant="default" size="xs" onClick={() => setAsking(true)}>
        {t('consent.revoke')}
      </Button>
      <Question
        opened={asking}
        title={t('consent.revoke.title', { name })}
        confirm={t('consent.revoke')}
        danger
        busy={revoke.isPending}
        error={shownError(revoke.error)}
        onConfirm={() => revoke.mutate({ params, body: { managedOrganizationId } })}
        onClose={() => {
          revoke.reset();
          setAsking(false);
        }}
      >
        {t('consent.revoke.text')}
      </Question>
    </>
  );
}
