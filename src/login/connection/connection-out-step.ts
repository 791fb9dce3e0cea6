import { toCookie } from './callback-call.ts';
import { readConnectionStepState } from './connection-step-state.ts';
import { changedPage, outPage } from './pages.ts';
import type { LoginContext, SetCookie } from '../login-context.ts';
import type { LoginDeps } from '../login-deps.ts';
import type { LoginStep, StepResult } from '../steps/step.ts';
import { AppError } from '../../base/errors.ts';
import {
  findUsableConnection,
  prepareAuthorizationRequest,
  storeRequest,
} from '../../connections/authorization/send-authorization-request.ts';
import type { PreparedRequest } from '../../connections/authorization/send-authorization-request.ts';
import { recordRefusal } from '../../logins/finish-login.ts';
import { describeConnection } from '../../connections/connection-settings.ts';
import { findOrganization } from '../../organizations/find-organization.ts';

/** Requests to providers that one browser may have under way; the cookies of older ones are removed. */
const MOST_COOKIES = 5;

/** *You will log in to …*: where a link, not typing, leads; also the page when the provider cannot be used. */
export const connectionOutStep: LoginStep = {
  async show(deps, context, problem) {
    const { t } = deps.shell;
    const { connection: choice, subject } = context.state.login;
    if (choice === null) throw new AppError('login.out-of-order', { detail: 'no connection was chosen' });
    const organization = await findOrganization(deps, choice.organizationId);
    const connection = await findUsableConnection(deps, choice, subject?.userId ?? null);
    const { failed } = readConnectionStepState(context.state.stepState.connection);
    const said =
      failed === undefined ? undefined : { text: t(`error.${failed}`, { reference: context.row.reference }) };
    const { handle } = context.request;
    const { reference } = context.row;
    const name = organization?.name ?? '';
    if (connection === undefined) {
      const { email } = context.state.login;
      return changedPage(deps.shell, { handle, organization: name, email, reference }, said).markup;
    }
    const page = outPage(
      deps.shell,
      {
        handle,
        organization: name,
        host: describeConnection(deps, connection).host,
        anotherWay: choice.anotherWay,
        reference,
        supportContact: organization?.supportContact ?? null,
      },
      problem ?? said,
    );
    return page.markup;
  },

  submit: async (deps, context) => goToProvider(deps, context, false),
};

/**
 * Begins a request to the identity provider of `context.state.login.connection`, in state `connection-out`. The callback
 * finds the login by its transaction and brings the event `came-back`.
 */
export async function goToProvider(
  deps: LoginDeps,
  context: LoginContext,
  chooseAccount: boolean,
): Promise<StepResult> {
  const prepared = await prepareRequest(deps, context, chooseAccount);
  if ('kind' in prepared) return prepared;
  await storeRequest(deps, prepared);
  return { kind: 'leave', ...redirectToProvider(context, prepared) };
}

/** Where the browser goes with a request, and the cookies by which its callback is known. */
export function redirectToProvider(
  context: LoginContext,
  { sent }: PreparedRequest,
): { url: string; cookies: SetCookie[] } {
  return { url: sent.url.href, cookies: [...removeOldest(context), toCookie(sent, context.request.handle)] };
}

/** Makes the request and stores nothing; or what is shown where it cannot be made. */
export async function prepareRequest(
  deps: LoginDeps,
  context: LoginContext,
  chooseAccount: boolean,
): Promise<PreparedRequest | Extract<StepResult, { kind: 'stay' }>> {
  const { request, state, row } = context;
  const choice = state.login.connection;
  if (choice === null) throw new AppError('login.out-of-order', { detail: 'no connection was chosen' });
  try {
    return await prepareAuthorizationRequest(deps, {
      loginId: row.id,
      organizationId: choice.organizationId,
      connectionId: choice.connectionId,
      userId: state.login.subject?.userId ?? null,
      loginHint: state.login.email,
      // Our own start page asks for a login to begin, not for credentials: who is logged in there goes straight in.
      maxAge: request.forced && request.application.kind !== 'start' ? 0 : request.maxAge,
      chooseAccount,
      methods: context.address?.methods.get(choice.organizationId),
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'connection.not-found') return { kind: 'stay' }; // the page leads to the method in force
    if (error.code === 'provider.held') {
      const held = { code: 'login.held', values: {} } as const;
      return {
        kind: 'stay',
        problem: { text: deps.shell.t('error.provider.held', { reference: row.reference }) },
        failed: held,
        inTransaction: async (tx) => recordRefusal({ ...deps, db: tx }, row, state.login, held),
      };
    }
    if (error.code !== 'connection.refused') throw error;
    deps.log.warn({ code: error.code, detail: error.detail, reference: row.reference }, 'provider not usable');
    const detail = { code: error.code, why: error.detail };
    return {
      kind: 'stay',
      problem: { text: deps.shell.t('login.connection.unavailable') },
      failed: detail,
      inTransaction: async (tx) => recordRefusal({ ...deps, db: tx }, row, state.login, detail),
    };
  }
}

/** Removes cookies of earlier requests but for the newest four; the browser sends them in the order it got them. */
function removeOldest(context: LoginContext): SetCookie[] {
  const names = context.browser.cookieNames('tx-');
  return names
    .slice(0, Math.max(0, names.length - MOST_COOKIES + 1))
    .map((name) => ({ name, value: '', maxAge: 0, crossSite: true }));
}
