import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { PageHead } from '../parts/frame/page-head.tsx';
import { useAnswer, useMay } from '../api/queries.ts';
import { useScope } from '../scope.ts';
import { t } from '../texts/t.ts';
import { PageFailure } from './states.tsx';

/** One organization, one's own or a managed one: its head, and links to its sections. */
export function OrganizationPage() {
  const scope = useScope();
  const place = useSections();
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
        section={place.current?.[1]}
        line={line}
        back={scope.mine ? undefined : <Link to="/managed-organizations">{t('nav.managed')}</Link>}
      />
      <Sections {...place} />
      <Outlet />
    </>
  );
}

/** The sections of an organization and which one is shown; *Authentication settings* is part of the first. */
function useSections() {
  const scope = useScope();
  const mayReadAudit = useMay('read-audit');
  const { pathname } = useLocation();
  const sections = [
    [scope.home, t('authentication')],
    ...(scope.mine ? [] : [[scope.users, t('nav.users')] as const]),
    [scope.section('domains'), t('domains')],
    [scope.section('settings'), t('settings')],
    ...(mayReadAudit ? [[scope.section('why'), t('why')] as const] : []),
    ...(scope.mine || !mayReadAudit ? [] : [[scope.section('audit-log'), t('nav.audit')] as const]),
  ] as const;
  return { sections, current: sections.findLast(([to]) => pathname.replace(/\/$/, '').startsWith(to)) };
}

/** Links to the sections. */
function Sections({ sections, current }: ReturnType<typeof useSections>) {
  return (
    <nav className="tabs" aria-label={t('organization.sections')}>
      {sections.map(([to, title]) => (
        <Link key={to} to={to} activeOptions={{ exact: true }} aria-current={to === current?.[0] ? 'page' : undefined}>
          {title}
        </Link>
      ))}
    </nav>
  );
}
