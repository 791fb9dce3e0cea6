import { startLoginUrl } from '../../logins/authorization-request.ts';
import { redirect, show } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { PageRequest } from '../handle-request.ts';
import type { LoginDeps } from '../login-deps.ts';
import { cardPage } from './layout.ts';
import { linkButton, messagePage } from './message-pages.ts';
import { form, heading, submit } from './parts.ts';
import { SERVICE } from '../../audit/audit-event.ts';
import { DAY } from '../../base/clock.ts';
import { rethrowUnless } from '../../base/errors.ts';
import { formatId } from '../../base/ids.ts';
import { randomSecret } from '../../base/random.ts';
import { html } from '../../http/html.ts';
import { sendInvitation } from '../../invitations/send-invitation.ts';
import { findInvitationOfLink, redeemInvitation } from '../../invitations/redeem-invitation.ts';
import type { LinkedInvitation } from '../../invitations/redeem-invitation.ts';

const LOOKS = { name: 'link', points: 60, seconds: 60 };

/** GET: the start page of the invitation, with **Log In**. Changes nothing. */
export async function showInvitation(deps: LoginDeps, request: PageRequest): Promise<Answer> {
  await deps.rateLimit.consume(LOOKS, request.browser.network);
  const found = await findInvitationOfLink(deps, request.parameter('token'));
  if (found.kind !== 'open') return closed(deps, request, found);
  const { t } = deps.shell;
  const title = t('invitation.title');
  const lead = t('invitation.lead', { organization: found.organization.name, email: found.user.email });
  const body = html`${heading(title, lead)} ${form(addressOf(request), submit(t('login.log-in')))}`;
  return show(cardPage(deps.shell, { title, body }));
}

/** POST: redeems the invitation in this browser and begins a login for its address. */
export async function redeem(deps: LoginDeps, request: PageRequest): Promise<Answer> {
  await deps.rateLimit.consume(LOOKS, request.browser.network);
  const browserSecret = request.browser.cookie('invitation') ?? randomSecret();
  const found = await redeemInvitation(deps, { token: request.parameter('token'), browserSecret });
  if (found.kind === 'expired' && request.form['again'] !== undefined) return sendAgain(deps, found);
  if (found.kind !== 'open') return closed(deps, request, found);
  const hints = { loginHint: found.user.email, organization: formatId('org', found.organization.id), fresh: true };
  return redirect(startLoginUrl(deps.publicUrl, hints), [{ name: 'invitation', value: browserSecret, maxAge: DAY }]);
}

/** Mails a new link for an expired invitation, to the address it was for. */
async function sendAgain(deps: LoginDeps, found: Extract<LinkedInvitation, { kind: 'expired' }>): Promise<Answer> {
  const { t } = deps.shell;
  const { organization, user, invitation } = found;
  try {
    await sendInvitation({ ...deps, config: deps }, SERVICE, {
      organization,
      user,
      invitedBy: invitation.invitedBy,
      inviterName: null,
    });
  } catch (error) {
    // Asked for too often: the answer stays the same.
    rethrowUnless(error, 'request.too-many');
  }
  const next = linkButton('/', t('login.back'));
  return show(messagePage(deps.shell, { title: t('forgot.sent.title'), lead: t('invitation.expired.sent'), next }));
}

function closed(deps: LoginDeps, request: PageRequest, found: Exclude<LinkedInvitation, { kind: 'open' }>): Answer {
  const { t } = deps.shell;
  if (found.kind === 'expired') {
    const title = t('invitation.expired.title');
    const again = html`<input type="hidden" name="again" value="yes" />${submit(t('invitation.expired.again'))}`;
    const body = html`${heading(title, t('invitation.expired.lead'))} ${form(addressOf(request), again)}`;
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

function addressOf(request: PageRequest): string {
  return `/login/invitation/${encodeURIComponent(request.parameter('token'))}`;
}
