import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { useAnswer } from '../../../api/queries.ts';
import { Skeleton } from '../../../parts/list/data-list.tsx';
import { Empty } from '../../../parts/list/empty.tsx';
import { SearchField } from '../../../parts/list/search-field.tsx';
import { useScope } from '../../../scope.ts';
import { t } from '../../../texts/t.ts';
import { PageFailure } from '../../states.tsx';

const FIRST = 10;
const MOST = 200;

/** The users whom a change of the method concerns, with search; the first ten, then more. */
export function AffectedList({
  organizationId,
  only,
  keepsIdentities = false,
  provenByDomain = true,
}: {
  organizationId: string;
  only: 'pilot' | 'mailed-code';
  keepsIdentities?: boolean;
  provenByDomain?: boolean;
}) {
  const { user } = useScope();
  const [search, setSearch] = useState('');
  const [limit, setLimit] = useState(FIRST);
  const query = {
    only,
    keepsIdentities: keepsIdentities ? ('true' as const) : ('false' as const),
    provenByDomain: provenByDomain ? ('true' as const) : ('false' as const),
    limit,
    ...(search === '' ? {} : { search }),
  };
  const { data, error, refetch } = useAnswer(
    'listAffectedUsers',
    { params: { organizationId }, query },
    { keep: true },
  );
  const onSearch = useCallback((text: string) => setSearch(text), []);
  if (error !== null && data === undefined) return <PageFailure error={error} reset={() => void refetch()} />;
  if (data === undefined) return <Skeleton width={240} />;
  const { items, total, nextCursor } = data;
  const many = search !== '' || nextCursor !== null || limit > FIRST;
  return (
    <div className="affected-list">
      {many && <SearchField label={t('affected.list.search')} value={search} onSearch={onSearch} />}
      {items.length === 0 ? (
        search === '' ? (
          <Empty title={t('pilot.none-in')} text={t('pilot.none-in.text')} />
        ) : (
          <Empty title={t('list.no-match')} text={t('list.no-match.people')} />
        )
      ) : (
        <ul className="points">
          {items.map((one) => (
            <li key={one.id}>
              <Link to={user(one.id)} target="_blank">
                <bdi dir="ltr">{one.email}</bdi>
              </Link>
              {one.name !== null && <span className="soft"> {one.name}</span>}
            </li>
          ))}
        </ul>
      )}
      {many && total !== null && (
        <p className="soft small">{t('affected.list.count', { shown: items.length, total })}</p>
      )}
      {nextCursor !== null && limit < MOST && (
        <Button variant="default" size="sm" onClick={() => setLimit((now) => Math.min(MOST, now + 40))}>
          {t('affected.list.more')}
        </Button>
      )}
    </div>
  );
}
