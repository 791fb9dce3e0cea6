import { consentFacts, holderOf, REQUEST_LIFETIME } from './consent.ts';
import type { Consent } from './consent.ts';
import { selectConsent, selectConsentOfLink, takeRequest, updateConsent, updateRequest } from './consent-store.ts';
import { CONSENT_RETURN_PATH, mayUseTemplatesOf, templateUrls } from './template.ts';
import type { ConnectionTemplate } from './template.ts';
import { openTemplateSecret } from './template-secret.ts';
import { selectTemplateOfConsent } from './template-store.ts';
import { adminConsentOf } from '../connection-settings.ts';
import { readErrorWithoutState } from '../authorization/read-error.ts';
import type { SentRequest } from '../authorization/send-authorization-request.ts';
import { beginTrial } from '../trial/begin-trial.ts';
import type { TrialDeps } from '../trial/begin-trial.ts';
import type { TrialRunDeps } from '../trial/open-trial.ts';
import { administersStill, openTrial } from '../trial/open-trial.ts';
import { sendTrialRequest } from '../trial/send-trial-request.ts';
import { linkOf } from '../trial/trial.ts';
import { recordEvent } from '../../audit/record-event.ts';
import { after } from '../../base/clock.ts';
import { randomSecret, sameDigest, sha256 } from '../../base/random.ts';
import type { ExplanationCode, ExplanationValues } from '../../connectors/explanation-codes.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database, Inside } from '../../db/database.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import type { Organization } from '../../organizations/organization.ts';

/** What the pages of a link use; the rights are the service's. */
export interface AnswerDeps extends TrialDeps, Pick<TrialRunDeps, 'isAdministratingToken'> {
  db: Database;
}

/** What stands behind a link. */
export interface OpenedConsent {
  consent: Consent;
  template: ConnectionTemplate;
  organization: Organization;
  /** Who keeps the template. */
  owner: Organization;
}

/** Why an attempt failed. */
interface ConsentFailure {
  code: ExplanationCode;
  values?: ExplanationValues;
}

/**
 * Reads the consent of a link; undefined when it is invented, has ended, or its maker, a user or an API token, administers no
 * more. Changes nothing, so that mail scanners spend nothing.
 */
export async function openConsent(
  deps: Pick<AnswerDeps, 'db' | 'clock' | 'isAdministratingToken'>,
  secret: string,
): Promise<OpenedConsent | undefined> {
  const consent = await selectConsentOfLink(deps.db, sha256(secret));
  return consent === undefined ? undefined : openFound(deps, consent);
}

/** As {@link openConsent}, of a consent that was found otherwise. */
export async function openFound(
  deps: Pick<AnswerDeps, 'db' | 'clock' | 'isAdministratingToken'>,
  consent: Consent,
): Promise<OpenedConsent | undefined> {
  if (consent.expiresAt <= deps.clock.now() && consent.testedAt === null) return undefined;
  const organization = await findOrganization(deps, consent.organizationId);
  const template = await selectTemplateOfConsent(deps.db, consent.templateId);
  const owner = template && (await findOrganization(deps, template.organizationId));
  if (organization === undefined || organization.suspended || template === undefined || owner === undefined) {
    return undefined;
  }
  if (!mayUseTemplatesOf(owner, organization)) return undefined;
  const { askedByKind, askedBy } = consent;
  // Asked anew by a user at a server of a version that does not note the kind.
  const kind = askedByKind === 'operator' && askedBy !== null ? 'user' : askedByKind;
  if (!(await administersStill(deps, { kind, id: askedBy }))) return undefined;
  return { consent, template, organization, owner };
}

/** To the provider's consent page: what the browser needs, and the secret that says it is this one that comes back. */
export async function requestConsent(
  deps: AnswerDeps,
  { consent, template }: OpenedConsent,
): Promise<{ url: string; state: string; browserSecret: string }> {
  const state = randomSecret();
  const browserSecret = randomSecret();
  await updateRequest(deps.db, consent, {
    stateHash: sha256(state),
    browserHash: sha256(browserSecret),
    at: deps.clock.now(),
  });
  const { consent: redirectUri } = templateUrls(deps.publicUrl, template);
  return { url: adminConsentOf(deps, template).url(template, { redirectUri, state }), state, browserSecret };
}

/**
 * `unknown`: no request is under way by this state; `other-browser`: it is another browser's; `failed`: written into the
 * consent; a request: to the provider, for the login that proves the directory, with the link of its page.
 */
