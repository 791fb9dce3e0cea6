import type { Trial, TrialOutcome, TrialResult, TrialRun } from './trial.ts';
import { readResult } from './trial.ts';
import type { TrialCheck } from './trial-checks.ts';
import { explainFailure } from '../connection-settings.ts';
import type { ExplainedFailure } from '../connection-settings.ts';
import type { TextKey } from '../../texts/catalog.ts';

const OUTCOMES: Record<TrialOutcome, TextKey> = {
  'log-in': 'trial.outcome.log-in',
  bind: 'trial.outcome.bind',
  ask: 'trial.outcome.ask',
  create: 'trial.outcome.create',
  'no-user': 'trial.outcome.no-user',
  'user-may-not': 'trial.outcome.user-may-not',
  'subject-of-another-user': 'trial.outcome.subject-of-another-user',
  'user-has-another-identity': 'trial.outcome.user-has-another-identity',
};
const ADMITTED: ReadonlySet<TrialOutcome> = new Set(['log-in', 'bind', 'ask', 'create']);

/** What a login would decide, in a sentence of the catalog. */
export interface ExplainedOutcome {
  sentence: TextKey;
  values: { account: string };
  /** The person would get in, with a mailed code if one is asked for. */
  admitted: boolean;
}

/** What an administrator reads. */
export function explainOutcome({ outcome, account }: NonNullable<TrialResult['decision']>): ExplainedOutcome {
  return { sentence: OUTCOMES[outcome], values: { account: account ?? '' }, admitted: ADMITTED.has(outcome) };
}

/** What the person reads who got the link by mail: whether the own address matched, and nothing of any other user. */
export function explainOwnOutcome(decision: NonNullable<TrialResult['decision']>, recipient: string): ExplainedOutcome {
  const values = { account: recipient };
  // Who manages a provider often has no user here: the account is right all the same.
  if (decision.own && decision.outcome === 'no-user') {
    return { sentence: 'trial.outcome.no-user-own', values, admitted: false };
  }
  if (decision.own) return { ...explainOutcome(decision), values };
  return { sentence: 'trial.outcome.not-yours', values, admitted: false };
}

/**
 * Why a run failed, or has no result yet: what fails on the provider's own page sends nobody back. Null for one that
 * passed or did not begin.
 */
export function explainRun(run: Pick<TrialRun, 'sentAt' | 'result'>, trial: Trial): ExplainedFailure | null {
  const result = readResult(run);
  if (result !== null) {
    return result.failure === null ? null : explainFailure(result.failure.code, result.failure.values);
  }
  if (run.sentAt === null) return null;
  const values = { redirectUrl: trial.redirectUri };
  return { code: 'trial.unfinished', what: 'trial.unfinished.what', fix: 'trial.unfinished.fix', values };
}

/** What the provider announces for logout, as sentences; none for a run that did not pass. */
export function explainLogout(run: Pick<TrialRun, 'result'>): { key: TextKey; values: Record<string, string> }[] {
  const logout = readResult(run)?.logout;
  if (logout === undefined) return [];
  const { endSessionHost: host, backChannel, frontChannel } = logout;
  const received = backChannel === true ? 'back' : frontChannel === true ? 'front' : 'none';
  return [
    host === null ? { key: 'trial.logout.no-page', values: {} } : { key: 'trial.logout.page', values: { host } },
    { key: `trial.logout.${received}`, values: {} },
  ];
}

/** What went wrong in a run that passed all the same. */
export function explainSupplement(run: Pick<TrialRun, 'result'>): ExplainedFailure | null {
  const supplement = readResult(run)?.supplement ?? null;
  return supplement === null ? null : explainFailure(supplement.code, supplement.values);
}

/** What the claims chosen by the tested settings lacked, in a run that passed all the same. */
export function explainUnmapped(run: Pick<TrialRun, 'result'>): ExplainedFailure[] {
  return (readResult(run)?.unmapped ?? []).map(({ code, values }) => explainFailure(code, values));
}

/** Whether the cause may be a Redirect URL that is not registered, or not as it must be. */
export function concernsRedirectUrl({ code }: Pick<ExplainedFailure, 'code'>): boolean {
  return ['trial.unfinished', 'login.wrong-callback', 'login.code-refused', 'entra.50011'].includes(code);
}

const CHECKS: Record<TrialCheck, TextKey> = {
  provider: 'trial.check.provider',
  'redirect-url': 'trial.check.redirect-url',
  answer: 'trial.check.answer',
  'token-endpoint': 'trial.check.token-endpoint',
  signature: 'trial.check.signature',
  issuer: 'trial.check.issuer',
  audience: 'trial.check.audience',
  nonce: 'trial.check.nonce',
  userinfo: 'trial.check.userinfo',
  claims: 'trial.check.claims',
};

/** What a check is called. */
export function checkName(check: TrialCheck): TextKey {
  return CHECKS[check];
}
