import type { Client, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { recordEvent } from '../audit/record-event.ts';
import { SERVICE } from '../audit/audit-event.ts';
import { DAY, HOUR, MINUTE } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { formatId } from '../base/ids.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Database } from '../db/database.ts';
import { laxCookie } from '../http/cookies.ts';
import { prepareJob } from '../jobs/enqueue-job.ts';
import type { JobHandler } from '../jobs/job.ts';
import { LOGOUT_NOTICE, logoutNoticeJob } from '../sessions/logout-notice.ts';
import type { LogoutNotice } from '../sessions/logout-notice.ts';
import { sidOf } from './grants.ts';
import { AFTER_LOGOUT_COOKIE } from './provider.ts';
import { UnitOfWork } from './storage/unit-of-work.ts';

interface Deps {
  provider: Provider;
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  https: boolean;
}

/**
 * RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0): records the end of the session, and remembers for the
 * page after it that the identity provider's own session may live on. The library's back-channel call for each
 * application writes a job instead, flushed with the deletion of the session; returns the handler of these jobs.
 */
export function watchLogouts(deps: Deps): JobHandler<LogoutNotice> {
  const { provider } = deps;
  provider.on('end_session.success', (ctx) => {
    const work = UnitOfWork.current();
    const session = work.session();
    if (session === null || session.organizationId === null) return;
    work.audit({
      organizationId: session.organizationId,
      kind: 'session.ended',
      actor: { kind: 'user', id: session.userId, name: session.email },
      userId: session.userId,
      details: { reason: 'logout' },
    });
    if (session.method !== 'built-in') rememberFederated(ctx, deps.https);
  });
  const deliver: unknown = provider.Client.prototype['backchannelLogout'];
  provider.Client.prototype['backchannelLogout'] = async function enqueueNotice(this: Client): Promise<void> {
    const work = UnitOfWork.current();
    const session = work.session();
    if (session === null || session.userId === null) return;
    const notice = { clientId: this.clientId, userId: session.userId, sessionUid: session.uid };
    work.write({ kind: 'job-insert', job: prepareJob(deps, logoutNoticeJob(notice, session.organizationId)) });
  };
  return {
    ...LOGOUT_HANDLING,
    run: async ({ payload: { clientId, userId, sessionUid } }) =>
      UnitOfWork.run(
        deps.db,
        deps.clock.now(),
        {
          clientId: null,
          organizationId: null,
          audience: null,
          networkCounter: null,
          mayReadDocument: false,
          remembersProofs: true,
        },
        async () => {
          const client = await provider.Client.find(clientId);
          if (client?.backchannelLogoutUri === undefined) return;
          if (typeof deliver !== 'function') throw new Error('oidc-provider has no Client.backchannelLogout');
          await Reflect.apply(deliver, client, [formatId('usr', userId), sidOf(sessionUid, clientId)]);
        },
      ),
    async onGivenUp(db, { organizationId, payload }, error) {
      if (organizationId === null) return;
      const details = { application: payload.clientId, reason: error };
      await recordEvent(
        { db, clock: deps.clock },
        { organizationId, kind: 'application.logout-failed', actor: SERVICE, details },
      );
    },
  };
}

/**
 * A logout notice is tried for a day: an application that was down logs its users out when it is back. Each attempt
 * carries a logout token of its own (`jti`, `exp`); to log out a session twice is to log it out
 * (OpenID Connect Back-Channel Logout 1.0, 2.7).
 */
const LOGOUT_HANDLING = {
  kind: LOGOUT_NOTICE,
  concurrency: 8,
  backOff: [10, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR],
  giveUpAfter: DAY,
};

function rememberFederated(ctx: KoaContextWithOIDC, https: boolean): void {
  const { maxAge: _seconds, ...cookie } = laxCookie(https);
  ctx.cookies.set(AFTER_LOGOUT_COOKIE, 'federated', { ...cookie, maxAge: 60_000, signed: false });
}
