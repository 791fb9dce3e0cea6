import { linkButton, messagePage } from '../message-pages.ts';
import type { Shell } from '../layout.ts';
import { html } from '../../../http/html.ts';

/** A request of an application that cannot be answered to it. */
export interface RefusedRequest {
  reference: string;
  cause: 'unknown-application' | 'redirect-uri' | 'logout' | null;
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
  const { application, loggedIn, reference } = refused;
  const startsAt = application?.startsAt ?? null;
  const back =
    startsAt === null
      ? null
      : linkButton(startsAt, t('login.refused.return', { application: application?.name ?? '' }));
  const home = linkButton('/', loggedIn ? t('account.your-applications') : t('login.back'), back !== null);
  return messagePage(shell, {
    title: t('login.fault.title'),
    lead: leadOf(shell, refused),
    reference,
    next: html`${back} ${home} ${loggedIn && linkButton('/logout', t('logout.yes'), true)}`,
  });
}

function leadOf({ t }: Shell, { cause, application, loggedIn }: RefusedRequest): string {
  if (cause === 'unknown-application') return t('login.fault.unknown-application');
  if (cause === 'logout') return t(loggedIn ? 'login.fault.logout' : 'login.fault.logged-out');
  if (application === null) return t(cause === 'redirect-uri' ? 'login.fault.redirect-uri.own' : 'login.fault.request');
  const values = { application: application.name };
  return t(cause === 'redirect-uri' ? 'login.fault.redirect-uri' : 'login.fault.application', values);
}