export type ConsentAnswered = 'unknown' | 'other-browser' | 'failed' | { sent: SentRequest; link: string };

/**
 * Reads the answer of a consent page: its request is taken first, so that an answer counts once, then its browser is
 * compared. The directory it names is written down and proves nothing yet: a login of this browser at that directory does
 * (prove-consent).
 */
export async function answerConsent(
  deps: AnswerDeps,
  received: { parameters: URLSearchParams; browserSecret: string | undefined },
): Promise<ConsentAnswered> {
  const { parameters, browserSecret } = received;
  const taken = await takeRequest(deps.db, sha256(parameters.get('state') ?? ''));
  if (taken === undefined) return 'unknown';
  const { browserHash, ...consent } = taken;
  if (browserSecret === undefined || browserHash === null || !sameDigest(sha256(browserSecret), browserHash)) {
    return 'other-browser';
  }
  const now = deps.clock.now();
  const opened = await openFound(deps, consent);
  // What is proven stays: the administrators look at it.
  if (opened === undefined || consent.testedAt !== null) return 'unknown';
  if (consent.requestedAt === null || after(consent.requestedAt, REQUEST_LIFETIME) <= now) return 'unknown';
  const failed = async (failure: ConsentFailure): Promise<'failed'> => {
    await inTransaction(deps, async (deps) => recordFailure(deps, opened, failure));
    return 'failed';
  };
  const error = readErrorWithoutState(parameters);
  if (error !== undefined) return failed(error);
  const answer = adminConsentOf(deps, opened.template).read(parameters);
  if ('code' in answer) return failed(answer);
  const { directoryId } = answer;
  // Whose that directory is here is nobody's to learn who merely writes its id: a login of it tells (prove-consent).
  return proveByLogin(deps, opened, directoryId);
}

/** Begins the login whose signed token proves the directory. */
async function proveByLogin(deps: AnswerDeps, opened: OpenedConsent, directoryId: string): Promise<ConsentAnswered> {
  const { consent, template } = opened;
  const clientSecret = template.credential === 'none' ? null : await openTemplateSecret(deps, template.id);
  const begun = await beginTrial(deps, {
    organizationId: consent.organizationId,
    settings: adminConsentOf(deps, template).entered(template, directoryId, clientSecret),
    before: undefined,
    by: holderOf(consent),
    returnTo: CONSENT_RETURN_PATH,
    recipient: consent.email,
    callbacks: templateUrls(deps.publicUrl, template),
  });
  return inTransaction(deps, async (deps) => {
    const locked = await selectConsent(deps.db, consent.organizationId, consent.templateId, { lock: true });
    // Asked anew, proven or revoked meanwhile: this answer says nothing of it.
    if (locked === undefined || locked.madeAt.getTime() !== consent.madeAt.getTime()) return 'unknown';
    if (locked.testedAt !== null) return 'unknown';
    if (!begun.begun) {
      const { fault, values } = begun.fault;
      await recordFailure(deps, opened, values === undefined ? { code: fault } : { code: fault, values });
      return 'failed';
    }
    const link = linkOf(begun.path);
    const trial = await openTrial(deps, link);
    if (trial === undefined) return 'unknown';
    const sent = await sendTrialRequest(deps, trial, { chooseAccount: false });
    await updateConsent(deps.db, locked, {
      directoryId,
      consentedAt: deps.clock.now(),
      trialId: begun.trial.id,
      proofBrowserHash: sha256(sent.browserSecret),
      failure: null,
      failureValues: {},
      failedAt: null,
    });
    const event = { organizationId: consent.organizationId, kind: 'consent.given', actor: holderOf(consent) } as const;
    await recordEvent(deps, { ...event, details: { ...consentFacts(consent, template), directoryId } });
    return { sent, link };
  });
}

/** Writes why an attempt failed; the link works on. */
async function recordFailure(
  deps: Inside<AnswerDeps>,
  { consent, template }: Pick<OpenedConsent, 'consent' | 'template'>,
  { code, values = {} }: ConsentFailure,
): Promise<void> {
  await updateConsent(deps.db, consent, { failure: code, failureValues: values, failedAt: deps.clock.now() });
  const event = { organizationId: consent.organizationId, kind: 'consent.failed', actor: holderOf(consent) } as const;
  await recordEvent(deps, { ...event, details: { ...consentFacts(consent, template), reason: code } });
}
