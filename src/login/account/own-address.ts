import type { Visitor } from '../find-visitor.ts';
import { redirect, show } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { PageRequest } from '../handle-request.ts';
import { backWithNotice } from './notice.ts';
import type { LoginDeps } from '../login-deps.ts';
import { cardPage } from '../pages/layout.ts';
import { limitText } from '../pages/message-pages.ts';
import { field, form, heading, linkForm, submit, summary } from '../pages/parts.ts';
import type { Problem } from '../pages/parts.ts';
import { AppError } from '../../base/errors.ts';
import { HOUR } from '../../base/clock.ts';
import { statusOf } from '../../http/problem.ts';
import { html } from '../../http/html.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import { findAddressCode, mailAddressCode, takeAddressCode } from '../../users/address/address-code.ts';
import type { Prover } from '../../users/address/address-code.ts';

const ACTION = '/account/prove-address';
/** Codes of one user. */
const CODES = { name: 'own-address-code', points: 6, seconds: HOUR };

/** POST /account/prove-address: mails a code, and takes it. Whoever has the session alone, or the mailbox alone, proves nothing. */
export async function proveOwnAddress(deps: LoginDeps, request: PageRequest, visitor: Visitor): Promise<Answer> {
  const { user } = visitor;
  const { t } = deps.shell;
  if (user.emailProvenAt !== null) return redirect('/account');
  const { code } = request.form;
  if (code !== undefined) {
    if (await takeAddressCode(deps, proverOf(visitor), code)) {
      return backWithNotice(deps, visitor, t('account.proven-now'));
    }
    return show(codePage(deps, visitor, { field: 'code', text: t('login.address-code.wrong') }), 422);
  }
  const known = await findAddressCode(deps, user);
  // Pressed once more, or mailed after setup: the code that waits is good.
  const waits = known !== undefined && known.sessionId === visitor.session.id && known.expiresAt > deps.clock.now();
  if (waits && request.form['again'] === undefined) return show(codePage(deps, visitor));
  try {
    await mailOwnCode(deps, visitor);
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'limited') throw error;
    const seconds = Number(error.values['seconds'] ?? HOUR);
    const limited = show(codePage(deps, visitor, { text: limitText(deps.shell, error) }), statusOf(error));
    return { ...limited, retryAfter: seconds };
  }
  return show(codePage(deps, visitor));
}

/**
 * After setup, where mail is configured: the address of whoever was set up is proven by nothing yet. Mailed once; its page is
 * in `/account`.
 */
export async function mailFirstCode(deps: LoginDeps, visitor: Visitor): Promise<void> {
  const { user } = visitor;
  if (!deps.sendsMail || user.emailProvenAt !== null || (await findAddressCode(deps, user)) !== undefined) return;
  await mailOwnCode(deps, visitor).catch((error: unknown) => deps.log.error({ err: error }, 'a code was not mailed'));
}

async function mailOwnCode(deps: LoginDeps, visitor: Visitor): Promise<void> {
  await deps.rateLimit.consume(CODES, visitor.user.id);
  const organization = await findOrganization(deps, visitor.user.organizationId);
  if (organization === undefined) throw new AppError('organization.not-found');
  await mailAddressCode(deps, proverOf(visitor), { t: deps.shell.t, organizationPath: organization.path });
}

function proverOf({ session, user }: Visitor): Prover {
  return { userId: user.id, organizationId: user.organizationId, sessionId: session.id };
}

function codePage({ shell }: LoginDeps, { user }: Visitor, problem?: Problem): string {
  const { t } = shell;
  const title = t('account.prove-address');
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
  return cardPage(shell, {
    title,
    body: html`${heading(title, t('account.prove-address-lead', { email: user.email }))} ${summary(problem)}
      ${form(ACTION, html`${code}${submit(t('login.continue'))}`)}
      <div class="below">
        ${linkForm(ACTION, t('login.address-code.again'), { again: 'yes' })}
        <p><a href="/account">${t('account.back')}</a></p>
      </div>`,
  });
}
