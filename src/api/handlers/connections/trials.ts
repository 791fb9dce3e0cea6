import { countProviderCall, explanation, explanationOf, refusalOf } from '../authentication.ts';
import { byTime, pageFrom, readCursor } from '../cursor.ts';
import type { Handler, OutsideHandler } from '../handler.ts';
import { instant } from '../present.ts';
import { HOUR } from '../../../base/clock.ts';
import { AppError } from '../../../base/errors.ts';
import type { FederatedMethod } from '../../../base/federated-method.ts';
import { readPasted } from '../../../base/outside-text.ts';
import { formatId, parseId } from '../../../base/ids.ts';
import type { TrialId } from '../../../base/ids.ts';
import { beginTrialAs } from '../../../connections/trial/begin-trial.ts';
import {
  checkName,
  concernsRedirectUrl,
  explainLogout,
  explainOutcome,
  explainRun,
  explainSupplement,
  explainUnmapped,
} from '../../../connections/trial/explain-trial.ts';
import { endTrial as end, findTrial, findTrials, readTrial } from '../../../connections/trial/find-trials.ts';
import type { TrialWithRuns } from '../../../connections/trial/find-trials.ts';
import { mailTrial as mail } from '../../../connections/trial/mail-trial.ts';
import { previewMapping as preview } from '../../../connections/trial/preview-mapping.ts';
import { checksOf, readResult, stateOf } from '../../../connections/trial/trial.ts';
import type { Trial, TrialRun } from '../../../connections/trial/trial.ts';
import { parseInput } from '../../../http/input.ts';
import type { Text } from '../../../texts/catalog.ts';

/** Tests one administrator begins in one organization; the calls to a provider are counted beside it. */
const MOST_TRIALS = { name: 'trial', points: 60, seconds: HOUR };

/** Test: of entered settings or of the connection in force. */
export const beginTrial: OutsideHandler<'beginTrial'> = async (handling) => {
  const { deps, caller, params, body, transact } = handling;
  const organizationId = parseId('org', params.organizationId);
  const settings =
    body.settings === null ? null : parseInput(deps.methodSettings, { settings: body.settings }).settings;
  const publicUrl = deps.config.publicUrl.href;
  const beforeAsking = async (): Promise<void> => {
    await deps.rateLimit.consume(MOST_TRIALS, `${String(caller.id)} ${organizationId}`);
    await countProviderCall(handling, organizationId);
  };
  const begun = await beginTrialAs({ ...deps, publicUrl, transact }, caller, {
    organizationId,
    settings,
    nextSecret: body.nextSecret,
    beforeAsking,
  });
  if (!begun.begun) throw refusalOf(begun);
  const found = await transact(async (db) => readTrial({ ...deps, db }, organizationId, begun.trial.id));
  return { trial: trialOut(deps.t, found), url: new URL(begun.path, publicUrl).href };
};

/** Tests that have not ended. */
export const listTrials: Handler<'listTrials'> = async ({ deps, caller, params, query }) => {
  const place = readCursor(byTime, query.cursor);
  const found = await findTrials(deps, caller, {
    organizationId: parseId('org', params.organizationId),
    before: place && { begunAt: new Date(place[0]), id: place[1] as TrialId },
    limit: query.limit + 1,
  });
  return pageFrom(found, query.limit, {
    total: null,
    place: ({ trial }) => [trial.begunAt.getTime(), trial.id],
    item: (one) => trialOut(deps.t, one),
  });
};

/** What a mapping makes of the claims of a test. */
export const previewMapping: Handler<'previewMapping'> = async ({ deps, caller, params, body }) => {
  const { method, trialId, ...typed } = body;
  const found = await preview(deps, caller, {
    organizationId: parseId('org', params.organizationId),
    method: method as FederatedMethod,
    mapping: { addressClaim: readPasted(typed.addressClaim), nameClaim: readPasted(typed.nameClaim) },
    trialId: trialId === null ? null : parseId('tri', trialId),
  });
  if (found === null) return { test: null, name: null, address: null, unmapped: [], claims: [] };
  // Nobody was asked: what is wrong with it is wrong with what was typed.
  if ('fault' in found) throw new AppError('input.malformed', { fields: refusalOf({ fault: found }).fields });
  const { trial, run, person } = found;
  return {
    test: {
      id: formatId('tri', trial.id),
      who: run.recipient ?? trial.begunBy.name,
      finishedAt: instant(run.finishedAt),
      issuer: trial.issuer,
    },
    name: person.name,
    address: person.address,
    unmapped: person.unmapped.map(({ fault, values }) => explanationOf(deps.t, fault, values)),
    claims: [...person.names],
  };
};

/** One test. */
export const getTrial: Handler<'getTrial'> = async ({ deps, caller, params }) =>
  trialOut(deps.t, await findTrial(deps, caller, idsOf(params)));

/** Mails the test to a person of the organization. */
export const mailTrial: Handler<'mailTrial'> = async ({ deps, caller, params, body }) => {
  const { organizationId, id } = idsOf(params);
  const publicUrl = deps.config.publicUrl.href;
  await mail({ ...deps, publicUrl }, caller, { organizationId, id, email: body.email });
  return trialOut(deps.t, await readTrial(deps, organizationId, id));
};

/** Ends a test. */
export const endTrial: Handler<'endTrial'> = async ({ deps, caller, params }) => {
  await end(deps, caller, idsOf(params));
};

function idsOf(params: { organizationId: string; trialId: string }) {
  return { organizationId: parseId('org', params.organizationId), id: parseId('tri', params.trialId) };
}

function trialOut(t: Text, { trial, run, mailed }: TrialWithRuns) {
  return {
    id: formatId('tri', trial.id),
    method: trial.method,
    inForce: trial.inForce,
    nextSecret: trial.clientSecretId !== null,
    begunBy: trial.begunBy.name,
    begunAt: instant(trial.begunAt),
    expiresAt: instant(trial.expiresAt),
    redirectUrl: trial.redirectUri,
    run: runOut(t, trial, run),
    mailed: mailed.map((one) => runOut(t, trial, one)),
  };
}

function runOut(t: Text, trial: Trial, run: TrialRun) {
  const result = readResult(run);
  const failed = explainRun(run, trial);
  const decision = result?.decision ?? null;
  const supplement = explainSupplement(run);
  return {
    recipient: run.recipient,
    state: stateOf(run),
    sentAt: instant(run.sentAt),
    finishedAt: instant(run.finishedAt),
    expiresAt: instant(run.expiresAt),
    checks: checksOf(run).map(({ check, state }) => ({ check, name: t(checkName(check)), state })),
    problem: failed && explanation(t, failed),
    supplement: supplement && explanation(t, supplement),
    concernsRedirectUrl: failed !== null && concernsRedirectUrl(failed),
    providerCode: result?.failure?.providerCode ?? null,
    correlationId: result?.failure?.correlationId ?? null,
    claims: result?.claims ?? null,
    person: result?.person ?? null,
    unmapped: explainUnmapped(run).map((one) => explanation(t, one)),
    logout: logoutOut(t, run),
    outcome: decision && outcomeOut(t, decision),
  };
}

function logoutOut(t: Text, run: TrialRun): string | null {
  const sentences = explainLogout(run).map(({ key, values }) => t(key, values));
  return sentences.length === 0 ? null : sentences.join(' ');
}

function outcomeOut(t: Text, decision: Parameters<typeof explainOutcome>[0]) {
  const { sentence, values, admitted } = explainOutcome(decision);
  return { code: decision.outcome, sentence: t(sentence, values), account: decision.account, admitted };
}
