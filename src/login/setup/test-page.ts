import { setupDeps } from './setup-deps.ts';
import { SETUP_COOKIE, closed, problemText, stepPage } from './setup-page.ts';
import type { ChosenContext } from './setup-page.ts';
import { redirect } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { PageRequest } from '../handle-request.ts';
import type { LoginDeps } from '../login-deps.ts';
import { form, linkForm, submit } from '../pages/parts.ts';
import type { Problem } from '../pages/parts.ts';
import { HOUR } from '../../base/clock.ts';
import { openSetup } from '../../connections/setup/open-setup.ts';
import { setupPath } from '../../connections/setup/setup-invitation.ts';
import { keepTestResult, readDraftTest, testDraft } from '../../connections/setup/test-draft.ts';
import { explainRun } from '../../connections/trial/explain-trial.ts';
import { stateOf } from '../../connections/trial/trial.ts';
import { inTransaction } from '../../db/database.ts';
import type { Transaction } from '../../db/database.ts';
import { html } from '../../http/html.ts';

/** Where a test leads back to: its row holds this path, the browser the link. */
export const RETURN_PATH = '/setup/test-return';
/** The link a test was begun from. */
const RETURN_COOKIE = 'setup-return';

/** GET: what a test does, or what came of it. */
export async function showTest(deps: LoginDeps, context: ChosenContext): Promise<Answer> {
  return testPage(deps, context);
}

/** POST: begins a test, or goes on. */
export async function submitTest(deps: LoginDeps, context: ChosenContext): Promise<Answer> {
  const { invitation, request, token, at } = context;
  if (request.form['go-on'] !== undefined) {
    await keepTestResult(deps, invitation);
    return redirect(at('hand-over'));
  }
  const { db } = deps;
  const begun = await testDraft(
    {
      ...setupDeps(deps),
      transact: async <T>(work: (tx: Transaction) => Promise<T>) =>
        inTransaction({ db }, async (inside) => work(inside.db)),
    },
    invitation,
    RETURN_PATH,
  );
  // Another draft by now, which has no test: the page offers one.
  if (begun === null) return redirect(at('test'));
  if (!begun.begun) return testPage(deps, context, { text: problemText(deps, begun.fault) });
  return redirect(begun.path, [{ name: RETURN_COOKIE, value: token, maxAge: HOUR }]);
}

/** GET: back from a test, in the browser that began it; on to the last step once it passed. Changes nothing. */
export async function returnFromTest(deps: LoginDeps, { browser }: PageRequest): Promise<Answer> {
  const token = browser.cookie(RETURN_COOKIE);
  const visit = browser.cookie(SETUP_COOKIE);
  if (token === undefined || visit === undefined) return closed(deps, 'unknown');
  const found = await openSetup(deps, token, visit);
  // Whoever has just read that it passed need not read it again.
  const test = found?.proven === true ? await readDraftTest(deps, found.invitation) : null;
  const next = test !== null && stateOf(test.run) === 'passed' ? 'hand-over' : 'test';
  return redirect(`${setupPath(encodeURIComponent(token))}/${next}`);
}

async function testPage(deps: LoginDeps, context: ChosenContext, problem?: Problem): Promise<Answer> {
  const { t } = deps.shell;
  const { invitation, at } = context;
  const test = await readDraftTest(deps, invitation);
  const state = test === null ? 'ready' : stateOf(test.run);
  const explained = test === null ? null : explainRun(test.run, test.trial);
  const passed = state === 'passed';
  const begin = form(at('test'), submit(t(state === 'ready' ? 'setup-link.test.begin' : 'setup-link.test.again')));
  const goOn = { 'go-on': 'yes' };
  return stepPage(deps, context, 'test', {
    title: t('setup-link.test.title'),
    lead: t('setup-link.test.lead'),
    problem,
    body: html`${passed && html`<p class="notice good" role="status">${t('setup-link.test.passed')}</p>`}
    ${
      explained !== null &&
      html`<div class="notice" role="status">
        <p><strong>${t('setup-link.test.failed')}</strong></p>
        <p>${explained.what === null ? explained.code : t(explained.what, explained.values)}</p>
        ${explained.fix !== null && html`<p>${t(explained.fix, explained.values)}</p>`}
        <p class="small soft">${t('setup-link.settings-here')}</p>
      </div>`
    }
    ${
      passed
        ? html`<form method="post" action="${at('test')}">
              <input type="hidden" name="go-on" value="yes" />${submit(t('setup-link.continue'))}
            </form>
            <div class="below">${linkForm(at('test'), t('setup-link.test.again'))}</div>`
        : html`${begin}
            <div class="below">${linkForm(at('test'), t('setup-link.test.left-out'), goOn)}</div>`
    }`,
  });
}
