import type { Visitor } from '../find-visitor.ts';
import { redirect } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { PageRequest } from '../handle-request.ts';
import type { LoginDeps } from '../login-deps.ts';
import { linkForm } from '../pages/parts.ts';
import { scopeName } from '../steps/consent-step.ts';
import { findConsents, withdrawConsent } from '../../applications/consent/withdraw-consent.ts';
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

/** POST /account/withdraw: what was withdrawn already (pressed twice) is withdrawn. */
export async function withdrawOwnConsent(deps: LoginDeps, request: PageRequest, { user }: Visitor): Promise<Answer> {
  const applicationId = readId('app', request.form['application'] ?? '');
  if (applicationId === undefined) throw new AppError('not-found');
  const actor = { kind: 'user' as const, id: user.id, name: user.email };
  try {
    await withdrawConsent(deps, actor, { userId: user.id, organizationId: user.organizationId, applicationId });
  } catch (error) {
    rethrowUnless(error, 'application.not-found');
  }
  return redirect('/account');
}
