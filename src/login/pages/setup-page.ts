import { startLoginUrl } from '../../logins/authorization-request.ts';
import { redirect, show } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { PageRequest } from '../handle-request.ts';
import type { LoginDeps } from '../login-deps.ts';
import { cardPage } from './layout.ts';
import { linkButton, messagePage } from './message-pages.ts';
import { field, form, heading, submit, summary } from './parts.ts';
import type { Problem } from './parts.ts';
import { DAY } from '../../base/clock.ts';
import { rethrowUnless } from '../../base/errors.ts';
import { formatId } from '../../base/ids.ts';
import { readPlainName } from '../../base/plain-name.ts';
import { randomSecret } from '../../base/random.ts';
import { html } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';
import { acceptSetup, continueSetup, findSetup } from '../../invitations/accept-setup.ts';
import type { Organization } from '../../organizations/organization.ts';
import { readEmailAddress } from '../../users/email-address.ts';
import type { User } from '../../users/user.ts';

const LOOKS = { name: 'link', points: 60, seconds: 60 };

/** GET: names the organization and its first administrator. */
export async function showSetup(deps: LoginDeps, request: PageRequest): Promise<Answer> {
  await deps.rateLimit.consume(LOOKS, request.browser.network);
  const found = await findSetup(deps, request.parameter('token'));
  if (found.kind === 'begun') return begunPage(deps, request, found);
  if (found.kind !== 'open') return closed(deps, found.kind);
  const { organizationName, email } = found.proposal;
  return setupForm(deps, request, { organization: organizationName ?? '', email: email ?? '' });
}

/** The administrator was created and has chosen no password yet: whoever holds the link goes on. */
function begunPage(
  { shell }: LoginDeps,
  request: PageRequest,
  { organization, user }: { organization: Organization; user: User },
): Answer {
  const { t } = shell;
  const title = t('setup.title');
  const lead = t('setup.begun', { organization: organization.name, email: user.email });
  const action = `/login/setup/${encodeURIComponent(request.parameter('token'))}`;
  const body = html`${heading(title, lead)} ${form(action, submit(t('login.continue')))} ${keepLink(shell)}`;
  return show(cardPage(shell, { title, body }));
}

/** POST: creates both, or finds them created, and goes on to the password in this browser. */
export async function submitSetup(deps: LoginDeps, request: PageRequest): Promise<Answer> {
  await deps.rateLimit.consume(LOOKS, request.browser.network);
  const token = request.parameter('token');
  const found = await findSetup(deps, token);
  if (found.kind === 'begun') return goOn(deps, async (browserSecret) => continueSetup(deps, { token, browserSecret }));
  if (found.kind !== 'open') return closed(deps, found.kind);
  const { t } = deps.shell;
  const organization = (request.form['organization'] ?? '').trim();
  const email = request.form['email'] ?? '';
  const address = readEmailAddress(email);
  const typed = { organization, email };
  if (typeof readPlainName(organization) === 'string') {
    return setupForm(deps, request, typed, { field: 'organization', text: t('setup.name-missing') });
  }
  if (address === undefined) {
    return setupForm(deps, request, typed, { field: 'email', text: t('error.email.malformed') });
  }
  return goOn(deps, async (browserSecret) =>
    acceptSetup(deps, { token, organizationName: organization, address, browserSecret }),
  );
}

/** To the password, in this browser. */
async function goOn(deps: LoginDeps, work: (browserSecret: string) => Promise<User>): Promise<Answer> {
  const browserSecret = randomSecret();
  try {
    const user = await work(browserSecret);
    const cookies = [{ name: 'invitation', value: browserSecret, maxAge: DAY }];
    const hints = { loginHint: user.email, organization: formatId('org', user.organizationId), fresh: true };
    return redirect(startLoginUrl(deps.publicUrl, hints), cookies);
  } catch (error) {
    rethrowUnless(error, 'setup.closed');
    return closed(deps, 'used');
  }
}

function setupForm(
  { shell }: LoginDeps,
  request: PageRequest,
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
  ${form(`/login/setup/${encodeURIComponent(request.parameter('token'))}`, fields)} ${keepLink(shell)}`;
  return show(cardPage(shell, { title, body }), problem === undefined ? 200 : 422);
}

/** *Log in* does not: the answer there is the same for everybody, whether they have begun or not. */
function keepLink({ t }: LoginDeps['shell']): Html {
  return html`<p class="below small soft">${t('setup.keep')}</p>`;
}

function closed({ shell }: LoginDeps, why: 'used' | 'expired'): Answer {
  const { t } = shell;
  const next = why === 'used' && linkButton('/', t('login.back'));
  const message = { title: t('setup.closed.title'), lead: t(`setup.closed.${why}`), next };
  return show(messagePage(shell, message), 410);
}
