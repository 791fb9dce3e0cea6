import { knownDeviceOf } from './known-device.ts';
import type { LoginStep } from './turn.ts';
import { actionOf } from './turn.ts';
import type { Visit } from '../connection-login.ts';
import { findWayIn, mayLogIn, takesPassword } from '../find-organization.ts';
import type { LoginDeps } from '../login-deps.ts';
import { cardPage } from '../pages/layout.ts';
import { field, form, heading, submit, summary, who } from '../pages/parts.ts';
import type { Owner } from '../../authenticators/authenticator.ts';
import { findFactors, hasFactor, verifyPassword } from '../../authenticators/verify-authenticator.ts';
import { STRANGER } from '../../audit/audit-event.ts';
import { recordEvent } from '../../audit/record-event.ts';
import { MINUTE } from '../../base/clock.ts';
import type { OrganizationId, UserId } from '../../base/ids.ts';
import { randomSecret } from '../../base/random.ts';
import { html } from '../../http/html.ts';
import { findRootOrganization } from '../../organizations/find-organization.ts';
import { parseEmailAddress } from '../../users/email-address.ts';
import { findUser } from '../../users/find-users.ts';

/** Guesses one network may make, at whatever accounts: one password tried at many. Wide enough for an office at nine. */
const GUESSES = { name: 'password-network', points: 300, seconds: 5 * MINUTE };

const NIL = '00000000-0000-0000-0000-000000000000';

/** *Enter Your Password*; the same page, work and answers for an address of nobody. */
export const passwordStep: LoginStep = {
  async show({ shell }, visit, problem) {
    const { t } = shell;
    const title = t('login.password.title');
    const email = visit.state.login.email ?? '';
    const password = field(
      {
        name: 'password',
        label: t('login.password.password'),
        type: 'password',
        autocomplete: 'current-password',
        aside: html`<a class="small" href="/login/forgot">${t('login.password.forgot')}</a>`,
      },
      problem,
      problem === undefined,
    );
    return cardPage(shell, {
      title,
      body: html`${heading(title)} ${summary(problem)} ${who(t, email, actionOf(visit, 'start-over'))}
        ${form(
          actionOf(visit, 'password'),
          html`<input type="hidden" name="email" value="${email}" autocomplete="username" />${password}${submit(
            t('login.continue'),
          )}`,
        )}
        <p class="below"><a href="/login/trouble">${t('login.identify.trouble')}</a></p>`,
    });
  },

  async take(deps, visit, given) {
    await deps.rateLimit.consume(GUESSES, visit.browser.address);
    const { key } = parseEmailAddress(visit.state.login.email ?? '');
    const owner = await findOwner(deps, visit);
    const device = knownDeviceOf(deps, visit.browser, key);
    const right = await verifyPassword(deps, { emailKey: key, owner, device }, given['password'] ?? '');
    if (right && owner !== null) {
      const factors = await findFactors(deps, owner);
      const event = { kind: 'password-proved' as const, at: deps.clock.now(), factors: hasFactor(factors) };
      return { kind: 'go', event, notes: { challenge: randomSecret() } };
    }
    const root = await findRootOrganization(deps);
    const organizationId = owner?.organizationId ?? root?.id;
    return {
      kind: 'stay',
      problem: { field: 'password', text: deps.shell.t('login.password.wrong') },
      notes: { misses: (visit.state.notes.misses ?? 0) + 1 },
      work: async (tx) => {
        if (organizationId === undefined) return;
        await recordEvent(
          { db: tx, clock: deps.clock },
          {
            organizationId,
            kind: 'login.failed',
            actor: STRANGER,
            userId: owner?.userId ?? null,
            loginId: visit.row.id,
            details: { factor: 'password', reference: visit.row.reference },
          },
        );
      },
    };
  },
};

/**
 * Whose password it may be at this moment, asked afresh: the step was reached before the post, and since then the user
 * may have been disabled or the organization have chosen another method. The database is asked the same for nobody.
 */
async function findOwner(deps: LoginDeps, visit: Visit): Promise<Owner | null> {
  const { subject, entrance } = visit.state.login;
  const user = await findUser(deps, subject?.userId ?? (NIL as UserId));
  const way = await findWayIn(deps, subject?.organizationId ?? (NIL as OrganizationId));
  if (user === undefined || way === undefined || user.status !== 'verified') return null;
  if (!mayLogIn(user, deps.clock.now())) return null;
  const allowed = entrance === 'emergency' ? user.breakGlass : takesPassword(way);
  return allowed ? { userId: user.id, organizationId: user.organizationId } : null;
}
