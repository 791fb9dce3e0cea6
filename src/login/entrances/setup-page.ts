import { redirect, show } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { Call } from './entrance.ts';
import type { LoginDeps } from '../login-deps.ts';
import { cardPage } from '../pages/layout.ts';
import { linkButton, messagePage } from '../pages/message-pages.ts';
import { field, form, heading, submit, summary } from '../pages/parts.ts';
import type { Problem } from '../pages/parts.ts';
import { DAY } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { readPlainName } from '../../base/plain-name.ts';
import { randomSecret } from '../../base/random.ts';
import { html } from '../../http/html.ts';
import { acceptSetup, findSetup } from '../../invitations/accept-setup.ts';
import { readEmailAddress } from '../../users/email-address.ts';

const LOOKS = { name: 'link', points: 60, seconds: 60 };

/** GET: names the organization and its first administrator. */
export async function showSetup(deps: LoginDeps, call: Call): Promise<Answer> {
  await deps.rateLimit.consume(LOOKS, call.browser.address);
  const found = await findSetup(deps, call.token);
  if (typeof found === 'string') return closed(deps, found);
  return setupForm(deps, call, { organization: found.organizationName ?? '', email: found.email ?? '' });
}

/** POST: creates both, closes setup for good, and goes on to the password in this browser. */
export async function takeSetup(deps: LoginDeps, call: Call): Promise<Answer> {
  await deps.rateLimit.consume(LOOKS, call.browser.address);
  const found = await findSetup(deps, call.token);
  if (typeof found === 'string') return closed(deps, found);
  const { t } = deps.shell;
  const organization = (call.form['organization'] ?? '').trim();
  const email = call.form['email'] ?? '';
  const address = readEmailAddress(email);
  const typed = { organization, email };
  if (typeof readPlainName(organization) === 'string') {
    return setupForm(deps, call, typed, { field: 'organization', text: t('setup.name-missing') });
  }
  if (address === undefined) {
    return setupForm(deps, call, typed, { field: 'email', text: t('error.email.malformed') });
  }
  const browserSecret = randomSecret();
  try {
    const user = await acceptSetup(deps, { token: call.token, organizationName: organization, address, browserSecret });
    const cookies = [{ name: 'invitation', value: browserSecret, maxAge: DAY }];
    return redirect(deps.startLoginUrl({ loginHint: user.email, fresh: true }), cookies);
  } catch (error) {
    if (error instanceof AppError && error.code === 'setup.closed') return closed(deps, 'used');
    throw error;
  }
}

function setupForm(
  { shell }: LoginDeps,
  call: Call,
  typed: { organization: string; email: string },
  problem?: Problem,
): Answer {
  const { t } = shell;
  const title = t('setup.title');
  const fields = html`${field(
    {
      name: 'organization',
      label: t('setup.organization'),
      value: typed.organization,
      autocomplete: 'organization',
      maxlength: 120,
    },
    problem,
    problem === undefined,
  )}
  ${field(
    { name: 'email', label: t('setup.email'), type: 'email', value: typed.email, autocomplete: 'email' },
    problem,
  )}
  ${submit(t('setup.create'))}`;
  const body = html`${heading(title, t('setup.lead'))} ${summary(problem)}
  ${form(`/login/setup/${encodeURIComponent(call.token)}`, fields)}`;
  return show(cardPage(shell, { title, body }), problem === undefined ? 200 : 422);
}

function closed({ shell }: LoginDeps, why: 'used' | 'expired'): Answer {
  const { t } = shell;
  const next = why === 'used' && linkButton('/', t('login.back'));
  const message = { title: t('setup.closed.title'), lead: t(`setup.closed.${why}`), next };
  return show(messagePage(shell, message), 410);
}
