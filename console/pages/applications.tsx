import '../texts/applications/add-applications.ts';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ListedApplication } from '../../src/api/contract/applications.ts';
import type { Column } from '../parts/list/data-list.tsx';
import { OwnedList } from '../parts/list/owned-list.tsx';
import { StateChip } from '../parts/state-chip.tsx';
import { useAnswer, useMay, useMe } from '../api/queries.ts';
import { dayOf, t } from '../texts/t.ts';
import { ApplicationChip } from './application/health/application-chip.tsx';
import { PageFailure } from './states.tsx';

const place = getRouteApi('/applications');

/** *Applications* that one's organization owns. */
export function ApplicationsPage() {
  const at = place.useSearch();
  const navigate = useNavigate({ from: '/applications' });
  const { organization } = useMe();
  const mayEdit = useMay('edit-applications');
  const list = useAnswer(
    'listApplications',
    { params: { organizationId: organization.id }, query: { search: at.search, cursor: at.cursor, limit: 20 } },
    { keep: true },
  );
  const onSearch = useCallback(
    (text: string) => void navigate({ search: { search: text || undefined }, replace: true }),
    [navigate],
  );
  if (list.error !== null && list.data === undefined) {
    return <PageFailure error={list.error} reset={() => void list.refetch()} />;
  }
  const total = list.data?.total ?? null;
  const guides = (
    <Link className="button-link" data-quiet data-tall to="/applications/guides">
      {t('applications.guides')}
    </Link>
  );
  const register = mayEdit ? (
    <Link className="button-link" data-tall to="/applications/register">
      {t('applications.register')}
    </Link>
  ) : undefined;
  return (
    <OwnedList
      title={t('nav.applications')}
      line={t('applications.line', { name: organization.name })}
      list={list}
      columns={columns()}
      place={at}
      search={{
        label: t('applications.search'),
        onSearch,
        found: total === null ? undefined : t('applications.count', { count: total }),
      }}
      total={total}
      none={{ title: t('applications.none'), text: t('applications.none.text') }}
      add={register}
      also={guides}
    />
  );
}

/** The host an application answers at, or its scheme for one on a device. */
function addressOf(uri: string | undefined): string {
  if (uri === undefined || !URL.canParse(uri)) return '';
  const url = new URL(uri);
  return url.host === '' ? url.protocol : url.host;
}

function columns(): Column<ListedApplication>[] {
  return [
    {
      title: t('organizations.name'),
      cell: (row) => (
        <Link className="row-name" to="/applications/$applicationId" params={{ applicationId: row.id }}>
          {row.name}
        </Link>
      ),
    },
    { title: t('application.health'), cell: (row) => <ApplicationChip state={row.health} /> },
    { title: t('application.kind'), cell: (row) => t(`application.kind.${row.kind}`) },
    { title: t('application.address'), cell: (row) => <bdi dir="ltr">{addressOf(row.redirectUris[0])}</bdi> },
    {
      title: t('application.trust'),
      cell: (row) =>
        row.kind === 'machine' ? null : row.firstParty ? (
          <StateChip tone="good">{t('application.first-party.short')}</StateChip>
        ) : (
          <StateChip tone="idle">{t('application.asks-consent')}</StateChip>
        ),
    },
    { title: t('application.registered'), cell: (row) => dayOf(new Date(row.createdAt)) },
  ];
}
