import { copyButton } from './enrollment-pages.ts';
import { cardPage } from './layout.ts';
import type { Shell } from './layout.ts';
import { form, heading, submit, summary } from './parts.ts';
import type { Problem } from './parts.ts';
import { html } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';

/** The ten codes, to copy, download or print, and a box to tick. */
export function recoveryCodesPage(
  shell: Shell,
  view: { action: string; email: string; codes: readonly string[]; fields?: Html },
  problem?: Problem,
): string {
  const { t } = shell;
  const title = t('login.recovery-codes.title');
  const file = `${t('login.recovery-codes.file', { email: view.email })}\n\n${view.codes.join('\n')}\n`;
  const wrong = problem?.field === 'saved' ? problem.text : undefined;
  return cardPage(shell, {
    title,
    wide: true,
    scripts: ['conveniences'],
    body: html`${heading(title, t('login.recovery-codes.lead'))} ${summary(problem)}
      <ul class="codes" id="codes">
        ${view.codes.map((code) => html`<li>${code}</li>`)}
      </ul>
      <div class="actions">
        ${copyButton(shell, 'codes')}
        <a class="btn ghost small" download="recovery-codes.txt" href="data:text/plain;charset=utf-8,${encodeURIComponent(file)}"
          >${t('login.recovery-codes.download')}</a
        >
        <button type="button" class="btn ghost small" data-print hidden>${t('login.recovery-codes.print')}</button>
      </div>
      ${form(
        view.action,
        html`${view.fields ?? false}
          <div class="tick field">
            <input
              type="checkbox"
              id="saved"
              name="saved"
              value="yes"
              required
              ${wrong !== undefined && html` aria-invalid="true" aria-describedby="saved-wrong" autofocus`}
            />
            <label for="saved">${t('login.recovery-codes.saved')}</label>
          </div>
          ${wrong !== undefined && html`<p class="wrong" id="saved-wrong">${wrong}</p>`} ${submit(t('login.continue'))}`,
      )}`,
  });
}
