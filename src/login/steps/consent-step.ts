import { personOf } from './person.ts';
import type { LoginStep } from './step.ts';
import { stepUrl } from './step.ts';
import { cardPage } from '../pages/layout.ts';
import { heading, summary } from '../pages/parts.ts';
import { allowApplication } from '../../applications/consent/allow-application.ts';
import { html } from '../../http/html.ts';
import type { Text } from '../../texts/catalog.ts';

const KNOWN = ['openid', 'profile', 'email', 'roles', 'offline_access'] as const;

/**
 * *Allow …?*, once for each application that is not first-party: whose it is, what it asks, where the answer goes. Asked of
 * who is logged in: when that is another user by now, `toAuthorizationRequest` does not open the request.
 */
export const consentStep: LoginStep = {
  async show(deps, context, problem) {
    const { t } = deps.shell;
    const { application, requestedScopes } = context.request;
    const title = t('login.consent.title', { application: application.name });
    return cardPage(deps.shell, {
      title,
      body: html`${heading(title, t('login.consent.lead', { application: application.name, owner: application.ownerName }))}
        ${summary(problem)}
        <ul>
          ${requestedScopes.map((scope) => html`<li>${scopeName(t, scope)}</li>`)}
        </ul>
        <p class="soft small">${t('login.consent.host', { host: application.redirectHost })}</p>
        <form method="post" action="${stepUrl(context, 'consent')}" class="actions">
          <button class="btn" type="submit" name="answer" value="allow">${t('login.consent.allow')}</button>
          <button class="btn ghost" type="submit" name="answer" value="deny">${t('login.consent.deny')}</button>
        </form>`,
    });
  },

  async submit(deps, context, given) {
    const person = await personOf(deps, context);
    const { application, requestedScopes } = context.request;
    if (given['answer'] !== 'allow') return { kind: 'go', event: { kind: 'refused', code: 'access_denied' } };
    const scope = requestedScopes.join(' ');
    return {
      kind: 'go',
      event: { kind: 'consented' },
      consent: { scope },
      inTransaction: async (tx) =>
        allowApplication({ db: tx, clock: deps.clock }, person, { clientId: application.clientId, scope }),
    };
  },
};

/** What a scope gives, in words. */
export function scopeName(t: Text, scope: string): string {
  const known = KNOWN.find((one) => one === scope);
  return known === undefined ? t('login.consent.other', { scope }) : t(`login.consent.${known}`);
}
