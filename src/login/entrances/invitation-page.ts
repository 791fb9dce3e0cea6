import { redirect, show } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { Call } from './entrance.ts';
import type { LoginDeps } from '../login-deps.ts';
import { cardPage } from '../pages/layout.ts';
import { linkButton, messagePage } from '../pages/message-pages.ts';
import { form, heading, submit } from '../pages/parts.ts';
import { SERVICE } from '../../audit/audit-event.ts';
import { DAY } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { formatId } from '../../base/ids.ts';
import { randomSecret } from '../../base/random.ts';
import { html } from '../../http/html.ts';
import { sendInvitation } from '../../invitations/send-invitation.ts';
import { findInvitationOfLink, takeUpInvitation } from '../../invitations/take-up-invitation.ts';
import type { LinkedInvitation } from '../../invitations/take-up-invitation.ts';

const LOOKS = { name: 'link', points: 60, seconds: 60 };

/** GET: the start page of the invitation, with **Log In**. Spends nothing. */
export async function showInvitation(deps: LoginDeps, call: Call): Promise<Answer> {
  await deps.rateLimit.consume(LOOKS, call.browser.address);
  const found = await findInvitationOfLink(deps, call.token, call.browser.cookie('invitation'));
  if (found.kind !== 'open') return closed(deps, call, found);
  const { t } = deps.shell;
  const title = t('invitation.title');
  const lead = t('invitation.lead', { organization: found.organization.name, email: found.user.email });
  const body = html`${heading(title, lead)} ${form(addressOf(call), submit(t('login.log-in')))}`;
  return show(cardPage(deps.shell, { title, body }));
}

/** POST: takes the invitation up in this browser and begins a login for its address. */
export async function takeUp(deps: LoginDeps, call: Call): Promise<Answer> {
  await deps.rateLimit.consume(LOOKS, call.browser.address);
  const browserSecret = call.browser.cookie('invitation') ?? randomSecret();
  const found = await takeUpInvitation(deps, { token: call.token, browserSecret });
  if (found.kind === 'expired' && call.form['again'] !== undefined) return sendAgain(deps, found);
  if (found.kind !== 'open') return closed(deps, call, found);
  const hints = { loginHint: found.user.email, organization: formatId('org', found.organization.id), fresh: true };
  return redirect(deps.startLoginUrl(hints), [{ name: 'invitation', value: browserSecret, maxAge: DAY }]);
}

/** An expired invitation can be had afresh, at the address it was for and nowhere else. */
async function sendAgain(deps: LoginDeps, found: Extract<LinkedInvitation, { kind: 'expired' }>): Promise<Answer> {
  const { t } = deps.shell;
  const { organization, user, invitation } = found;
  try {
    await sendInvitation({ ...deps, t, config: deps }, SERVICE, {
      organization,
      user,
      invitedBy: invitation.invitedBy,
      inviterName: null,
    });
  } catch (error) {
    // Asked for too often: the answer stays the same.
    if (!(error instanceof AppError) || error.code !== 'request.too-many') throw error;
  }
  const next = linkButton('/', t('login.back'));
  return show(messagePage(deps.shell, { title: t('forgot.sent.title'), lead: t('invitation.expired.sent'), next }));
}

function closed(deps: LoginDeps, call: Call, found: Exclude<LinkedInvitation, { kind: 'open' }>): Answer {
  const { t } = deps.shell;
  if (found.kind === 'expired') {
    const title = t('invitation.expired.title');
    const again = html`<input type="hidden" name="again" value="yes" />${submit(t('invitation.expired.again'))}`;
    const body = html`${heading(title, t('invitation.expired.lead'))} ${form(addressOf(call), again)}`;
    return show(cardPage(deps.shell, { title, body }), 410);
  }
  return show(
    messagePage(deps.shell, {
      title: t('invitation.closed.title'),
      lead: t(`invitation.closed.${found.kind}`),
      next: linkButton('/', t('login.back')),
    }),
    found.kind === 'unknown' ? 404 : 410,
  );
}

function addressOf(call: Call): string {
  return `/login/invitation/${encodeURIComponent(call.token)}`;
}
