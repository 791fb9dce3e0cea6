import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { PageHead } from '../parts/frame/page-head.tsx';
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
      <Sections />
      <Outlet />
    </>
  );
}

/** Links to the sections; *Authentication settings* is part of the first. */
function Sections() {
  const scope = useScope();
  const { pathname } = useLocation();
  const sections = [
    [scope.home, t('authentication')],
    ...(scope.mine ? [] : [[scope.users, t('nav.users')] as const]),
    [scope.section('domains'), t('domains')],
    [scope.section('settings'), t('settings')],
  ] as const;
  const current = sections.findLast(([to]) => pathname.replace(/\/$/, '').startsWith(to))?.[0];
  return (
    <nav className="tabs" aria-label={t('organization.sections')}>
      {sections.map(([to, title]) => (
        <Link key={to} to={to} activeOptions={{ exact: true }} aria-current={to === current ? 'page' : undefined}>
          {title}
        </Link>
      ))}
    </nav>
  );
}
