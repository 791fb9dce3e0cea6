import { readCookie } from './callback-call.ts';
import type { CallbackCall, CallbackDeps } from './callback-call.ts';
import { consentedPage, strayPage } from './pages.ts';
import type { Answer } from '../answer.ts';
import type { Browser } from '../login-context.ts';
import { STRANGER } from '../../audit/audit-event.ts';
import { recordEvent } from '../../audit/record-event.ts';
import { MINUTE } from '../../base/clock.ts';
import { rethrowUnless } from '../../base/errors.ts';
import { findUsableConnection } from '../../connections/authorization/send-authorization-request.ts';
import { recordRemark } from '../../connections/record-outcome.ts';
import { inTransaction } from '../../db/database.ts';
import type { Transaction } from '../../db/database.ts';
import { saveStepState } from '../../logins/apply-event.ts';
import { findLiveLogin } from '../../logins/find-login.ts';
import { recordRefusal } from '../../logins/finish-login.ts';
import type { LiveLogin } from '../../logins/login-row.ts';
import { findRootOrganization } from '../../organizations/find-organization.ts';

/** Anybody can send a callback: so many of one network are recorded, further ones are only logged. */
const MOST_STRAYS = { name: 'stray-callback', points: 10, seconds: 10 * MINUTE };

/**
 * A callback without a state of ours. It ends no login, since any site can send a browser here. An answer that was put
 * into the fragment arrives without any parameter: then the login this browser has under way is told, for its administrator.
 */
export async function takeStray(
  deps: CallbackDeps,
  call: CallbackCall,
  parameters: URLSearchParams | undefined,
): Promise<Answer> {
  const { t } = deps.shell;
  // Where an administrator's consent at Entra ID ends. Anybody can send a browser here so: it proves and changes nothing.
  if (!call.posted && parameters?.get('admin_consent')?.toLowerCase() === 'true') {
    return { status: 200, page: consentedPage(deps.shell) };
  }
  const empty = !call.posted && parameters !== undefined && parameters.size === 0;
  const row = empty ? await findLoginUnderWay(deps, call.browser) : undefined;
  if (row === undefined) {
    await recordStray(deps, call, 'unknown');
    return { status: 400, page: strayPage(deps.shell, t('login.stray.lead'), call.reference) };
  }
  if (await mayRecord(deps, call)) await recordFragment(deps, row);
  return { status: 400, page: strayPage(deps.shell, t('login.stray.fragment'), row.reference) };
}

/** Records a callback that belongs to no login of this browser, in the root's log. */
export async function recordStray(deps: CallbackDeps, call: CallbackCall, why: string): Promise<void> {
  const root = await findRootOrganization(deps);
  if (root === undefined || !(await mayRecord(deps, call))) return;
  const details = { reason: 'callback-of-no-login', why, reference: call.reference };
  await inTransaction(deps, async (deps) =>
    recordEvent(deps, { organizationId: root.id, kind: 'login.refused', actor: STRANGER, details }),
  );
}

async function mayRecord(deps: CallbackDeps, call: CallbackCall): Promise<boolean> {
  try {
    await deps.rateLimit.consume(MOST_STRAYS, call.browser.network);
    return true;
  } catch (error) {
    rethrowUnless(error, 'request.too-many');
    return false;
  }
}

/** The login whose request to a provider this browser made last. */
async function findLoginUnderWay(deps: CallbackDeps, browser: Browser): Promise<LiveLogin | undefined> {
  const newest = browser.cookieNames('tx-').at(-1);
  const sent = readCookie(newest === undefined ? undefined : browser.cookie(newest));
  const row = sent === undefined ? undefined : await findLiveLogin(deps, sent.handle);
  return row?.state?.login.step === 'connection-out' ? row : undefined;
}

async function recordFragment(deps: CallbackDeps, row: LiveLogin): Promise<void> {
  const { state } = row;
  const choice = state?.login.connection;
  if (state === undefined || choice === undefined || choice === null) return;
  const code = 'login.fragment';
  const record = async (tx: Transaction): Promise<void> =>
    recordRefusal({ ...deps, db: tx }, row, state.login, { code });
  try {
    await saveStepState(deps, row, state, record, { event: 'failed', detail: { code } });
  } catch (error) {
    rethrowUnless(error, 'login.out-of-order');
    return;
  }
  const connection = await findUsableConnection(deps, choice.organizationId, choice.connectionId);
  if (connection !== undefined) await recordRemark(deps, connection, { code, values: {} });
}
