import { Button } from '@mantine/core';
import { useCallback, useState } from 'react';
import type { Authentication } from '../../../src/api/contract/authentication.ts';
import { Card } from '../../parts/card.tsx';
import { Skeleton } from '../../parts/list/data-list.tsx';
import { Empty } from '../../parts/list/empty.tsx';
import { SearchField } from '../../parts/list/search-field.tsx';
import { useAnswer } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';
import { PageFailure } from '../states.tsx';
import { MakeSetupLink } from './make-setup-link.tsx';
import { SetupLinkItem } from './setup-link-item.tsx';

const FIRST = 10;
const MOST = 200;

/** Whether a draft was handed over and waits for *Turn on* or *Discard*. */
export function useDraftWaits(organizationId: string): boolean {
  const { data } = useAnswer('listSetupLinks', { params: { organizationId }, query: { limit: FIRST } }, { keep: true });
  return data?.items.some(({ state }) => state === 'handed-over') ?? false;
}

/** Below *Authentication*: the links by which the organization's IT person prepares its single sign-on. */
export function SetupLinks({ authentication, mayEdit }: { authentication: Authentication; mayEdit: boolean }) {
  const organizationId = authentication.organization.id;
  const [making, setMaking] = useState(false);
  const [search, setSearch] = useState('');
  const [limit, setLimit] = useState(FIRST);
  const query = search === '' ? { limit } : { limit, search };
  const { data, error, refetch } = useAnswer('listSetupLinks', { params: { organizationId }, query }, { keep: true });
  const onSearch = useCallback((text: string) => setSearch(text), []);
  if (error !== null && data === undefined) return <PageFailure error={error} reset={() => void refetch()} />;
  const make = (
    <Button variant="default" size="sm" onClick={() => setMaking(true)}>
      {t('setup-links.make')}
    </Button>
  );
  const none = data?.items.length === 0 && search === '';
  const many = search !== '' || (data?.nextCursor ?? null) !== null || limit > FIRST;
  return (
    <Card title={t('setup-links')} bare actions={mayEdit && !none ? make : undefined}>
      {many && (
        <div className="card-body">
          <SearchField label={t('setup-links.search')} value={search} onSearch={onSearch} />
        </div>
      )}
      {data === undefined ? (
        <div className="card-body">
          <Skeleton width={260} />
        </div>
      ) : none ? (
        <Empty title={t('setup-links.none')} text={t('setup-links.none.text')} action={mayEdit ? make : undefined} />
      ) : data.items.length === 0 ? (
        <Empty title={t('list.no-match')} text={t('list.no-match.text')} />
      ) : (
        <ul className="domain-list">
          {data.items.map((link) => (
            <SetupLinkItem key={link.id} link={link} authentication={authentication} mayEdit={mayEdit} />
          ))}
        </ul>
      )}
      {data !== undefined && data.nextCursor !== null && limit < MOST && (
        <div className="card-body">
          <Button variant="default" size="sm" onClick={() => setLimit((now) => Math.min(MOST, now + 40))}>
            {t('setup-links.older')}
          </Button>
        </div>
      )}
      <MakeSetupLink organizationId={organizationId} opened={making} onClose={() => setMaking(false)} />
    </Card>
  );
}
