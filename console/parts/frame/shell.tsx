import { Burger, Menu } from '@mantine/core';
import { Link, useRouterState } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { productName, t } from '../../texts/t.ts';
import { Mark } from './mark.tsx';

interface ShellProps {
  user: { name: string; email: string };
  organization: string;
  mayReadAudit: boolean;
  /** Administers the root organization. */
  runsService: boolean;
  children: ReactNode;
}

/** The frame of every page: top bar, left pane, content. On a narrow screen the left pane opens over the page. */
export function Shell({ user, organization, mayReadAudit, runsService, children }: ShellProps) {
  const [open, setOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => setOpen(false), [path]);
  return (
    <>
      <a className="skip" href="#main">
        {t('skip')}
      </a>
      <header className="top">
        <Burger
          className="top-menu"
          size="sm"
          lineSize={1.6}
          opened={open}
          onClick={() => setOpen(!open)}
          aria-label={open ? t('menu.close') : t('menu.open')}
          aria-expanded={open}
          aria-controls="side"
        />
        <a className="top-brand" href="/">
          <Mark />
          <span>{productName()}</span>
        </a>
        <nav className="top-links" aria-label={t('nav.top')}>
          <TopLinks className="top-link" />
        </nav>
        <div className="top-end">
          <span className="top-organization">{organization}</span>
          <UserMenu user={user} organization={organization} />
        </div>
      </header>
      <div className="frame">
        <div className="side" id="side" data-open={open || undefined}>
          <div className="side-pane">
            <nav className="side-top" aria-label={t('nav.top')}>
              <TopLinks className="side-link" />
            </nav>
            <SideLinks mayReadAudit={mayReadAudit} runsService={runsService} />
          </div>
        </div>
        <main className="main" id="main" tabIndex={-1}>
          {children}
        </main>
      </div>
    </>
  );
}

function TopLinks({ className }: { className: string }) {
  return (
    <>
      <a className={className} href="/">
        {t('nav.home')}
      </a>
      <Link className={className} to="/managed-organizations" aria-current="true">
        {t('nav.configuration')}
      </Link>
    </>
  );
}

function SideLinks({ mayReadAudit, runsService }: Pick<ShellProps, 'mayReadAudit' | 'runsService'>) {
  return (
    <nav aria-label={t('nav.configuration')}>
      <ul>
        <SideLink to="/managed-organizations" name={t('nav.managed')} />
        <SideLink to="/my-organization" name={t('nav.mine')} />
        <SideLink to="/users" name={t('nav.users')} />
        <SideLink to="/applications" name={t('nav.applications')} />
        <SideLink to="/api-resources" name={t('nav.api-resources')} />
        <SideLink to="/connection-templates" name={t('nav.templates')} />
        <SideLink to="/credentials" name={t('nav.credentials')} />
      </ul>
      {mayReadAudit && (
        <>
          <div className="side-title" id="side-watch">
            {t('nav.watch')}
          </div>
          <ul aria-labelledby="side-watch">
            <SideLink to="/audit-log" name={t('nav.audit')} />
            {runsService && <SideLink to="/system" name={t('nav.system')} />}
          </ul>
        </>
      )}
    </nav>
  );
}

function SideLink({ to, name }: { to: string; name: string }) {
  return (
    <li>
      <Link className="side-link" to={to}>
        {name}
      </Link>
    </li>
  );
}

function UserMenu({ user, organization }: { user: ShellProps['user']; organization: string }) {
  return (
    <Menu position="bottom-end" width={260} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button
          className="top-user"
          type="button"
          aria-label={t('user-menu', { initials: initials(user.name), name: user.name })}
        >
          {initials(user.name)}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <span className="menu-user">
            <span className="menu-user-name">{user.name}</span>
            {user.name !== user.email && <bdi>{user.email}</bdi>}
            <span>{organization}</span>
          </span>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item component="a" href="/account">
          {t('user-menu.account')}
        </Menu.Item>
        <Menu.Item component="a" href="/logout">
          {t('log-out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Two letters for a person: of the first and the last name, or of the address. */
function initials(name: string): string {
  const words = name.split(/[\s@._-]+/).filter((word) => word !== '');
  const first = words[0] ?? '?';
  const last = name.includes('@') ? undefined : words.at(-1);
  const letters = last === undefined || words.length < 2 ? first.slice(0, 2) : `${first[0] ?? ''}${last[0] ?? ''}`;
  return letters.toUpperCase();
}
