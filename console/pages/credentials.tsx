import '../texts/connections/add-templates.ts';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Credential } from '../../src/api/contract/connections/credentials.ts';
import { methodName } from '../labels.tsx';
import type { Column } from '../parts/list/data-list.tsx';
import { FilterChoice } from '../parts/list/filter-choice.tsx';
import { Empty, NoMatch } from '../parts/list/empty.tsx';
import { PagedList } from '../parts/list/paged-list.tsx';
import { SearchField } from '../parts/list/search-field.tsx';
import { PageHead } from '../parts/frame/page-head.tsx';
import { StateChip } from '../parts/state-chip.tsx';
import { useAnswer, useMe } from '../api/queries.ts';
import { calendarDateOf, t } from '../texts/t.ts';
import { PageFailure } from './states.tsx';

const place = getRouteApi('/credentials');
const WITHIN = [0, 7, 14, 30, 60] as const;
/** From here on it wants attention. */
const SOON = 60;

/** *Secrets and certificates*: what expires, of every organization, by days left. */
export function CredentialsPage() {
  const { search, within, cursor, before } = place.useSearch();
  const own = useMe().organization.id;
  const navigate = useNavigate({ from: '/credentials' });
  const list = useAnswer('listCredentials', { query: { search, within, cursor, limit: 50 } }, { keep: true });
  const onSearch = useCallback(
    (text: string) =>
      void navigate({ search: (old) => ({ within: old.within, search: text || undefined }), replace: true }),
    [navigate],
  );
  if (list.error !== null && list.data === undefined) {
    return <PageFailure error={list.error} reset={() => void list.refetch()} />;
  }
  const total = list.data?.total ?? (list.data === undefined ? null : 'many');
  const filtered = search !== undefined || within !== undefined;
  return (
    <>
      <PageHead title={t('nav.credentials')} line={t('credentials.line')} />
      <div className="filters">
        <SearchField
          label={t('credentials.search')}
          value={search ?? ''}
          onSearch={onSearch}
          found={total === null ? undefined : credentialsFound(total)}
        />
        <FilterChoice
          label={t('credentials.left')}
          value={within === undefined ? undefined : String(within)}
          unchosen={t('credentials.all')}
          options={WITHIN.map((days) => ({ value: String(days), label: t('credentials.within', { days }) }))}
          onChoose={(days) =>
            void navigate({
              search: (old) => ({ search: old.search, within: days === undefined ? undefined : Number(days) }),
            })
          }
        />
      </div>
      <PagedList
        label={t('nav.credentials')}
        columns={columns(own)}
        list={list}
        rowKey={(row) => `${row.organization.id} ${row.template?.id ?? ''}`}
        empty={
          filtered ? (
            <NoMatch onClear={() => void navigate({ search: {} })} />
          ) : (
            <Empty title={t('credentials.none')} text={t('credentials.none.text')} />
          )
        }
        place={{ cursor, before }}
        total={total}
      />
    </>
  );
}

function credentialsFound(total: number | 'many'): string {
  return total === 'many' ? t('credentials.count-many') : t('credentials.count', { count: total });
}

/** @param own the viewer's organization: only its templates have a page here */
function columns(own: string): Column<Credential>[] {
  return [
    {
      title: t('organizations.name'),
      cell: ({ template, organization }) =>
        template === null ? (
          <Link
            className="row-name"
            to="/managed-organizations/$organizationId"
            params={{ organizationId: organization.id }}
          >
            {organization.name}
          </Link>
        ) : (
          <span className="row-lines">
            {organization.id === own ? (
              <Link className="row-name" to="/connection-templates/$templateId" params={{ templateId: template.id }}>
                {template.name}
              </Link>
            ) : (
              <span className="row-name">{template.name}</span>
            )}
            <span className="soft small">{t('credentials.template', { name: organization.name })}</span>
          </span>
        ),
    },
    { title: t('method'), cell: ({ method }) => methodName(method) },
    { title: t('credentials.left'), cell: ({ daysLeft }) => <Left daysLeft={daysLeft} /> },
    {
      title: t('credentials.next'),
      cell: ({ next }) => (next === null ? '' : <Next next={next} />),
    },
    {
      title: t('credential.expires'),
      cell: ({ expiresAt }) => (expiresAt === null ? '' : calendarDateOf(expiresAt)),
    },
  ];
}

function Left({ daysLeft }: { daysLeft: number | null }) {
  if (daysLeft === null) return <StateChip tone="idle">{t('credentials.unknown')}</StateChip>;
  if (daysLeft <= 0) return <StateChip tone="bad">{t('credentials.expired')}</StateChip>;
  return <StateChip tone={daysLeft > SOON ? 'good' : 'warn'}>{t('credentials.days', { days: daysLeft })}</StateChip>;
}

/** A next client secret that waits: whether it was tested, and until when it would last. */
function Next({ next: { expiresOn, testedAt } }: { next: NonNullable<Credential['next']> }) {
  const until = expiresOn === null ? null : calendarDateOf(expiresOn);
  return (
    <span className="row-lines">
      <span>{t(testedAt === null ? 'client-secrets.untested' : 'credentials.next.tested')}</span>
      {until !== null && <span className="soft small">{t('client-secrets.until', { day: until })}</span>}
    </span>
  );
}
