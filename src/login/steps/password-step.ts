import { knownBrowserOf } from './known-browser.ts';
import type { LoginStep } from './step.ts';
import { stepUrl } from './step.ts';
import type { LoginContext } from '../login-context.ts';
import { mayLogIn } from '../../users/may-log-in.ts';
import { acceptsPassword, usableMethodOf } from '../../logins/find-login-method.ts';
import type { SubjectFacts } from '../../logins/finishing/subject-facts.ts';
import type { LoginDeps } from '../login-deps.ts';
import { cardPage } from '../pages/layout.ts';
import { field, form, heading, submit, summary, userName, who } from '../pages/parts.ts';
import type { Owner } from '../../authenticators/authenticator.ts';
import { factorsOf, hasFactor, verifyPassword } from '../../authenticators/verify-authenticator.ts';
import { STRANGER } from '../../audit/audit-event.ts';
import { recordEvent } from '../../audit/record-event.ts';
import { MINUTE } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { randomSecret } from '../../base/random.ts';
import { html } from '../../http/html.ts';
import { asksForSecurityKey } from '../../sessions/authentication-context.ts';
import { findRootOrganization } from '../../organizations/find-organization.ts';
import { parseEmailAddress } from '../../users/email-address.ts';

/** Guesses of one network at any accounts (password spraying). Wide enough for an office behind one address. */
const GUESSES = { name: 'password-network', points: 300, seconds: 5 * MINUTE };

/** *Enter Your Password*; the same page, work and answers for an address of nobody. */
export const passwordStep: LoginStep = {
  async show({ shell }, context, problem) {
    const { t } = shell;
    const title = t('login.password.title');
    const email = context.state.login.email ?? '';
    const password = field(
      {
        name: 'password',
        label: t('login.password.password'),
        type: 'password',
        autocomplete: 'current-password',
        aside: html`<a class="small" href="${stepUrl(context, 'forgot')}">${t('login.password.forgot')}</a>`,
      },
      problem,
      problem === undefined,
    );
    return cardPage(shell, {
      title,
      body: html`${heading(title)} ${summary(problem)} ${who(t, email, stepUrl(context, 'start-over'))}
        ${form(stepUrl(context, 'password'), html`${userName(email)}${password}${submit(t('login.continue'))}`)}
        <p class="below"><a href="/login/trouble">${t('login.identify.trouble')}</a></p>`,
    });
  },

  async submit(deps, context, given) {
    const { subject } = context;
    if (subject === undefined) throw new AppError('login.out-of-order', { detail: 'no password is asked for' });
    const { key } = parseEmailAddress(context.state.login.email ?? '');
    const owner = await findOwner(deps, context, subject);
    const browserName = knownBrowserOf(deps, context.browser, key);
    const known = { password: owner === null ? null : subject.authenticators.password };
    const before = { limit: GUESSES, key: context.browser.network };
    const account = { emailKey: key, owner, browserName, before };
    const right = await verifyPassword(deps, account, given['password'] ?? '', known);
    if (right && owner !== null) {
      const factors = factorsOf(subject.authenticators);
      const { essentialAcr } = context.request;
      const keyed = essentialAcr !== null && asksForSecurityKey(essentialAcr);
      if (keyed && hasFactor(factors) && factors.securityKeys.length === 0) {
        return { kind: 'go', event: { kind: 'refused', code: 'login.unmet' }, detail: { code: 'login.unmet' } };
      }
      const event = { kind: 'password-proved' as const, at: deps.clock.now(), factors: hasFactor(factors) };
      return { kind: 'go', event, stepState: { challenge: randomSecret() } };
    }
    const root = await findRootOrganization(deps);
    const organizationId = owner?.organizationId ?? root?.id;
    return {
      kind: 'stay',
      problem: { field: 'password', text: deps.shell.t('login.password.wrong') },
      stepState: { misses: (context.state.stepState.misses ?? 0) + 1 },
      failed: { factor: 'password' },
      inTransaction: async (tx) => {
        if (organizationId === undefined) return;
        await recordEvent(
          { db: tx, clock: deps.clock },
          {
            organizationId,
            kind: 'login.failed',
            actor: STRANGER,
            userId: owner?.userId ?? null,
            loginId: context.row.id,
            details: { factor: 'password', reference: context.row.reference },
          },
        );
      },
    };
  },
};

/**
 * Whose password it may be at this moment, by what the login's own statement read: the step was reached before the post, and
 * since then the user may have been disabled or the organization have chosen another method.
 */
async function findOwner(
  deps: LoginDeps,
  context: LoginContext,
  { user, methods }: SubjectFacts,
): Promise<Owner | null> {
  const usable = await usableMethodOf(deps, methods, user?.id ?? null);
  if (user === null || usable === undefined || user.status !== 'verified') return null;
  if (!mayLogIn(user, deps.clock.now())) return null;
  const allowed = context.state.login.mode === 'emergency' ? user.breakGlass : acceptsPassword(usable);
  return allowed ? { userId: user.id, organizationId: user.organizationId } : null;
}
