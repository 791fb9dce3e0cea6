import { offeredCredentials, providerOf } from './providers.ts';
import type { SetupProvider } from './providers.ts';
import { redirect, show } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { PageRequest } from '../handle-request.ts';
import type { LoginDeps } from '../login-deps.ts';
import { copyButton } from '../pages/enrollment-pages.ts';
import { barPage } from '../pages/layout.ts';
import { messagePage } from '../pages/message-pages.ts';
import { heading, summary } from '../pages/parts.ts';
import type { Problem } from '../pages/parts.ts';
import { rethrowUnless } from '../../base/errors.ts';
import { explainFailure } from '../../connections/connection-settings.ts';
import { openSetup } from '../../connections/setup/open-setup.ts';
import type { OpenedSetup } from '../../connections/setup/open-setup.ts';
import {
  SETUP_STEPS,
  mayReach,
  oldSecretUntil,
  setupPath,
  setupState,
} from '../../connections/setup/setup-invitation.ts';
import type {
  SetupCredential,
  SetupInvitation,
  SetupState,
  SetupStep,
} from '../../connections/setup/setup-invitation.ts';
import { html } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';

/** Of the browser at setup links; one for all of them, a visit is told by link and browser. */
export const SETUP_COOKIE = 'setup';
const LOOKS = { name: 'link', points: 60, seconds: 60 };

/** A link in a browser, as the handler of a page is given it. */
export interface SetupContext extends OpenedSetup {
  token: string;
  request: PageRequest;
  /** The address of a page of this link. */
  at(page: SetupStep | 'start' | 'code' | 'prove' | 'credential' | 'check-domain'): string;
}

/** As {@link SetupContext}, where a provider is chosen. */
export interface ChosenContext extends SetupContext {
  provider: SetupProvider;
  credential: SetupCredential;
}

type Handler<C> = (deps: LoginDeps, context: C) => Promise<Answer>;

/** A page of a link, whoever opens it: links of nobody and those that have ended are answered here. */
export function atLink(handler: Handler<SetupContext>) {
  return async (deps: LoginDeps, request: PageRequest): Promise<Answer> => {
    const token = request.parameter('token');
    const found = await openSetup(deps, token, request.browser.cookie(SETUP_COOKIE));
    // Whoever has proven the mailbox guesses no links.
    if (found?.proven !== true) await deps.rateLimit.consume(LOOKS, request.browser.network);
    if (found === undefined) return closed(deps, 'unknown');
    const at: SetupContext['at'] = (page) =>
      `${setupPath(encodeURIComponent(token))}${page === 'start' ? '' : `/${page}`}`;
    try {
      return await handler(deps, { ...found, token, request, at });
    } catch (error) {
      rethrowUnless(error, 'setup-link.ended');
      const again = await openSetup(deps, token, undefined);
      return (again && ended(deps, again.invitation)) ?? closed(deps, 'unknown');
    }
  };
}

/** A page behind the code: another browser is sent to the start of the link. */
export function atStep(handler: Handler<SetupContext>) {
  return atLink(async (deps, context) => {
    const end = ended(deps, context.invitation);
    if (end !== undefined) return end;
    return context.proven ? handler(deps, context) : redirect(context.at('start'));
  });
}

/** A step that needs a provider: without one the first step comes. */
export function atChosenStep(step: SetupStep, handler: Handler<ChosenContext>) {
  return atStep(async (deps, context) => {
    const { invitation } = context;
    const provider = providerOf(invitation.provider);
    if (provider === undefined) return redirect(context.at('provider'));
    if (!mayReach(invitation, step)) return redirect(context.at('values'));
    const credential = invitation.credential ?? offeredCredentials(provider)[0] ?? 'secret';
    return handler(deps, { ...context, provider, credential });
  });
}

/** The page of a step: where one is, what it says, its form. */
export function stepPage(
  { shell }: LoginDeps,
  { invitation, organization, at }: SetupContext,
  step: SetupStep,
  content: { title: string; lead: string; body: Html; problem?: Problem | undefined },
): Answer {
  const { t } = shell;
  const number = SETUP_STEPS.indexOf(step) + 1;
  const steps = SETUP_STEPS.map((each) => {
    const name = t(`setup-link.step.${each}`);
    if (each === step) return html`<li aria-current="step">${name}</li>`;
    const reached = mayReach(invitation, each);
    return html`<li>${reached ? html`<a href="${at(each)}">${name}</a>` : html`<span>${name}</span>`}</li>`;
  });
  const { title, lead, body, problem } = content;
  const page = barPage(shell, {
    title: `${title} · ${organization.name}`,
    links: [],
    scripts: ['conveniences'],
    body: html`<nav class="setup-steps" aria-label="${t('setup-link.steps')}">
        <p class="small soft">
          ${t('setup-link.step', { number, count: SETUP_STEPS.length, name: t(`setup-link.step.${step}`) })}
        </p>
        <ol>
          ${steps}
        </ol>
      </nav>
      ${heading(title, lead)} ${summary(problem)} ${body}`,
  });
  return show(page, problem === undefined ? 200 : 422);
}

/** What became of a link through which nothing can be entered any more; undefined while something can. */
export function ended(deps: LoginDeps, invitation: SetupInvitation): Answer | undefined {
  const state = setupState(invitation, deps.clock.now());
  return state === 'sent' || state === 'opened' ? undefined : closed(deps, state, oldSecretUntil(invitation));
}

/** Why a link opens nothing, and whom to ask. */
export function closed(
  { shell }: LoginDeps,
  why: 'unknown' | Exclude<SetupState, 'sent' | 'opened'>,
  until: Date | null = null,
): Answer {
  const { t } = shell;
  const message = { title: t('setup-link.closed.title'), lead: t(`setup-link.closed.${why}`, { until: until ?? '' }) };
  return show(messagePage(shell, message), 410);
}

/** What is wrong with settings, or noted of them: what it is and what to do. */
export function problemText({ shell: { t } }: LoginDeps, fault: SetupInvitation['notes'][number]): string {
  const { code, what, fix, values } = explainFailure(fault.fault, fault.values);
  const text = [what, fix].flatMap((key) => (key === null ? [] : [t(key, values)])).join(' ');
  if (text === '') return code;
  // Fixes are written for the console; here its form is a step.
  return text.includes(t('setup-link.settings-here.words')) ? `${text} ${t('setup-link.settings-here')}` : text;
}

/** A value to be pasted elsewhere, with a button that copies it where there is script. */
export function copyable({ shell }: LoginDeps, id: string, value: string): Html {
  return html`<div class="copyable"><code class="secret" id="${id}" dir="ltr">${value}</code>${copyButton(shell, id)}</div>`;
}
