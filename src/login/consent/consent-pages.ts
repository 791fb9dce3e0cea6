import { cardPage } from '../pages/layout.ts';
import type { Shell } from '../pages/layout.ts';
import { messagePage } from '../pages/message-pages.ts';
import { form, heading, submit } from '../pages/parts.ts';
import { explainFailure } from '../../connections/connection-settings.ts';
import type { OpenedConsent } from '../../connections/template/answer-consent.ts';
import { html } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';

/** The page of a link: what it is for and what comes, what went wrong before, or that it is done. */
export function consentFormPage(shell: Shell, opened: OpenedConsent, path: string): string {
  const { t } = shell;
  const { consent, organization, owner } = opened;
  const values = { organization: organization.name, managing: owner.name, directory: consent.directoryId ?? '' };
  if (consent.testedAt !== null) {
    const lead = t(consent.turnedOnAt === null ? 'consent.tested.lead' : 'consent.on.lead', values);
    return messagePage(shell, { title: t('consent.tested.title'), lead });
  }
  const title = t('consent.title', values);
  const tried = consent.failure !== null || consent.consentedAt !== null;
  const body = html`${heading(title, t('consent.lead', values))} ${notice(shell, opened)}
    <ol class="steps">
      <li>${t('consent.step.accept')}</li>
      <li>${t('consent.step.log-in')}</li>
      <li>${t('consent.step.then', values)}</li>
    </ol>
    <p class="small soft">${t('consent.rights')}</p>
    ${form(path, submit(t(tried ? 'consent.again' : 'consent.go')))}`;
  return cardPage(shell, { title, body });
}

function notice({ t }: Shell, { consent }: OpenedConsent): Html | false {
  const { failure, failureValues, consentedAt } = consent;
  if (failure === null) {
    return consentedAt !== null && html`<p class="notice" role="status">${t('consent.consented')}</p>`;
  }
  const { code, what, fix, values } = explainFailure(failure, failureValues);
  return html`<div class="notice" role="status">
    <p><strong>${t('consent.failed')}</strong></p>
    <p>${what === null ? code : t(what, values)}</p>
    ${fix !== null && html`<p>${t(fix, values)}</p>`}
  </div>`;
}

/** Of a link that has ended, and of an answer nobody asked for in this browser. */
export function consentMessage(shell: Shell, which: 'closed' | 'stray'): string {
  const { t } = shell;
  return messagePage(shell, { title: t(`consent.${which}.title`), lead: t(`consent.${which}.lead`) });
}
