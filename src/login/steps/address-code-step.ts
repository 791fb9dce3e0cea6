import type { LoginStep, Turn } from './turn.ts';
import { actionOf } from './turn.ts';
import type { Visit } from '../connection-login.ts';
import type { LoginDeps } from '../login-deps.ts';
import type { Notes } from '../login-state.ts';
import { cardPage } from '../pages/layout.ts';
import { field, form, heading, linkForm, submit, summary, who } from '../pages/parts.ts';
import { HOUR, MINUTE, after } from '../../base/clock.ts';
import { randomDigits } from '../../base/random.ts';
import type { Transaction } from '../../db/database.ts';
import { html } from '../../http/html.ts';
import { composeMail } from '../../mail/compose.ts';
import { postMail } from '../../mail/post-mail.ts';
import { parseEmailAddress } from '../../users/email-address.ts';
import type { EmailAddress } from '../../users/email-address.ts';

const LIFETIME = 10 * MINUTE;
const MOST_TRIES = 5;
/** Of the key that codes are stored under. */
const PURPOSE = 'address code';
const CODES = { name: 'address-code', points: 6, seconds: HOUR };

/** *Check your mail*: an address of several users is proved before their organizations are named. */
export const addressCodeStep: LoginStep = {
  async show({ shell }, visit, problem) {
    const { t } = shell;
    const title = t('login.address-code.title');
    const email = visit.state.login.email ?? '';
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
    const action = actionOf(visit, 'address-code');
    return cardPage(shell, {
      title,
      body: html`${heading(title, t('login.address-code.lead', { email }))} ${summary(problem)}
        ${who(t, email, actionOf(visit, 'start-over'))} ${form(action, html`${code}${submit(t('login.continue'))}`)}
        <div class="below">${linkForm(action, t('login.address-code.again'), { again: 'yes' })}</div>`,
    });
  },

  async take(deps, visit, given) {
    const address = parseEmailAddress(visit.state.login.email ?? '');
    if (given['again'] !== undefined) {
      const { notes, work } = await newCode(deps, visit, address);
      return { kind: 'stay', notes, work };
    }
    const known = visit.state.notes.addressCode;
    const typed = (given['code'] ?? '').replaceAll(/[\s-]/g, '');
    const live = known !== undefined && known.expiresAt > deps.clock.now() && known.attempts < MOST_TRIES;
    if (live && isCode(deps, visit, address, typed, known.mac)) {
      return { kind: 'go', event: { kind: 'address-proved' } };
    }
    const problem = { field: 'code', text: deps.shell.t('login.address-code.wrong') };
    if (known === undefined) return { kind: 'stay', problem };
    return { kind: 'stay', problem, notes: { addressCode: { ...known, attempts: known.attempts + 1 } } };
  },
};

/** The turn to this step: mails a code. */
export async function addressCodeTurn(deps: LoginDeps, visit: Visit, address: EmailAddress): Promise<Turn> {
  const { notes, work } = await newCode(deps, visit, address);
  return {
    kind: 'go',
    event: { kind: 'identified', email: address.email, to: { kind: 'address-code' } },
    notes,
    work,
  };
}

async function newCode(
  deps: LoginDeps,
  visit: Visit,
  address: EmailAddress,
): Promise<{ notes: Notes; work: (tx: Transaction) => Promise<void> }> {
  await deps.rateLimit.consume(CODES, address.key);
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
    notes: {
      addressCode: {
        mac: deps.secrets.mac(PURPOSE, provedBy(visit, address, code)).toString('base64url'),
        expiresAt,
        attempts: 0,
      },
    },
    work: async (tx) =>
      postMail(
        { ...deps, db: tx },
        {
          ...mail,
          kind: 'address-code',
          recipient: address.email,
          organizationId: null,
          carries: { replaceKey: `address-code ${visit.row.id}`, expiresAt, urgent: true },
        },
      ),
  };
}

/** A code counts for this login and this address alone. */
function provedBy(visit: Visit, address: EmailAddress, code: string): string {
  return JSON.stringify([visit.row.id, address.key, code]);
}

function isCode(deps: LoginDeps, visit: Visit, address: EmailAddress, typed: string, mac: string): boolean {
  return deps.secrets.isMac(PURPOSE, provedBy(visit, address, typed), Buffer.from(mac, 'base64url'));
}
