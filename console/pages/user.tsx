import { Button } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { UserDetail } from '../../src/api/contract/users.ts';
import { roleName, UserChip } from '../labels.tsx';
import { Card, Facts } from '../parts/card.tsx';
import { Skeleton } from '../parts/list/data-list.tsx';
import { Moment } from '../parts/moment.tsx';
import { Notice } from '../parts/notice.tsx';
import { PageHead } from '../parts/frame/page-head.tsx';
import { useAnswer, useMay } from '../api/queries.ts';
import { useScope } from '../scope.ts';
import { t } from '../texts/t.ts';
import { PageFailure } from './states.tsx';
import { Address, ChangeAddress } from './user/address-editor.tsx';
import { ConsentsCard } from './user/consents-card.tsx';
import { ConflictCard } from './user/conflict-card.tsx';
import { InvitationCard } from './user/invitation-card.tsx';
import { UserMails } from './user/mails-section.tsx';
import { Profile } from './user/profile-editor.tsx';
import { ProofCard } from './user/proof-card.tsx';
import { RoleEditor } from './user/role-editor.tsx';
import { UserEnd } from './user/user-end.tsx';

/** One user: who it is, how it logs in, what it may do, and how its access ends. */
export function UserPage() {
  const scope = useScope();
  const { userId = '' } = useParams({ strict: false });
  const { data, error, refetch } = useAnswer('getUser', { params: { organizationId: scope.organizationId, userId } });
  if (error !== null && data === undefined) return <PageFailure error={error} reset={() => void refetch()} />;
  const back = (
    <>
      {!scope.mine && data !== undefined && (
        <>
          <Link to={scope.home}>{data.organization.name}</Link>
          {' / '}
        </>
      )}
      <Link to={scope.users}>{t('nav.users')}</Link>
    </>
  );
  return (
    <>
      <PageHead
        title={data?.name ?? data?.email ?? t('users.user')}
        state={data === undefined ? undefined : <UserChip user={data} />}
        line={data === undefined ? '\u00A0' : data.name === null ? data.organization.name : data.email}
        back={back}
      />
      {data === undefined ? (
        <Card title={t('user.about')}>
          <Skeleton width={240} />
        </Card>
      ) : (
        <Sections user={data} />
      )}
    </>
  );
}

function Sections({ user }: { user: UserDetail }) {
  const mayEdit = useMay('edit-users');
  const [address, setAddress] = useState<string | null>(null);
  const change = (
    <Button variant="default" size="sm" onClick={() => setAddress('')}>
      {t('address.change')}
    </Button>
  );
  return (
    <>
      {user.conflicts.map((conflict) => (
        <ConflictCard key={conflict.id} user={user} conflict={conflict} mayEdit={mayEdit} />
      ))}
      {user.roleHeldBack !== null && <HeldBack user={user} />}
      {user.mailsComeBack !== null && <MailsComeBack returned={user.mailsComeBack} />}
      {user.status === 'pending' && <InvitationCard user={user} mayEdit={mayEdit} />}
      <Card title={t('user.about')} actions={mayEdit ? change : undefined}>
        <Facts
          rows={[
            [t('email'), <Address key="email" user={user} mayEdit={mayEdit} />],
            [t('profile.name'), <Profile key="name" user={user} mayEdit={mayEdit} />],
            [t('organization'), user.organization.name],
            [t('last-login'), <LastLogin key="login" user={user} />],
            [t('user.sessions'), <span key="sessions">{user.sessions}</span>],
            [t('created'), <Moment key="created" at={user.createdAt} />],
            [t('user.break-glass'), user.breakGlass ? t('user.break-glass.yes') : null],
          ]}
        />
      </Card>
      <RoleEditor user={user} />
      <ProofCard user={user} mayEdit={mayEdit} onTakeAddress={setAddress} />
      {user.applicationRoles.length > 0 && <ApplicationRoles user={user} />}
      {user.consents.length > 0 && <ConsentsCard user={user} mayEdit={mayEdit} />}
      <UserMails user={user} mayEdit={mayEdit} />
      {mayEdit && <UserEnd user={user} />}
      <ChangeAddress user={user} proposed={address} onClose={() => setAddress(null)} />
    </>
  );
}

function LastLogin({ user }: { user: UserDetail }) {
  const scope = useScope();
  const mayReadAudit = useMay('read-audit');
  return (
    <span className="row-inline">
      <Moment at={user.lastLoginAt} never={t('never')} />
      {mayReadAudit && (
        <Link to={scope.section('why')} search={{ search: user.email }}>
          {t('why.of-user')}
        </Link>
      )}
    </span>
  );
}

function HeldBack({ user }: { user: UserDetail }) {
  return (
    <div className="page-notice">
      <Notice tone="warn">
        <p>{t('role.held-back', { role: roleName(user.roleHeldBack) })}</p>
      </Notice>
    </div>
  );
}

function MailsComeBack({ returned }: { returned: NonNullable<UserDetail['mailsComeBack']> }) {
  return (
    <div className="page-notice">
      <Notice tone="warn">
        <p>{t('user.mails-come-back')}</p>
        <p>{returned.reason}</p>
      </Notice>
    </div>
  );
}

function ApplicationRoles({ user }: { user: UserDetail }) {
  return (
    <Card title={t('user.application-roles')}>
      <Facts
        rows={user.applicationRoles.map(({ application, organization, roles }) => [
          organization.id === user.organization.id ? application.name : `${application.name} · ${organization.name}`,
          roles.join(', '),
        ])}
      />
    </Card>
  );
}
