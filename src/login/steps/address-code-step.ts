import { knownBrowserOf } from './known-browser.ts';
import type { LoginStep, StepResult } from './step.ts';
import { stepUrl } from './step.ts';
import type { LoginContext } from '../login-context.ts';
import type { LoginDeps } from '../login-deps.ts';
import type { StepState } from '../../logins/login-state.ts';
import { cardPage } from '../pages/layout.ts';
import { field, form, heading, linkForm, submit, summary, who } from '../pages/parts.ts';
import { HOUR, MINUTE, after } from '../../base/clock.ts';
import { randomDigits } from '../../base/random.ts';
import type { Transaction } from '../../db/database.ts';
import { html } from '../../http/html.ts';
import { composeMail } from '../../mail/compose.ts';
import { postMail } from '../../mail/post-mail.ts';
import type { TraceDetail } from '../../logins/trace.ts';
import { parseEmailAddress } from '../../users/email-address.ts';
import type { EmailAddress } from '../../users/email-address.ts';

const LIFETIME = 10 * MINUTE;
const MOST_TRIES = 5;
/** Of the key that codes are stored under. */
const PURPOSE = 'address code';
/** Codes asked for from one network or known browser, and in all for one mailbox: strangers do not use up the owner's. */
const CODES = { name: 'address-code', points: 6, seconds: HOUR };
const CODES_OF_STRANGERS = { name: 'address-code-strangers', points: 30, seconds: HOUR };

/** *Check your mail*: an address of several users is proved before their organizations are named. */
export const addressCodeStep: LoginStep = {
  async show({ shell }, context, problem) {
    const { t } = shell;
    const title = t('login.address-code.title');
    const email = context.state.login.email ?? '';
    const code = field(
      {
        name: 'code',
        label: t('login.address-code.code'),
        inputmode: 'numeric',
        autocomplete: 'one-time-code',
        code: true,
      },
      problem,
      problem === undefined,
    );
    const action = stepUrl(context, 'address-code');
    return cardPage(shell, {
      title,
      body: html`${heading(title, t('login.address-code.lead', { email }))} ${summary(problem)}
        ${who(t, email, stepUrl(context, 'start-over'))} ${form(action, html`${code}${submit(t('login.continue'))}`)}
        <div class="below">${linkForm(action, t('login.address-code.again'), { again: 'yes' })}</div>`,
    });
  },

  async submit(deps, context, given) {
    const address = parseEmailAddress(context.state.login.email ?? '');
    if (given['again'] !== undefined) {
      return { kind: 'stay', ...(await newCode(deps, context, address)) };
    }
    const known = context.state.stepState.addressCode;
    const typed = (given['code'] ?? '').replaceAll(/[\s-]/g, '');
    const live = known !== undefined && known.expiresAt > deps.clock.now() && known.attempts < MOST_TRIES;
    if (live && isCode(deps, context, address, typed, known.mac)) {
      return { kind: 'go', event: { kind: 'address-proved' } };
    }
    const problem = { field: 'code', text: deps.shell.t('login.address-code.wrong') };
    if (known === undefined) return { kind: 'stay', problem };
    return {
      kind: 'stay',
      problem,
      stepState: { addressCode: { ...known, attempts: known.attempts + 1 } },
      failed: { factor: 'address-code' },
    };
  },
};

/** Leads to this step: mails a code. */
export async function mailAddressCode(
  deps: LoginDeps,
  context: LoginContext,
  address: EmailAddress,
  detail: TraceDetail,
): Promise<StepResult> {
  return {
    kind: 'go',
    event: { kind: 'identified', email: address.email, to: { kind: 'address-code' } },
    detail,
    ...(await newCode(deps, context, address)),
  };
}

async function newCode(
  deps: LoginDeps,
  context: LoginContext,
  address: EmailAddress,
): Promise<{ stepState: StepState; inTransaction: (tx: Transaction) => Promise<void> }> {
  const known = knownBrowserOf(deps, context.browser, address.key);
  if (known === undefined) await deps.rateLimit.consume(CODES_OF_STRANGERS, address.key);
  await deps.rateLimit.consume(CODES, `${address.key} ${known ?? context.browser.network}`);
  const code = randomDigits(6);
  const { t } = deps.shell;
  const mail = composeMail(t, {
    subject: t('mail.address-code.subject', { code }),
    heading: t('mail.address-code.heading'),
    paragraphs: [t('mail.address-code.lead')],
    code,
    notes: [t('mail.address-code.valid'), t('mail.address-code.ignore')],
  });
  const expiresAt = after(deps.clock.now(), LIFETIME);
  return {
    stepState: {
      addressCode: {
        mac: deps.secrets.mac(PURPOSE, provedBy(context, address, code)).toString('base64url'),
        expiresAt,
        attempts: 0,
      },
    },
    inTransaction: async (tx) =>
      postMail(
        { ...deps, db: tx },
        {
          ...mail,
          kind: 'address-code',
          recipient: address.email,
          organizationId: null,
          carries: { replaceKey: `address-code ${context.row.id}`, expiresAt, urgent: true },
        },
      ),
  };
}

/** A code counts for this login and this address alone. */
function provedBy(context: LoginContext, address: EmailAddress, code: string): string {
  return JSON.stringify([context.row.id, address.key, code]);
}

function isCode(deps: LoginDeps, context: LoginContext, address: EmailAddress, typed: string, mac: string): boolean {
  return deps.secrets.isMac(PURPOSE, provedBy(context, address, typed), Buffer.from(mac, 'base64url'));
}
