import { personOf } from '../person.ts';
import type { LoginStep } from '../step.ts';
import { stepUrl } from '../step.ts';
import { cardPage } from '../../pages/layout.ts';
import { heading, summary } from '../../pages/parts.ts';
import { html } from '../../../http/html.ts';
import { endSession } from '../../../sessions/end-sessions.ts';
import { findUser } from '../../../users/find-users.ts';

/** *Log out first?*: one session per browser; another user's is ended after asking, and its applications are told. */
export const switchUserStep: LoginStep = {
  async show(deps, context, problem) {
    const { t } = deps.shell;
    const title = t('login.switch-user.title');
    const person = await personOf(deps, context);
    const { session } = context.request;
    const current = session === null ? undefined : await findUser(deps, session.userId);
    const names = { current: current?.email ?? '', next: person.email };
    return cardPage(deps.shell, {
      title,
      body: html`${heading(title, t('login.switch-user.lead', names))} ${summary(problem)}
        <form method="post" action="${stepUrl(context, 'switch-user')}" class="actions">
          <button class="btn" type="submit" name="answer" value="yes">${t('login.switch-user.yes')}</button>
          <button class="btn ghost" type="submit" name="answer" value="no">
            ${t('login.switch-user.no', { current: names.current })}
          </button>
        </form>`,
    });
  },

  async submit(deps, context, given) {
    if (given['answer'] !== 'yes') return { kind: 'leave', url: '/', cookies: [] };
    const { session } = context.request;
    return {
      kind: 'go',
      event: { kind: 'switched' },
      inTransaction: async (tx) => {
        if (session === null) return;
        const actor = { kind: 'user' as const, id: session.userId, name: null };
        const input = {
          sessionId: session.id,
          userId: session.userId,
          organizationId: session.organizationId,
          reason: 'another user logged in',
        };
        await endSession({ ...deps, db: tx }, actor, input);
      },
    };
  },
};
