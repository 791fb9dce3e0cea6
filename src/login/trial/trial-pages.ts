import { copyButton } from '../pages/enrollment-pages.ts';
import { cardPage } from '../pages/layout.ts';
import type { Shell } from '../pages/layout.ts';
import { linkButton, messagePage } from '../pages/message-pages.ts';
import { form, heading, linkForm, submit } from '../pages/parts.ts';
import type { ExplainedFailure } from '../../connections/connection-settings.ts';
import {
  checkName,
  concernsRedirectUrl,
  explainLogout,
  explainOutcome,
  explainOwnOutcome,
  explainRun,
  explainUnmapped,
} from '../../connections/trial/explain-trial.ts';
import type { OpenedTrial } from '../../connections/trial/open-trial.ts';
import { checksOf, readResult } from '../../connections/trial/trial.ts';
import type { TrialResult } from '../../connections/trial/trial.ts';
import { html } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';

/** A test, as its pages show it. */
export interface ShownTrial extends OpenedTrial {
  /** Path of the page. */
  path: string;
  /** Host of the provider's log-in page. */
  host: string;
}

/** Before the round trip: where it leads and who reads what comes back. */
export function trialStartPage(shell: Shell, { path, host, organization }: ShownTrial): string {
  const { t } = shell;
  const about = { host, organization: organization.name };
  const title = t('trial.title', about);
  const body = html`${heading(title, t('trial.lead', about))}
    <p class="notice">${t('trial.shown', about)}</p>
    ${form(path, submit(t('trial.go', about)))}`;
  return cardPage(shell, { title, body });
}

/** The callback arrived, and the provider's own endpoints are being asked. */
export function trialCheckingPage(shell: Shell, { path }: ShownTrial): string {
  const { t } = shell;
  const next = html`${linkButton(path, t('trial.reload'))}
    <form method="post" action="${path}"><button class="btn ghost" type="submit">${t('trial.again')}</button></form>`;
  return messagePage(shell, { title: t('trial.checking.title'), lead: t('trial.checking.lead'), next });
}

export function trialEndedPage(shell: Shell): string {
  const { t } = shell;
  return messagePage(shell, { title: t('trial.ended.title'), lead: t('trial.ended.lead') });
}

/** What came of the round trip; also while it is under way, for the browser that comes back from the provider's error page. */
export function trialResultPage(shell: Shell, shown: ShownTrial): string {
  const { t } = shell;
  const { trial, run, path, host } = shown;
  const result = readResult(run);
  const explained = explainRun(run, trial);
  const title =
    result === null
      ? t('trial.unfinished.title')
      : t(result.failure === null ? 'trial.passed.title' : 'trial.failed.title');
  const body = html`${heading(title)} ${explained !== null && failure(shell, shown, explained, result)}
    ${explained !== null && concernsRedirectUrl(explained) && redirectUrl(shell, trial.redirectUri)} ${result !== null && outcome(shell, shown, result)}
    <h2>${t('trial.checks')}</h2>
    <ol class="rows checks">
      ${checksOf(run).map(
        ({ check, state }) =>
          html`<li data-check="${check}" data-state="${state}">
            <span class="name">${t(checkName(check))}</span><span class="state">${t(`trial.state.${state}`)}</span>
          </li>`,
      )}
    </ol>
    ${result !== null && person(shell, shown, result)} ${result?.claims && claims(shell, host, result.claims)} ${logout(shell, run)}
    <div class="actions">
      ${trial.returnTo !== null && linkButton(trial.returnTo, t('trial.back'))}
      <form method="post" action="${path}">
        <button class="btn${trial.returnTo === null ? '' : ' ghost'}" type="submit">${t('trial.again')}</button>
      </form>
    </div>
    <div class="below">
      ${linkForm(path, t('trial.again-other'), { other: 'yes' })}
      ${trial.returnTo === null && html`<p>${t('trial.close')}</p>`}
    </div>`;
  return cardPage(shell, { title, wide: true, scripts: ['conveniences'], body });
}

function failure(
  { t }: Shell,
  { run, trial }: ShownTrial,
  explained: ExplainedFailure,
  result: TrialResult | null,
): Html {
  const { code, what, fix, values } = explained;
  const { providerCode = null, correlationId = null } = result?.failure ?? {};
  return html`<div class="notice">
    <p><strong>${t('trial.what')}</strong> ${what === null ? code : t(what, values)}</p>
    ${fix !== null && html`<p><strong>${t('trial.fix')}</strong> ${t(fix, values)}</p>`}
    ${run.recipient !== null && trial.returnTo === null && html`<p>${t('trial.settings-of-asker')}</p>`}
    <p class="small soft">
      ${t('trial.code', { code })} ${providerCode !== null && t('trial.provider-said', { code: providerCode })}
      ${correlationId !== null && t('trial.correlation', { id: correlationId })}
    </p>
  </div>`;
}

function redirectUrl(shell: Shell, url: string): Html {
  return html`<div class="field">
    <p class="label">${shell.t('trial.redirect-url')}</p>
    <code class="secret" id="redirect-url">${url}</code>${copyButton(shell, 'redirect-url')}
  </div>`;
}

function outcome({ t }: Shell, { run }: ShownTrial, { decision }: TrialResult): Html | false {
  if (decision === null) return false;
  const explained = run.recipient === null ? explainOutcome(decision) : explainOwnOutcome(decision, run.recipient);
  return html`<h2>${t('trial.who')}</h2>
    <p class="notice${explained.admitted ? ' good' : ''}">${t(explained.sentence, explained.values)}</p>`;
}

/** What the person would be called, and what the chosen claims lacked; what to change is said to those who may. */
function person({ t }: Shell, { run }: ShownTrial, { person: seen }: TrialResult): Html | false {
  if (seen === undefined) return false;
  const { name, address } = seen;
  const key = name === null ? (address === null ? 'none' : 'address') : address === null ? 'name' : 'both';
  const values = { name: name ?? '', address: address ?? '' };
  return html`<h2>${t('trial.person')}</h2>
    <p>${t(`trial.person.${key}`, values)}</p>
    ${explainUnmapped(run).map(
      ({ what, fix, values: of }) =>
        what !== null &&
        html`<div class="notice">
          <p>${t(what, of)}</p>
          ${run.recipient === null && fix !== null && html`<p>${t(fix, of)}</p>`}
        </div>`,
    )}`;
}

function logout({ t }: Shell, run: ShownTrial['run']): Html | false {
  const sentences = explainLogout(run);
  return (
    sentences.length > 0 &&
    html`<h2>${t('trial.logout')}</h2>
      <p>${sentences.map(({ key, values }) => t(key, values)).join(' ')}</p>`
  );
}

function claims({ t }: Shell, host: string, stated: Record<string, string>): Html {
  return html`<h2>${t('trial.claims', { host })}</h2>
    <dl class="facts">
      ${Object.entries(stated).map(
        ([name, value]) =>
          html`<dt><code>${name}</code></dt>
            <dd><bdi>${value}</bdi></dd>`,
      )}
    </dl>`;
}
