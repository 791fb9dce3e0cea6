import { allowedApplications } from './allowed-applications.ts';
import { show } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { PageRequest } from '../handle-request.ts';
import type { Visitor } from '../find-visitor.ts';
import { barLinks } from '../pages/start-page.ts';
import type { LoginDeps } from '../login-deps.ts';
import { barPage } from '../pages/layout.ts';
import { heading, linkForm } from '../pages/parts.ts';
import type { Authenticator } from '../../authenticators/authenticator.ts';
import { findAuthenticators } from '../../authenticators/enroll-authenticator.ts';
import { FEW_RECOVERY_CODES } from '../../authenticators/recovery-codes.ts';
import { findFactors } from '../../authenticators/verify-authenticator.ts';
import { formatId } from '../../base/ids.ts';
import { html } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import { findSessionsOfUser } from '../../sessions/find-session.ts';
import { findAddressCode } from '../../users/address/address-code.ts';
import { isAddressProven } from '../../users/address/is-address-proven.ts';

/** `/account`: who you are, how you prove it, what you allowed, where you are logged in. */
export async function showAccount(
  deps: LoginDeps,
  _request: PageRequest,
  visitor: Visitor,
  notice?: string,
): Promise<Answer> {
  const { t } = deps.shell;
  const { user } = visitor;
  const title = t('account.title');
  return show(
    barPage(deps.shell, {
      title,
      links: barLinks(deps, user.consoleRole !== null),
      body: html`${heading(title)} ${notice !== undefined && html`<p class="notice" tabindex="-1" autofocus role="status">${notice}</p>`}
        ${await aboutYou(deps, visitor)}
        <h2>${t('account.authenticators')}</h2>
        ${await authenticators(deps, visitor)} ${await allowedApplications(deps, visitor)}
        <h2>${t('account.sessions')}</h2>
        ${await sessions(deps, visitor)}`,
    }),
  );
}

async function aboutYou(deps: LoginDeps, { user, session }: Visitor): Promise<Html> {
  const { t } = deps.shell;
  const organization = await findOrganization(deps, user.organizationId);
  const proven = await isAddressProven(deps, user);
  const code = proven ? undefined : await findAddressCode(deps, user);
  const waits = code !== undefined && code.sessionId === session.id && code.expiresAt > deps.clock.now();
  return html`<ul class="rows">
    <li>
      <span class="name"
        ><bdi dir="ltr">${user.email}</bdi
        ><span class="note"
          >${t('account.email')}. ${t(proven ? 'account.proven' : waits ? 'account.code-waits' : 'account.unproven')}</span
        ></span
      >
      ${!proven && linkForm('/account/prove-address', t(waits ? 'account.enter-code' : 'account.prove-address'))}
    </li>
    <li>
      <span class="name"
        >${user.name ?? t('account.no-name')}<span class="note"
          >${t('account.name')}${user.locale !== null && ` · ${user.locale}`}</span
        ></span
      >
      ${linkForm('/account/profile', t('account.change'))}
    </li>
    <li>
      <span class="name">${organization?.name ?? ''}<span class="note">${t('account.organization')}</span></span>
    </li>
  </ul>`;
}

async function authenticators(deps: LoginDeps, { session, user }: Visitor): Promise<Html> {
  const { t } = deps.shell;
  const owner = { userId: user.id, organizationId: user.organizationId };
  const all = await findAuthenticators(deps, owner);
  if (session.method !== 'built-in' && all.length === 0) return html`<p class="soft">${t('account.elsewhere')}</p>`;
  const { recoveryCodes } = await findFactors(deps, owner);
  const factors = all.filter((one) => one.kind !== 'password');
  const few = recoveryCodes <= FEW_RECOVERY_CODES;
  return html`<ul class="rows">
      ${all.map((one) => authenticatorRow(deps, one, { factors: factors.length, email: user.email }))}
      <li>
        <span class="name"
          >${t('account.codes')}<span class="note"
            >${t('account.codes-left', { count: recoveryCodes })} ${few && t('account.codes-few')}
            ${t('account.codes-replaced')}</span
          ></span
        >
        ${linkForm('/account/codes', t('account.codes-new'))}
      </li>
    </ul>
    <div class="actions">
      ${action('/account/add-otp', t('account.add-otp'))} ${action('/account/add-key', t('account.add-key'))}
    </div>`;
}

function authenticatorRow(
  { shell: { t } }: LoginDeps,
  one: Authenticator,
  { factors, email }: { factors: number; email: string },
): Html {
  const kind = t(`account.${one.kind}`);
  const when =
    one.lastUsedAt === null ? t('account.added', { at: one.createdAt }) : t('account.used', { at: one.lastUsedAt });
  return html`<li>
    <span class="name"
      >${one.name === '' ? kind : one.name}<span class="note">${one.name === '' ? '' : `${kind}, `}${when}</span>${
        one.kind !== 'password' && factors === 1 && html`<span class="note">${t('account.last-factor')}</span>`
      }</span
    >
    ${one.kind === 'password' && linkForm('/login/forgot', t('account.change-password'), { email })}
    ${
      one.kind !== 'password' &&
      factors > 1 &&
      linkForm('/account/remove', t('account.remove'), { authenticator: formatId('aut', one.id) })
    }
  </li>`;
}

async function sessions(deps: LoginDeps, { session, user }: Visitor): Promise<Html> {
  const { t } = deps.shell;
  const all = await findSessionsOfUser(deps, user.id);
  return html`<ul class="rows">
    ${all.map((one) => {
      const here = one.id === session.id;
      return html`<li>
        <span class="name"
          >${here ? t('account.session-here') : t('account.session')}<span class="note"
            >${t('account.session-since', { at: one.loggedInAt })}</span
          ></span
        >
        ${!here && linkForm('/account/end-session', t('account.session-end'), { session: formatId('ses', one.id) })}
      </li>`;
    })}
  </ul>`;
}

function action(url: string, label: string): Html {
  return html`<form method="post" action="${url}"><button class="btn ghost" type="submit">${label}</button></form>`;
}
