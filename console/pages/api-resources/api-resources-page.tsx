import '../../texts/resources/add-api-resources.ts';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ApiResource } from '../../../src/api/contract/resources/api-resources.ts';
import type { Column } from '../../parts/list/data-list.tsx';
import { OwnedList } from '../../parts/list/owned-list.tsx';
import { useAnswer, useMay, useMe } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';
import { PageFailure } from '../states.tsx';

const place = getRouteApi('/api-resources');

/** *API resources* that one's organization owns. */
export function ApiResourcesPage() {
  const at = place.useSearch();
  const navigate = useNavigate({ from: '/api-resources' });
  const { organization } = useMe();
  const mayEdit = useMay('edit-applications');
  const list = useAnswer(
    'listApiResources',
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
  const add = mayEdit ? (
    <Link className="button-link" data-tall to="/api-resources/add">
      {t('api-resources.add')}
    </Link>
  ) : undefined;
  return (
    <OwnedList
      title={t('nav.api-resources')}
      line={t('api-resources.line', { name: organization.name })}
      list={list}
      columns={columns()}
      place={at}
      search={{ label: t('api-resources.search'), onSearch }}
      none={{ title: t('api-resources.none'), text: t('api-resources.none.text') }}
      add={add}
    />
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
