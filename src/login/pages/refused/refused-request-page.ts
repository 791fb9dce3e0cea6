import { linkButton, messagePage } from '../message-pages.ts';
import type { Shell } from '../layout.ts';
import { html } from '../../../http/html.ts';

/** A request of an application that cannot be answered to it. */
export interface RefusedRequest {
  reference: string;
  cause: 'unknown-application' | 'client-document' | 'unregistered-application' | 'redirect-uri' | 'logout' | null;
  /** Stable code of what is wrong, for the people who run the application. */
  code: string | null;
  /** Who sent it, and the registered address where its own login starts. */
  application: { name: string; startsAt: string | null } | null;
  loggedIn: boolean;
}

/**
 * The page of a refused request: whose it was, and where to go on. It leads to the application's registered start address
 * alone, never to one that came with the request.
 */
export function refusedRequestPage(shell: Shell, refused: RefusedRequest): string {
  const { t } = shell;
  return messagePage(shell, {
    title: t('login.fault.title'),
    lead: leadOf(shell, refused),
    reference: refused.reference,
    next: html`${waysOn(shell, refused).map(({ to, label }, index) => html`${linkButton(to, label, index > 0)} `)}`,
  });
}

/** Where a person may go on; the first is what most will want. */
function waysOn({ t }: Shell, { cause, application, loggedIn }: RefusedRequest): { to: string; label: string }[] {
  const home = { to: '/', label: t(loggedIn ? 'account.your-applications' : 'login.back') };
  const leave = loggedIn ? [{ to: '/logout', label: t('logout.yes') }] : [];
  if (cause === 'logout') return [...leave, home];
  if (application === null || application.startsAt === null) return [home, ...leave];
  const back = { to: application.startsAt, label: t('login.refused.return', { application: application.name }) };
  return [back, home, ...leave];
}

function leadOf({ t }: Shell, { cause, code, application, loggedIn }: RefusedRequest): string {
  if (cause === 'client-document') return t('login.fault.client-document', { code: code ?? '–' });
  if (cause === 'unregistered-application') {
    return t('login.fault.unregistered-application', { application: application?.name ?? '–', code: code ?? '–' });
  }
  if (cause === 'unknown-application') return t('login.fault.unknown-application');
  if (cause === 'logout') return t(loggedIn ? 'login.fault.logout' : 'login.fault.logged-out');
  if (application === null) return t(cause === 'redirect-uri' ? 'login.fault.redirect-uri.own' : 'login.fault.request');
  const values = { application: application.name };
  return t(cause === 'redirect-uri' ? 'login.fault.redirect-uri' : 'login.fault.application', values);
}
