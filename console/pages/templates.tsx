import '../texts/connections/add-templates.ts';
import { Button } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import type { ConnectionTemplate } from '../../src/api/contract/connections/templates.ts';
import type { Column } from '../parts/list/data-list.tsx';
import { OwnedList } from '../parts/list/owned-list.tsx';
import { useAnswer, useMay, useMe } from '../api/queries.ts';
import { calendarDateOf, t } from '../texts/t.ts';
import { PageFailure } from './states.tsx';
import { AddTemplate } from './templates/add-template.tsx';

const place = getRouteApi('/connection-templates');

/** *Connection templates* that one's organization keeps for those below it. */
export function TemplatesPage() {
  const at = place.useSearch();
  const navigate = useNavigate({ from: '/connection-templates' });
  const { organization } = useMe();
  const mayEdit = useMay('edit-authentication');
  const [adding, setAdding] = useState(false);
  const list = useAnswer(
    'listTemplates',
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
  const add = mayEdit ? <Button onClick={() => setAdding(true)}>{t('templates.add')}</Button> : undefined;
  return (
    <>
      <OwnedList
        title={t('nav.templates')}
        line={t('templates.line', { name: organization.name })}
        list={list}
        columns={columns()}
        place={at}
        search={{ label: t('templates.search'), onSearch }}
        none={{ title: t('templates.none'), text: t('templates.none.text') }}
        add={add}
      />
      <AddTemplate opened={adding} onClose={() => setAdding(false)} />
    </>
  );
}

function columns(): Column<ConnectionTemplate>[] {
  return [
    {
      title: t('template.name'),
      cell: (row) => (
        <Link className="row-name" to="/connection-templates/$templateId" params={{ templateId: row.id }}>
          {row.name}
        </Link>
      ),
    },
    { title: t('template.client-id'), cell: (row) => <code>{row.clientId}</code> },
    { title: t('cloud'), cell: (row) => t(`cloud.${row.cloud}`) },
    { title: t('templates.used-by'), cell: (row) => t('templates.use', { count: row.use.inForce }) },
    {
      title: t('template.expires'),
      cell: (row) => (row.credentialExpiresAt === null ? '' : calendarDateOf(row.credentialExpiresAt)),
    },
  ];
}
