import type { LoginStep, StepResult } from './step.ts';
import { stepUrl } from './step.ts';
import { mailAddressCode } from './address-code-step.ts';
import { lastChoiceOf } from './last-choice.ts';
import type { LoginContext } from '../login-context.ts';
import { findDestination, findEmergencyDestination } from '../../logins/find-destination.ts';
import type { Led } from '../../logins/find-destination.ts';
import type { LoginDeps } from '../login-deps.ts';
import { cardPage } from '../pages/layout.ts';
import { field, form, heading, submit, summary } from '../pages/parts.ts';
import { html } from '../../http/html.ts';
import { findRedeemedInvitation } from '../../invitations/redeem-invitation.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import { readEmailAddress } from '../../users/email-address.ts';
import type { EmailAddress } from '../../users/email-address.ts';

/** *Log in*: the address, which decides where to prove it. */
export const identifyStep: LoginStep = {
  async show(deps, context, problem) {
    const { shell } = deps;
    const { t } = shell;
    const { application, organizationHint } = context.request;
    const organization = organizationHint === null ? undefined : await findOrganization(deps, organizationHint);
    const { login } = context.state;
    const emergency = login.mode === 'emergency';
    const title = emergency ? t('login.emergency.title') : t('login.identify.title');
    const lead = application.kind === 'registered' && t('login.to-application', { application: application.name });
    const email = field(
      {
        name: 'email',
        label: t('login.identify.email'),
        type: 'email',
        inputmode: 'email',
        autocomplete: 'username webauthn',
        value: problem?.value ?? login.email ?? '',
        maxlength: 508,
      },
      problem,
      problem === undefined,
    );
    return cardPage(shell, {
      title,
      body: html`${heading(title, emergency ? t('login.emergency.lead') : lead)} ${summary(problem)}
        ${organization !== undefined && html`<p>${t('login.to-organization', { organization: organization.name })}</p>`}
        ${form(stepUrl(context, 'identify'), html`${email}${submit(t('login.continue'))}`)}
        <p class="below">
          ${t('login.identify.note')} <a href="/login/trouble">${t('login.identify.trouble')}</a>
        </p>`,
    });
  },

  async submit(deps, context, given) {
    const typed = given['email'] ?? '';
    const address = readEmailAddress(typed);
    if (address === undefined) {
      const text = deps.shell.t('error.email.malformed');
      return { kind: 'stay', problem: { field: 'email', text, value: typed.slice(0, 508) } };
    }
    const { to, ...led } = await destinationFor(deps, context, address);
    const detail = { ...led, email: address.email };
    if (to.kind === 'address-code') return mailAddressCode(deps, context, address, detail);
    return { kind: 'go', event: { kind: 'identified', email: address.email, to }, detail } satisfies StepResult;
  },
};

async function destinationFor(deps: LoginDeps, context: LoginContext, address: EmailAddress): Promise<Led> {
  if (context.state.login.mode === 'emergency') return findEmergencyDestination(deps, address, context.address);
  const invitation = await findRedeemedInvitation(deps, context.browser.cookie('invitation'));
  return findDestination(deps, address, {
    organizationId: context.request.organizationHint,
    invitation: invitation ?? null,
    lastChoice: lastChoiceOf(deps, context.browser, address.key),
    facts: context.address,
  });
}
