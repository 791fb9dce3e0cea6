import type { Visitor } from '../find-visitor.ts';
import { redirect, show } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { PageRequest } from '../handle-request.ts';
import type { LoginDeps } from '../login-deps.ts';
import { backWithNotice } from './notice.ts';
import { cardPage } from '../pages/layout.ts';
import { form, heading, hidden, linkForm, submit } from '../pages/parts.ts';
import { scopeName } from '../steps/consent-step.ts';
import { findConsents, withdrawConsent } from '../../applications/consent/withdraw-consent.ts';
import type { Consent } from '../../applications/consent/withdraw-consent.ts';
import { AppError, rethrowUnless } from '../../base/errors.ts';
import { formatId, readId } from '../../base/ids.ts';
import { html } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';

/** *What you allowed*: each application, what it gets and since when; nothing for who allowed none. */
export async function allowedApplications(deps: LoginDeps, { user }: Visitor): Promise<Html | false> {
  const { t } = deps.shell;
  const consents = await findConsents(deps, user.id);
  if (consents.length === 0) return false;
  return html`<h2>${t('account.allowed')}</h2>
    <p class="soft small">${t('account.allowed-lead')}</p>
    <ul class="rows">
      ${consents.map(
        ({ applicationId, name, ownerName, scopes, permissions, grantedAt }) =>
          html`<li>
            <span class="name"
              >${name}<span class="note"
                >${t('account.allowed-since', { owner: ownerName, at: grantedAt })}
                ${[
                  ...scopes.map((scope) => scopeName(t, scope)),
                  ...permissions.map((each) => t('account.allowed-at', { ...each })),
                ].join(', ')}</span
              ></span
            >
            ${linkForm('/account/withdraw', t('account.withdraw'), { application: formatId('app', applicationId) })}
          </li>`,
      )}
    </ul>`;
}

/** POST /account/withdraw: asks first. What was withdrawn already (pressed twice) is withdrawn. */
export async function withdrawOwnConsent(deps: LoginDeps, request: PageRequest, visitor: Visitor): Promise<Answer> {
  const { user } = visitor;
  const { t } = deps.shell;
  const applicationId = readId('app', request.form['application'] ?? '');
  if (applicationId === undefined) throw new AppError('not-found');
  const known = (await findConsents(deps, user.id)).find((each) => each.applicationId === applicationId);
  if (known !== undefined && request.form['confirmed'] === undefined) return show(withdrawPage(deps, known));
  const actor = { kind: 'user' as const, id: user.id, name: user.email };
  try {
    await withdrawConsent(deps, actor, { userId: user.id, organizationId: user.organizationId, applicationId });
  } catch (error) {
    rethrowUnless(error, 'application.not-found');
  }
  if (known === undefined) return redirect('/account');
  return backWithNotice(deps, visitor, t('account.withdrawn', { application: known.name }));
}

function withdrawPage({ shell }: LoginDeps, { applicationId, name }: Consent): string {
  const { t } = shell;
  const title = t('account.withdraw-question', { application: name });
  const fields = hidden({ application: formatId('app', applicationId), confirmed: 'yes' });
  return cardPage(shell, {
    title,
    body: html`${heading(title, t('account.withdraw-lead', { application: name }))}
      ${form('/account/withdraw', html`${fields}${submit(t('account.withdraw'))}`)}
      <p class="below"><a href="/account">${t('account.back')}</a></p>`,
  });
}
