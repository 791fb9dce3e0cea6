import { Button } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { userStatus, type User } from '../../src/api/contract/users.ts';
import { DeliveryLine, roleName, UserChip } from '../labels.tsx';
import type { Column } from '../parts/list/data-list.tsx';
import { FilterChoice } from '../parts/list/filter-choice.tsx';
import { Empty, NoMatch } from '../parts/list/empty.tsx';
import { PagedList } from '../parts/list/paged-list.tsx';
import { Moment } from '../parts/moment.tsx';
import { PageHead } from '../parts/frame/page-head.tsx';
import { StateChip } from '../parts/state-chip.tsx';
import { SearchField } from '../parts/list/search-field.tsx';
import { useAnswer, useMay, useMe } from '../api/queries.ts';
import { useScope } from '../scope.ts';
import { t } from '../texts/t.ts';
import { InviteUsers } from './user/invite-users.tsx';
import { PageFailure } from './states.tsx';

/** *Users* of one's own organization, or the section of a managed one. */
export function UsersPage() {
  const scope = useScope();
  const { search, status, cursor, before } = useSearch({ strict: false });
  const navigate = useNavigate();
  const mayInvite = useMay('edit-users');
  const organization = useMe().organization;
  const [inviting, setInviting] = useState(false);
  const list = useAnswer(
    'listUsers',
    { params: { organizationId: scope.organizationId }, query: { search, status, cursor, limit: 20 } },
    { keep: true },
  );
  const place = scope.users;
  const onSearch = useCallback(
    (text: string) =>
      void navigate({
        to: place,
        search: (old) => ({ ...old, search: text || undefined, cursor: undefined, before: undefined }),
        replace: true,
      }),
    [navigate, place],
  );
  if (list.error !== null && list.data === undefined) {
    return <PageFailure error={list.error} reset={() => void list.refetch()} />;
  }
  // What is searched for in one state is not counted.
  const uncounted = list.data === undefined || (search !== undefined && status !== undefined);
  const total = list.data?.total ?? (uncounted ? null : 'many');
  const found = total === null ? undefined : usersFound(total);
  const filtered = search !== undefined || status !== undefined;
  const bare = !filtered && list.data?.items.length === 0; // the one button then stands in the middle
  const invite = mayInvite ? <Button onClick={() => setInviting(true)}>{t('invite')}</Button> : undefined;
  return (
    <>
      {scope.mine && (
        <PageHead
          title={t('nav.users')}
          line={t('users.line', { count: organization.users, name: organization.name })}
          actions={bare ? undefined : invite}
          actionsWait={list.data === undefined}
        />
      )}
      <div className="filters">
        <SearchField label={t('users.search')} value={search ?? ''} onSearch={onSearch} found={found} />
        <FilterChoice
          label={t('state')}
          value={status}
          unchosen={t('users.any-status')}
          options={userStatus.options.map((value) => ({ value, label: t(`status.${value}`) }))}
          onChoose={(chosen) => void navigate({ to: place, search: (old) => ({ search: old.search, status: chosen }) })}
        />
        {!scope.mine && !bare && invite !== undefined && (
          <div className="filters-clear" data-waits={list.data === undefined || undefined}>
            {invite}
          </div>
        )}
      </div>
      <PagedList
        label={t('nav.users')}
        columns={columns(scope.user)}
        list={list}
        rowKey={(row) => row.id}
        empty={
          filtered ? (
            <NoMatch
              onClear={() => void navigate({ to: place, search: {} })}
              searched={search === undefined ? undefined : t('list.no-match.people')}
            />
          ) : (
            <Empty title={t('users.none')} text={t('users.none.text')} action={invite} />
          )
        }
        place={{ cursor, before }}
        total={total}
      />
      <InviteUsers
        organizationId={scope.organizationId}
        opened={inviting}
        onClose={() => {
          setInviting(false);
          void list.refetch(); // most mails were sent meanwhile
        }}
      />
    </>
  );
}

function usersFound(total: number | 'many'): string {
  return total === 'many' ? t('users.count-many') : t('users.count', { count: total });
}

function columns(place: (id: string) => string): Column<User>[] {
  return [
    {
      title: t('users.user'),
      cell: (row) => (
        <span className="row-lines">
          <Link className="row-name" to={place(row.id)}>
            {row.name ?? row.email}
          </Link>
          {row.name !== null && (
            <bdi dir="ltr" className="soft small">
              {row.email}
            </bdi>
          )}
        </span>
      ),
    },
    {
      title: t('state'),
      cell: (row) => (
        <span className="row-lines">
          <span>
            <UserChip user={row} />
          </span>
          {row.cameBySingleSignOn && <span className="soft small">{t('user.came-by-single-sign-on')}</span>}
          {row.awaitsDecision && (
            <span>
              <StateChip tone="warn">{t('user.awaits-decision')}</StateChip>
            </span>
          )}
          {row.status === 'pending' && <DeliveryLine delivery={row.invitation?.delivery} />}
        </span>
      ),
    },
    { title: t('role'), cell: (row) => <span className={row.role === null ? 'soft' : ''}>{roleName(row.role)}</span> },
    { title: t('last-login'), cell: (row) => <Moment at={row.lastLoginAt} never={t('never')} /> },
  ];
}
