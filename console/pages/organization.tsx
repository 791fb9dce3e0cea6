import { Link, Outlet } from '@tanstack/react-router';
import { PageHead } from '../parts/page-head.tsx';
import { useAnswer } from '../queries.ts';
import { useScope } from '../scope.ts';
import { t } from '../texts/t.ts';
import { PageFailure } from './states.tsx';

/** One organization, one's own or a managed one: its head, and links to its sections. */
export function OrganizationPage() {
  const scope = useScope();
  const { data, error, refetch } = useAnswer('getOrganization', { params: { organizationId: scope.organizationId } });
  if (error !== null && data === undefined) return <PageFailure error={error} reset={() => void refetch()} />;
  const counts = {
    name: data?.name ?? '',
    managing: data?.managing?.name ?? '',
    managed: data?.managedOrganizations ?? 0,
    users: data?.users ?? 0,
  };
  const line = data === undefined ? '\u00A0' : t(scope.mine ? 'organization.mine.line' : 'organization.line', counts);
  return (
    <>
      <PageHead
        title={scope.mine ? t('nav.mine') : (data?.name ?? t('organization'))}
        line={line}
        back={scope.mine ? undefined : <Link to="/managed-organizations">{t('nav.managed')}</Link>}
      />
      <nav className="tabs" aria-label={t('organization.sections')}>
        <Tab to={scope.home} exact>
          {t('authentication')}
        </Tab>
        {!scope.mine && <Tab to={scope.users}>{t('nav.users')}</Tab>}
        <Tab to={scope.section('domains')}>{t('domains')}</Tab>
        <Tab to={scope.section('settings')}>{t('settings')}</Tab>
      </nav>
      <Outlet />
    </>
  );
}

function Tab({ to, exact = false, children }: { to: string; exact?: boolean; children: string }) {
  return (
    <Link to={to} activeOptions={{ exact, includeSearch: false }}>
      {children}
    </Link>
  );
}
