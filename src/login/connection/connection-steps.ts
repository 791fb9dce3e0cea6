import { answerBinding, finishBinding } from './binding-step.ts';
import type { BindingDeps } from './binding-step.ts';
import { readNotes } from './notes.ts';
import { outPage } from './pages.ts';
import type { ConnectionLogin, SetCookie, Visit } from '../connection-login.ts';
import { AppError } from '../../base/errors.ts';
import {
  findUsableConnection,
  sendAuthorizationRequest,
  TRANSACTION_LIFETIME,
} from '../../connections/authorization/send-authorization-request.ts';
import type { AuthorizationDeps } from '../../connections/authorization/send-authorization-request.ts';
import { describeConnection } from '../../connections/connection-settings.ts';
import { findOrganization } from '../../organizations/find-organization.ts';

export interface ConnectionStepDeps extends AuthorizationDeps, BindingDeps {}

/** Ways out of one browser that may be under way at once; the oldest are forgotten. */
const MOST_COOKIES = 5;

/** The steps `connection-out` and `connection-back` of a login. */
export function createConnectionLogin(deps: ConnectionStepDeps): ConnectionLogin {
  return {
    async begin(visit, options = {}) {
      const { request, state } = visit;
      const choice = state.login.connection;
      if (choice === null) throw new AppError('login.out-of-order', { detail: 'no connection was chosen' });
      try {
        const { url, cookieName, browserSecret } = await sendAuthorizationRequest(deps, {
          loginId: visit.row.id,
          organizationId: choice.organizationId,
          connectionId: choice.connectionId,
          loginHint: state.login.email,
          // Our own start page asks for a login to begin, not for credentials: who is logged in there goes straight in.
          maxAge: request.forced && request.application.kind !== 'start' ? 0 : request.maxAge,
          chooseAccount: options.chooseAccount ?? false,
        });
        const cookie: SetCookie = {
          name: cookieName,
          // The callback is reached without the Lax cookies: this one says which login it belongs to.
          value: `${browserSecret}.${request.handle}`,
          maxAge: TRANSACTION_LIFETIME,
          crossSite: true,
        };
        return { url: url.href, cookies: [...forgetOldest(visit), cookie] };
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'connection.not-found') throw error;
        throw new AppError('connection.refused', { detail: 'not in force any more', cause: error });
      }
    },

    async outPage(visit, problem) {
      const { t } = deps.shell;
      const { connection: choice } = visit.state.login;
      if (choice === null) throw new AppError('login.out-of-order', { detail: 'no connection was chosen' });
      const organization = await findOrganization(deps, choice.organizationId);
      const connection = await findUsableConnection(deps, choice.organizationId, choice.connectionId);
      const { failed } = readNotes(visit.state.notes.connection);
      const said =
        failed === undefined ? undefined : { text: t(`error.${failed}`, { reference: visit.row.reference }) };
      return outPage(
        deps.shell,
        {
          handle: visit.request.handle,
          organization: organization?.name ?? '',
          host: connection === undefined ? '' : describeConnection(deps, connection).host,
          anotherWay: choice.anotherWay,
          reference: visit.row.reference,
          supportContact: organization?.supportContact ?? null,
        },
        problem ?? said,
      );
    },

    finish: async (visit) => finishBinding(deps, visit),
    answer: async (visit, form) => answerBinding(deps, visit, form),
  };
}

/** Takes cookies of earlier ways out away, but for the newest four; the browser sends them in the order it got them. */
function forgetOldest(visit: Visit): SetCookie[] {
  const names = visit.browser.cookieNames('tx-');
  return names
    .slice(0, Math.max(0, names.length - MOST_COOKIES + 1))
    .map((name) => ({ name, value: '', maxAge: 0, crossSite: true }));
}
