import '../../texts/resources/add-api-resources.ts';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ApiResource } from '../../../src/api/contract/resources/api-resources.ts';
import { DataList, type Column } from '../../parts/list/data-list.tsx';
import { Empty, NoMatch } from '../../parts/list/empty.tsx';
import { ListFoot } from '../../parts/list/list-foot.tsx';
import { PageHead } from '../../parts/frame/page-head.tsx';
import { SearchField } from '../../parts/list/search-field.tsx';
import { useAnswer, useMay, useMe } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';
import { PageFailure } from '../states.tsx';

const place = getRouteApi('/api-resources');

/** *API resources* that one's organization owns. */
export function ApiResourcesPage() {
  const { search, cursor, before = 0 } = place.useSearch();
  const navigate = useNavigate({ from: '/api-resources' });
  const { organization } = useMe();
  const mayEdit = useMay('edit-applications');
  const list = useAnswer(
    'listApiResources',
    { params: { organizationId: organization.id }, query: { search, cursor, limit: 20 } },
    { keep: true },
  );
  const onSearch = useCallback(
    (text: string) => void navigate({ search: { search: text || undefined }, replace: true }),
    [navigate],
  );
  if (list.error !== null && list.data === undefined) {
    return <PageFailure error={list.error} reset={() => void list.refetch()} />;
  }
  const add = mayEdit ? (
    <Link className="button-link" data-tall to="/api-resources/add">
      {t('api-resources.add')}
    </Link>
  ) : undefined;
  const any = search !== undefined || list.data?.items.length !== 0;
  return (
    <>
      <PageHead
        title={t('nav.api-resources')}
        line={t('api-resources.line', { name: organization.name })}
        actions={any ? add : undefined}
        actionsWait={list.data === undefined}
      />
      {any && (
        <div className="filters">
          <SearchField label={t('api-resources.search')} value={search ?? ''} onSearch={onSearch} />
        </div>
      )}
      <DataList
        label={t('nav.api-resources')}
        columns={columns()}
        rows={list.data?.items}
        rowKey={(row) => row.id}
        stale={list.isPlaceholderData}
        empty={
          search === undefined ? (
            <Empty title={t('api-resources.none')} text={t('api-resources.none.text')} action={add} />
          ) : (
            <NoMatch onClear={() => void navigate({ search: {} })} />
          )
        }
      />
      <ListFoot
        before={before}
        shown={list.data?.items.length ?? 0}
        total={null}
        nextCursor={list.data?.nextCursor ?? null}
        atStart={cursor === undefined}
      />
    </>
  );
}

function columns(): Column<ApiResource>[] {
  return [
    {
      title: t('api-resource.name'),
      cell: (row) => (
        <Link className="row-name" to="/api-resources/$apiResourceId" params={{ apiResourceId: row.id }}>
          {row.name}
        </Link>
      ),
    },
    { title: t('api-resource.audience'), cell: (row) => <code>{row.audience}</code> },
    { title: t('api-resource.tokens'), cell: (row) => t(`api-resource.format.${row.tokenFormat}`) },
    { title: t('api-resource.scopes'), cell: (row) => t('api-resources.scopes', { count: row.scopes.length }) },
  ];
}
