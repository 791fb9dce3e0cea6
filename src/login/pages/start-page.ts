import { startLoginUrl } from '../../logins/authorization-request.ts';
import { redirect, show } from '../answer.ts';
import type { Answer } from '../answer.ts';
import { mailFirstCode } from '../account/own-address.ts';
import { findVisitor } from '../find-visitor.ts';
import type { PageRequest } from '../handle-request.ts';
import type { LoginDeps } from '../login-deps.ts';
import { barPage, cardPage } from './layout.ts';
import { heading } from './parts.ts';
import { linkButton } from './message-pages.ts';
import { findUsable } from '../../applications/find-application.ts';
import { formatId, readId } from '../../base/ids.ts';
import { html } from '../../http/html.ts';
import { isAddressProven } from '../../users/address/is-address-proven.ts';
import { findOrganization, findRootOrganization } from '../../organizations/find-organization.ts';

/** Where the browser wanted to go on our own pages; set before a login, read once after it. */
export const AFTER_LOGIN = 'after_login';
/** Our own pages a login may lead to. */
const PLACE = /^(?:\/account|\/console\/|\/login\/address\/[A-Za-z0-9_-]{43})$/;

/** `/`: **Log In**, or *Your applications*; with exactly one application straight there. */
export async function showStart(deps: LoginDeps, request: PageRequest): Promise<Answer> {
  const { t } = deps.shell;
  const visitor = await findVisitor(deps, request.browser);
  if (visitor === undefined) {
    const title = t('login.start.title');
    const isSetUp = (await findRootOrganization(deps)) !== undefined;
    const next = linkButton('/login/start', t('login.log-in'));
    return show(
      cardPage(deps.shell, {
        title,
        body: html`${heading(title, isSetUp ? t('login.start.lead') : t('login.setup-missing'))}
          ${isSetUp && html`<div class="actions">${next}</div>`}`,
      }),
    );
  }
  const { user } = visitor;
  const applications = await findUsable(deps, user.id);
  const administers = user.consoleRole !== null;
  const tiles = applications.flatMap((one) =>
    one.initiateLoginUri === null ? [] : [{ ...one, href: one.initiateLoginUri }],
  );
  const [only, ...more] = tiles;
  if (only !== undefined && more.length === 0 && !administers) return redirect(only.href);
  // Programs find an account by its address: unproven, it is left out of what they are told.
  const unproven = only === undefined && !(await isAddressProven(deps, user));
  const title = t('account.your-applications');
  return show(
    barPage(deps.shell, {
      title,
      links: barLinks(deps, administers),
      body: html`${heading(title, only === undefined && t(noneText(applications.length, administers)))}
        ${unproven && html`<p class="soft">${t('account.unproven-yet')} <a href="/account">${t('account.prove-yours')}</a></p>`}
        ${only === undefined && administers && html`<div class="actions">${linkButton('/console/', t('account.first-steps'))}</div>`}
        <ul class="tiles">
          ${tiles.map(
            (tile) =>
              html`<li>
                <a class="tile" href="${tile.href}"
                  ><span class="name">${tile.name}</span><span class="note">${tile.ownerName}</span></a
                >
              </li>`,
          )}
        </ul>`,
    }),
  );
}

/** What stands there in place of tiles: nothing is registered, or nothing of it says where it is opened. */
function noneText(usable: number, administers: boolean) {
  if (usable > 0) return administers ? 'account.none.opens.administers' : 'account.none.opens';
  return administers ? 'account.none.administers' : 'account.none';
}

/** The links of the top bar. */
export function barLinks({ shell: { t } }: LoginDeps, administers: boolean): { href: string; label: string }[] {
  return [
    { href: '/', label: t('account.your-applications') },
    ...(administers ? [{ href: '/console/', label: t('account.configuration') }] : []),
    { href: '/account', label: t('account.account') },
    { href: '/logout', label: t('account.log-out') },
  ];
}

/** `/login/start`: **Log In** on the start page. */
export async function startLogin(deps: LoginDeps): Promise<Answer> {
  return redirect(startLoginUrl(deps.publicUrl, {}));
}

/**
 * `/login/done`: where a login for our own pages ends. The authorization code in the address is never redeemed. Whoever came
 * by a link that proved no mailbox (setup) is mailed a code that does.
 */
export async function showDone(deps: LoginDeps, request: PageRequest): Promise<Answer> {
  const wanted = request.browser.cookie(AFTER_LOGIN);
  const visitor =
    request.browser.cookie('invitation') === undefined ? undefined : await findVisitor(deps, request.browser);
  if (visitor !== undefined) await mailFirstCode(deps, visitor);
  const spent = ['invitation', 'login_mode', AFTER_LOGIN].map((name) => ({ name, value: '', maxAge: 0 }));
  return redirect(wanted !== undefined && PLACE.test(wanted) ? wanted : '/', spent);
}

/** `/login/o/<organization id>`: a login link an organization may hand out. */
export async function openOrganization(deps: LoginDeps, request: PageRequest): Promise<Answer> {
  const id = readId('org', request.parameter('organizationId'));
  const organization = id === undefined ? undefined : await findOrganization(deps, id);
  if (organization === undefined) return redirect(startLoginUrl(deps.publicUrl, {}));
  return redirect(startLoginUrl(deps.publicUrl, { organization: formatId('org', organization.id) }));
}
