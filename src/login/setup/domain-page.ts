import { dnsHostOf } from './dns-hosts.ts';
import { copyable, stepPage } from './setup-page.ts';
import type { ChosenContext } from './setup-page.ts';
import { redirect } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { LoginDeps } from '../login-deps.ts';
import { field, form, linkForm, submit } from '../pages/parts.ts';
import type { Problem } from '../pages/parts.ts';
import { MINUTE, utcMinute } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { reachStep } from '../../connections/setup/prepare-draft.ts';
import { checkSetupDomain, enterSetupDomain, readSetupDomain } from '../../connections/setup/verify-setup-domain.ts';
import { sentenceOf } from '../../domains/diagnose/sentence.ts';
import { challengeName, challengeValue, isVerified } from '../../domains/domain.ts';
import type { DomainVerification } from '../../domains/domain.ts';
import { html } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';
import { domainOf } from '../../mail/post-mail.ts';

/** What a person can mend; every other refusal is a page of its own. */
const MENDABLE = ['domain.malformed', 'domain.public', 'domain.suffix', 'domain.too-many', 'domain.being-checked'];

/** GET: the field for the domain, or its record and what DNS shows. */
export async function showDomain(deps: LoginDeps, context: ChosenContext): Promise<Answer> {
  return domainPage(deps, context, await readSetupDomain(deps, context.invitation));
}

/** POST: a domain was entered, or is left out. */
export async function submitDomain(deps: LoginDeps, context: ChosenContext): Promise<Answer> {
  const given = context.request.form;
  if (given['go-on'] !== undefined) {
    await reachStep(deps, context.invitation, 'guide');
    return redirect(context.at('guide'));
  }
  if (given['other'] !== undefined) return domainPage(deps, context, null);
  const typed = (given['domain'] ?? '').trim().replace(/^.*@/, '').slice(0, 300);
  try {
    await enterSetupDomain(deps, context.invitation, typed);
    return redirect(context.at('domain'));
  } catch (error) {
    return domainPage(deps, context, null, { ...problemOf(deps, error, typed), field: 'domain', value: typed });
  }
}

/** POST: *Check now*. */
export async function checkDomainNow(deps: LoginDeps, context: ChosenContext): Promise<Answer> {
  try {
    await checkSetupDomain(deps, context.invitation);
    return redirect(context.at('domain'));
  } catch (error) {
    const verification = await readSetupDomain(deps, context.invitation);
    return domainPage(deps, context, verification, problemOf(deps, error, context.invitation.domain ?? ''));
  }
}

function problemOf({ shell: { t } }: LoginDeps, error: unknown, domain: string): Problem {
  if (!(error instanceof AppError) || !MENDABLE.includes(error.code)) throw error;
  return { text: t(`error.${error.code}`, { domain, ...error.values }) };
}

function domainPage(
  deps: LoginDeps,
  context: ChosenContext,
  verification: DomainVerification | null,
  problem?: Problem,
): Answer {
  const { t } = deps.shell;
  return stepPage(deps, context, 'domain', {
    title: t('setup-link.domain.title'),
    lead: t('setup-link.domain.lead'),
    problem,
    body: verification === null ? entry(deps, context, problem) : record(deps, context, verification),
  });
}

function entry({ shell: { t } }: LoginDeps, { invitation, at }: ChosenContext, problem: Problem | undefined): Html {
  const domain = field(
    {
      name: 'domain',
      label: t('setup-link.domain.field'),
      value: problem?.value ?? invitation.domain ?? domainOf(invitation.email),
      help: t('setup-link.domain.help'),
      autocomplete: 'off',
      maxlength: 300,
    },
    problem,
    problem === undefined,
  );
  return html`${form(at('domain'), html`${domain}${submit(t('setup-link.domain.show'))}`)}
    <div class="below">
      ${linkForm(at('domain'), t('setup-link.domain.skip'), { 'go-on': 'yes' })}
      <p>${t('setup-link.domain.skip.help')}</p>
    </div>`;
}

function record(deps: LoginDeps, context: ChosenContext, verification: DomainVerification): Html {
  const { t } = deps.shell;
  const { at } = context;
  const { domain, state, takesEffectAt } = verification;
  const found = verification.held && verification.finding?.proof === true;
  const well = isVerified(verification) || found;
  const goOn = form(
    at('domain'),
    html`<input type="hidden" name="go-on" value="yes" />${submit(t('setup-link.continue'))}`,
  );
  const other = linkForm(at('domain'), t('setup-link.domain.other'), { other: 'yes' });
  if (state === 'verified') {
    return html`<p class="notice good" role="status">${t('setup-link.domain.state.verified', { domain })}</p>
      ${goOn}
      <div class="below">${other}</div>`;
  }
  if (takesEffectAt !== null) {
    return html`<div class="notice" role="status">
        <p><strong>${t('setup-link.domain.state.waiting', { domain, at: utcMinute(takesEffectAt) })}</strong></p>
        <p>${t('setup-link.domain.waiting.why')}</p>
      </div>
      ${goOn}
      <div class="below">${other}</div>`;
  }
  const host = dnsHostOf((verification.finding?.nameServers ?? []).map(({ name }) => name));
  return html`<p>${t('setup-link.domain.put', { domain })}</p>
    ${host !== undefined && html`<p class="soft">${t('setup-link.domain.host', { domain, host })}</p>`}
    <dl class="record">
      <dt>${t('setup-link.domain.type')}</dt>
      <dd><code>TXT</code></dd>
      <dt>${t('setup-link.domain.name')}</dt>
      <dd>
        ${copyable(deps, 'record-name', shortName(domain))}
        <p class="help">${t('setup-link.domain.name.help', { name: challengeName(domain) })}</p>
      </dd>
      <dt>${t('setup-link.domain.value')}</dt>
      <dd>${copyable(deps, 'record-value', challengeValue(verification.token))}</dd>
    </dl>
    <div class="notice" role="status">
      <p><strong>${t(`setup-link.domain.state.${found ? 'found' : state}`, { domain })}</strong></p>
      ${verification.finding !== null && !found && findings(deps, verification)}
      ${
        !found &&
        verification.nextCheckAt !== null &&
        html`<p class="small">${t('setup-link.domain.next', { minutes: minutesUntil(deps, verification.nextCheckAt) })}</p>`
      }
    </div>
    <div class="actions">
      <form method="post" action="${at('check-domain')}">
        <button class="btn" type="submit">${t('setup-link.domain.check')}</button>
      </form>
      <form method="post" action="${at('domain')}">
        <input type="hidden" name="go-on" value="yes" />
        <button class="btn ghost" type="submit">${t(well ? 'setup-link.continue' : 'setup-link.domain.meanwhile')}</button>
      </form>
    </div>
    <div class="below">${other}</div>`;
}

/** Whole minutes, at least one. */
function minutesUntil({ clock }: LoginDeps, at: Date): number {
  return Math.max(1, Math.ceil((at.getTime() - clock.now().getTime()) / 1000 / MINUTE));
}

/** The label of the record below the domain's own zone, as most hosts want it. */
function shortName(domain: string): string {
  return challengeName(domain).slice(0, -domain.length - 1);
}

function findings({ shell: { t } }: LoginDeps, { finding }: DomainVerification): Html[] {
  return finding === null ? [] : [finding, ...finding.notes].map((each) => html`<p>${sentenceOf(t, each)}</p>`);
}
