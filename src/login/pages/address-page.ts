import { startLoginUrl } from '../../logins/authorization-request.ts';
import { redirect, show } from '../answer.ts';
import type { Answer } from '../answer.ts';
import { findVisitor } from '../find-visitor.ts';
import type { PageRequest } from '../handle-request.ts';
import type { LoginDeps } from '../login-deps.ts';
import { cardPage } from './layout.ts';
import { linkButton, messagePage } from './message-pages.ts';
import { form, hidden, heading, submit } from './parts.ts';
import { AFTER_LOGIN } from './start-page.ts';
import { MINUTE } from '../../base/clock.ts';
import { rethrowUnless } from '../../base/errors.ts';
import { formatId } from '../../base/ids.ts';
import { html } from '../../http/html.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import { findUserOfAddressLink, proveAddress } from '../../users/address/prove-address.ts';

const LOOKS = { name: 'link', points: 60, seconds: 60 };

/**
 * GET of a link that proves an address: asks whoever is logged in as its user to confirm, everybody else to log in first.
 * The link alone proves that somebody reads the mailbox, not that it is the user. Changes nothing.
 */
export async function showAddress(deps: LoginDeps, request: PageRequest): Promise<Answer> {
  await deps.rateLimit.consume(LOOKS, request.browser.network);
  const user = await findUserOfAddressLink(deps, request.parameter('token'));
  if (user === undefined) return closed(deps);
  const { t } = deps.shell;
  const visitor = await findVisitor(deps, request.browser);
  const organization = await findOrganization(deps, user.organizationId);
  const about = { email: user.email, organization: organization?.name ?? '' };
  const own = visitor?.user.id === user.id;
  const lead = own
    ? t('address.lead', about)
    : visitor === undefined
      ? t('address.log-in', about)
      : t('address.other-user', { ...about, current: visitor.user.email });
  const title = t('address.title');
  const button = own ? html`${hidden({ confirm: 'yes' })}${submit(t('address.confirm'))}` : submit(t('login.log-in'));
  return show(cardPage(deps.shell, { title, body: html`${heading(title, lead)} ${form(addressOf(request), button)}` }));
}

/** POST: proves the address for the user logged in here, once; without *confirm*, a login that leads back to the page. */
export async function submitAddress(deps: LoginDeps, request: PageRequest): Promise<Answer> {
  await deps.rateLimit.consume(LOOKS, request.browser.network);
  const token = request.parameter('token');
  const user = await findUserOfAddressLink(deps, token);
  if (user === undefined) return closed(deps);
  const visitor = await findVisitor(deps, request.browser);
  if (request.form['confirm'] === undefined || visitor?.user.id !== user.id) {
    const hints = { loginHint: user.email, organization: formatId('org', user.organizationId), fresh: true };
    return redirect(startLoginUrl(deps.publicUrl, hints), [
      { name: AFTER_LOGIN, value: addressOf(request), maxAge: 10 * MINUTE },
    ]);
  }
  try {
    await proveAddress(deps, { token, userId: user.id, organizationId: user.organizationId });
  } catch (error) {
    // Another request used the link meanwhile.
    rethrowUnless(error, 'login.expired');
    return closed(deps);
  }
  const { t } = deps.shell;
  return show(
    messagePage(deps.shell, {
      title: t('address.done.title'),
      lead: t('address.done.lead', { email: user.email }),
      next: linkButton('/', t('login.continue')),
    }),
  );
}

function closed({ shell }: LoginDeps): Answer {
  const { t } = shell;
  const message = { title: t('address.closed.title'), lead: t('address.closed.lead') };
  return show(messagePage(shell, { ...message, next: linkButton('/', t('login.back')) }), 410);
}

function addressOf(request: PageRequest): string {
  return `/login/address/${encodeURIComponent(request.parameter('token'))}`;
}
