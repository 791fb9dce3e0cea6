import { guideOf } from './providers.ts';
import { setupDeps } from './setup-deps.ts';
import { problemText, stepPage } from './setup-page.ts';
import type { ChosenContext } from './setup-page.ts';
import { redirect, show } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { LoginDeps } from '../login-deps.ts';
import { messagePage } from '../pages/message-pages.ts';
import { form, submit } from '../pages/parts.ts';
import { utcMinute } from '../../base/clock.ts';
import { describeConnection } from '../../connections/connection-settings.ts';
import { handOverDraft } from '../../connections/setup/hand-over.ts';
import { readDraft } from '../../connections/setup/prepare-draft.ts';
import { keepTestResult } from '../../connections/setup/test-draft.ts';
import { readSetupDomain } from '../../connections/setup/verify-setup-domain.ts';
import { isVerified } from '../../domains/domain.ts';
import { html } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';

/** GET: what was prepared, as the administrator will see it. */
export async function showHandOver(deps: LoginDeps, context: ChosenContext): Promise<Answer> {
  const { t } = deps.shell;
  const { invitation, provider, at } = context;
  const draft = await readDraft(deps, invitation);
  if (draft === undefined) return redirect(at('values'));
  // A test itself is kept for an hour only.
  const { testResult } = await keepTestResult(deps, invitation);
  const { connection } = draft;
  const { settings } = describeConnection(deps, connection);
  const data = (value: string | undefined): Html | undefined =>
    value === undefined ? undefined : html`<bdi>${value}</bdi>`;
  const rows: (readonly [string, Html | string | undefined])[] = [
    [t('setup-link.hand-over.provider'), t(guideOf(provider).name)],
    [t('setup-link.hand-over.issuer'), data(connection.issuer)],
    [t('setup-link.hand-over.client-id'), data(settings['clientId'])],
    [t('setup-link.hand-over.directory-id'), data(settings['directoryId'])],
    [t('setup-link.hand-over.hosted-domain'), data(settings['hostedDomain'])],
    [
      t('setup-link.hand-over.credential'),
      t(
        `setup-link.hand-over.credential.${connection.credential === 'federated' ? 'private-key' : connection.credential}`,
      ),
    ],
    [t('setup-link.hand-over.redirect'), data(connection.redirectUri)],
    [t('setup-link.hand-over.test'), t(`setup-link.hand-over.test.${testResult ?? 'none'}`)],
    [t('setup-link.hand-over.domain'), await domainLine(deps, context)],
  ];
  return stepPage(deps, context, 'hand-over', {
    title: t('setup-link.hand-over.title'),
    lead: t('setup-link.hand-over.lead'),
    body: html`<dl class="record">
        ${rows.map(([name, value]) => value !== undefined && html`<dt>${name}</dt> <dd>${value}</dd>`)}
      </dl>
      ${invitation.notes.length > 0 && notes(deps, context)}
      <p class="soft">${t('setup-link.hand-over.after')}</p>
      ${form(at('hand-over'), submit(t('setup-link.hand-over.confirm')))}`,
  });
}

/** POST: hands over. */
export async function submitHandOver(deps: LoginDeps, { invitation, organization }: ChosenContext): Promise<Answer> {
  await handOverDraft(setupDeps(deps), invitation);
  const { t } = deps.shell;
  const lead = t('setup-link.handed-over.lead', { organization: organization.name });
  return show(messagePage(deps.shell, { title: t('setup-link.handed-over.title'), lead }));
}

async function domainLine(deps: LoginDeps, { invitation }: ChosenContext): Promise<string> {
  const { t } = deps.shell;
  const verification = await readSetupDomain(deps, invitation);
  if (verification === null) return t('setup-link.hand-over.domain.none');
  const { domain, takesEffectAt } = verification;
  if (takesEffectAt !== null) return t('setup-link.hand-over.domain.waiting', { domain, at: utcMinute(takesEffectAt) });
  const state = isVerified(verification) ? 'verified' : 'pending';
  return t(`setup-link.hand-over.domain.${state}`, { domain });
}

function notes(deps: LoginDeps, { invitation }: ChosenContext): Html {
  const { t } = deps.shell;
  const lines = invitation.notes.map((note) => html`<p>${problemText(deps, note)}</p>`);
  return html`<div class="notice">
    <p><strong>${t('setup-link.hand-over.notes')}</strong></p>
    ${lines}
  </div>`;
}
