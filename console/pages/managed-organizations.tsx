import { Button } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import type { ManagedOrganization } from '../../src/api/contract/organizations.ts';
import { MethodChip, methodName } from '../labels.tsx';
import { METHODS } from '../methods.ts';
import type { Column } from '../parts/list/data-list.tsx';
import { FilterChoice } from '../parts/list/filter-choice.tsx';
import { Empty, NoMatch } from '../parts/list/empty.tsx';
import { PagedList } from '../parts/list/paged-list.tsx';
import { Moment } from '../parts/moment.tsx';
import { PageHead } from '../parts/frame/page-head.tsx';
import { SearchField } from '../parts/list/search-field.tsx';
import { StateChip } from '../parts/state-chip.tsx';
import { useAnswer, useMay, useMe } from '../api/queries.ts';
import { t } from '../texts/t.ts';
import { AddOrganization } from './organization/add-organization.tsx';
import { FirstSteps } from './organization/first-steps.tsx';
import { PageFailure } from './states.tsx';

const place = getRouteApi('/managed-organizations');

/** *Managed organizations*: everything below one's own, however deep. */
export function ManagedOrganizationsPage() {
  const { search, method, cursor, before } = place.useSearch();
  const navigate = useNavigate({ from: '/managed-organizations' });
  const me = useMe();
  const mayAdd = useMay('edit-organizations');
  const [adding, setAdding] = useState(false);
  const list = useAnswer('listOrganizations', { query: { search, method, cursor, limit: 20 } }, { keep: true });
  const filtered = search !== undefined || method !== undefined;
  const onSearch = useCallback(
    (text: string) =>
      void navigate({ search: (old) => ({ method: old.method, search: text || undefined }), replace: true }),
    [navigate],
  );
  if (list.error !== null && list.data === undefined) {
    return <PageFailure error={list.error} reset={() => void list.refetch()} />;
  }
  const add = mayAdd ? <Button onClick={() => setAdding(true)}>{t('organizations.add')}</Button> : undefined;
  // A search that finds very many is not counted.
  const uncounted = list.data === undefined || search !== undefined;
  const total = list.data?.total ?? (uncounted ? null : 'many');
  const found = total === null ? undefined : organizationsFound(total);
  const none = filtered ? (
    <NoMatch onClear={() => void navigate({ search: {} })} />
  ) : (
    <Empty title={t('organizations.none')} text={t('organizations.none.text')} action={add} />
  );
  return (
    <>
      <PageHead
        title={t('nav.managed')}
        line={t('organizations.line', { count: me.organization.managedOrganizations, name: me.organization.name })}
        actions={filtered || list.data?.items.length !== 0 ? add : undefined}
        actionsWait={list.data === undefined}
      />
      <FirstSteps onAdd={() => setAdding(true)} />
      <div className="filters">
        <SearchField label={t('organizations.search')} value={search ?? ''} onSearch={onSearch} found={found} />
        <FilterChoice
          label={t('method')}
          value={method}
          unchosen={t('organizations.any-method')}
          options={METHODS.map((value) => ({ value, label: methodName(value) }))}
          onChoose={(chosen) => void navigate({ search: (old) => ({ search: old.search, method: chosen }) })}
        />
      </div>
      <PagedList
        label={t('nav.managed')}
        columns={columns(me.organization.id)}
        list={list}
        rowKey={(row) => row.id}
        empty={none}
        place={{ cursor, before }}
        total={total}
      />
      <AddOrganization opened={adding} onClose={() => setAdding(false)} />
    </>
  );
}

function organizationsFound(total: number | 'many'): string {
  return total === 'many' ? t('organizations.count-many') : t('organizations.count', { count: total });
}

function columns(mine: string): Column<ManagedOrganization>[] {
  return [
    {
      title: t('organizations.name'),
      cell: (row) => (
        <span className="row-lines">
          <Link className="row-name" to="/managed-organizations/$organizationId" params={{ organizationId: row.id }}>
            {row.name}
          </Link>
          {row.managing !== null && row.managing.id !== mine && (
            <span className="soft small">{t('organizations.below', { name: row.managing.name })}</span>
          )}
        </span>
      ),
    },
    { title: t('method'), cell: (row) => methodName(row.method, row.managing?.name) },
    {
      title: t('state'),
      cell: (row) => (
        <span className="label-chip">
          <MethodChip state={row.state} failingSince={row.failingSince} />
          {row.domainClaims > 0 && (
            <Link
              className="label-chip"
              to="/managed-organizations/$organizationId/domains"
              params={{ organizationId: row.id }}
            >
              <StateChip tone="warn">{t('organizations.domain-claims', { count: row.domainClaims })}</StateChip>
            </Link>
          )}
        </span>
      ),
    },
    { title: t('nav.users'), cell: (row) => row.users, end: true },
    { title: t('last-login'), cell: (row) => <Moment at={row.lastLoginAt} never={t('never')} /> },
  ];
}
