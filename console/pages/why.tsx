import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useAnswer } from '../api/queries.ts';
import { Empty, NoMatch } from '../parts/list/empty.tsx';
import { FilterChoice } from '../parts/list/filter-choice.tsx';
import { TimeFoot } from '../parts/list/list-foot.tsx';
import { SearchField } from '../parts/list/search-field.tsx';
import { useScope } from '../scope.ts';
import { t } from '../texts/t.ts';
import { PageFailure } from './states.tsx';
import { LoginList, OUTCOMES } from './why/login-list.tsx';
import { Simulation } from './why/simulation.tsx';

/** Section *Why?*: the logins of an organization, found by reference, address or name; the newest first. */
export function WhySection() {
  const scope = useScope();
  const { organizationId } = scope;
  const { search, outcome, cursor } = useSearch({ strict: false });
  const navigate = useNavigate();
  const place = scope.section('why');
  const query = { search, outcome, cursor, limit: 20 };
  const list = useAnswer('listLogins', { params: { organizationId }, query }, { keep: true });
  const onSearch = useCallback(
    (text: string) =>
      void navigate({
        to: place,
        search: (old) => ({ outcome: old.outcome, search: text || undefined }),
        replace: true,
      }),
    [navigate, place],
  );
  if (list.error !== null && list.data === undefined) {
    return <PageFailure error={list.error} reset={() => void list.refetch()} />;
  }
  const filtered = search !== undefined || outcome !== undefined;
  return (
    <>
      <div className="filters">
        <SearchField label={t('why.search')} value={search ?? ''} onSearch={onSearch} />
        <FilterChoice
          label={t('why.outcome')}
          value={outcome}
          unchosen={t('why.any-outcome')}
          options={OUTCOMES}
          onChoose={(chosen) =>
            void navigate({ to: place, search: (old) => ({ search: old.search, outcome: chosen }) })
          }
        />
      </div>
      <LoginList
        rows={list.data?.items}
        stale={list.isPlaceholderData}
        empty={
          filtered ? (
            <NoMatch
              onClear={() => void navigate({ to: place, search: {} })}
              searched={search === undefined ? undefined : t('list.no-match.people')}
            />
          ) : (
            <Empty title={t('why.none')} text={t('why.none.text')} />
          )
        }
      />
      <TimeFoot cursor={cursor} nextCursor={list.data?.nextCursor ?? null} />
      <div className="below-list">
        <Simulation organizationId={organizationId} />
      </div>
    </>
  );
}
