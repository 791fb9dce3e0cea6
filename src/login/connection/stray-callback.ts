import { isWithin } from '../../authenticators/verify-authenticator.ts';
import { readCookie } from './callback-call.ts';
import type { CallbackCall } from './callback-call.ts';
import { consentedPage, strayPage } from './pages.ts';
import type { Answer } from '../answer.ts';
import type { LoginDeps } from '../login-deps.ts';
import { STRANGER } from '../../audit/audit-event.ts';
import { recordEvent } from '../../audit/record-event.ts';
import { HOUR, MINUTE } from '../../base/clock.ts';
import { rethrowUnless } from '../../base/errors.ts';
import { readId } from '../../base/ids.ts';
import { readErrorWithoutState } from '../../connections/authorization/read-error.ts';
import type { ErrorWithoutState } from '../../connections/authorization/read-error.ts';
import type { Connection } from '../../connections/connection.ts';
import { findUsableConnection } from '../../connections/authorization/send-authorization-request.ts';
import { recordRemark } from '../../connections/record-outcome.ts';
import { inTransaction } from '../../db/database.ts';
import type { Transaction } from '../../db/database.ts';
import { saveStepState } from '../../logins/apply-event.ts';
import { findLiveLogin } from '../../logins/find-login.ts';
import { recordRefusal } from '../../logins/finish-login.ts';
import type { LiveLogin } from '../../logins/login-row.ts';
import { findOrganization, findRootOrganization } from '../../organizations/find-organization.ts';

/** Anybody can send a callback: so many of one network are recorded, further ones are only logged. */
const MOST_STRAYS = { name: 'stray-callback', points: 10, seconds: 10 * MINUTE };
/** In the log of one organization, from wherever they come. */
const MOST_OF_AN_ORGANIZATION = { name: 'stray-callback-of', points: 30, seconds: HOUR };

/**
 * A callback without a state of ours. It ends no login, since any site can send a browser here. An answer that was put
 * into the fragment arrives without any parameter, and some providers leave the state out of an error (*Cancel*): then the
 * login this browser has under way is told, for its administrator; without one, the organization whose callback it is.
 */
export async function takeStray(
  deps: LoginDeps,
  call: CallbackCall,
  parameters: URLSearchParams | undefined,
): Promise<Answer> {
  const { t } = deps.shell;
  // Where an administrator's consent at Entra ID ends. Anybody can send a browser here so: it proves and changes nothing.
  if (!call.posted && parameters?.get('admin_consent')?.toLowerCase() === 'true') {
    return { status: 200, page: consentedPage(deps.shell) };
  }
  const error = parameters === undefined ? undefined : readErrorWithoutState(parameters);
  const empty = !call.posted && parameters !== undefined && parameters.size === 0;
  const underWay = error !== undefined || empty ? await findLoginUnderWay(deps, call) : undefined;
  const lead = error === undefined ? t('login.stray.lead') : t(`error.${error.person}`);
  if (underWay === undefined) {
    await recordStray(deps, call, error === undefined ? 'unknown' : 'without-state', error);
    return { status: 400, page: strayPage(deps.shell, lead, call.reference) };
  }
  const { row, connection, handle } = underWay;
  if (await mayRecord(deps, call)) {
    await recordInLogin(deps, row, connection, error ?? { code: 'login.fragment', values: {} });
  }
  const said = error === undefined ? t('login.stray.fragment') : lead;
  return { status: 400, page: strayPage(deps.shell, said, row.reference, `/login/${handle}`) };
}

/**
 * Records a callback that belongs to no login of this browser: in the log of the organization whose callback it arrived at,
 * else in the root's. It never counts against a connection: nobody proved anything.
 */
export async function recordStray(
  deps: LoginDeps,
  call: CallbackCall,
  why: string,
  error?: Pick<ErrorWithoutState, 'code' | 'values'>,
): Promise<void> {
  const named = error === undefined ? undefined : readId('org', call.path.split('/').at(-1) ?? '');
  const own = named === undefined ? undefined : await findOrganization(deps, named);
  const organization = own ?? (await findRootOrganization(deps));
  if (organization === undefined || !(await mayRecord(deps, call))) return;
  if (own !== undefined && !(await isWithin(deps, MOST_OF_AN_ORGANIZATION, own.id))) return;
  const cause = error === undefined ? {} : { code: error.code, values: error.values };
  const details = { ...cause, reason: 'callback-of-no-login', why, reference: call.reference };
  await inTransaction(deps, async (deps) =>
    recordEvent(deps, { organizationId: organization.id, kind: 'login.refused', actor: STRANGER, details }),
  );
}

async function mayRecord(deps: LoginDeps, call: CallbackCall): Promise<boolean> {
  return isWithin(deps, MOST_STRAYS, call.browser.network);
}

/** A login that is at a provider whose callbacks arrive at this address. */
interface UnderWay {
  row: LiveLogin;
  connection: Connection;
  handle: string;
}

/** The login whose request to a provider this browser made last, if that provider's callbacks arrive here. */
async function findLoginUnderWay(deps: LoginDeps, call: CallbackCall): Promise<UnderWay | undefined> {
  const newest = call.browser.cookieNames('tx-').at(-1);
  const sent = readCookie(newest === undefined ? undefined : call.browser.cookie(newest));
  const row = sent === undefined ? undefined : await findLiveLogin(deps, sent.handle);
  const { step, connection: choice = null } = row?.state?.login ?? {};
  if (sent === undefined || row === undefined || step !== 'connection-out' || choice === null) return undefined;
  const connection = await findUsableConnection(deps, choice, 'anybody');
  if (connection?.redirectUri !== `${deps.publicUrl.origin}${call.path}`) return undefined;
  return { row, connection, handle: sent.handle };
}

/** Writes into the login, once, what came back without its state; the login goes on. */
async function recordInLogin(
  deps: LoginDeps,
  row: LiveLogin,
  connection: Connection,
  { code, values }: Pick<ErrorWithoutState, 'code' | 'values'>,
): Promise<void> {
  const { state } = row;
  if (state === undefined || row.trace.some((entry) => entry.detail?.code === code)) return;
  const detail = { code, values, counted: false };
  const record = async (tx: Transaction): Promise<void> => recordRefusal({ ...deps, db: tx }, row, state.login, detail);
  try {
    await saveStepState(deps, row, state, record, { event: 'failed', detail });
  } catch (error) {
    rethrowUnless(error, 'login.out-of-order');
    return;
  }
  await recordRemark(deps, connection, { code, values });
}
