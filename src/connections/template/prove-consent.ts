import { consentFacts, holderOf } from './consent.ts';
import type { Consent } from './consent.ts';
import { isDirectoryTaken, selectConsentOfTrial, updateConsent } from './consent-store.ts';
import type { ConnectionTemplate } from './template.ts';
import { selectTemplateOfConsent } from './template-store.ts';
import type { TrialResult } from '../trial/trial.ts';
import { recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import type { OrganizationId, TrialId } from '../../base/ids.ts';
import { sameDigest } from '../../base/random.ts';
import type { Database, Inside } from '../../db/database.ts';

/**
 * Writes what the login after an admin consent proved: a signed token of the directory that the answer named, which arrived
 * in the browser that asked, binds it to the organization. For every other trial nothing is written.
 */
export async function proveConsent(
  deps: Inside<{ db: Database; clock: Clock }>,
  run: { trial: { id: TrialId; organizationId: OrganizationId }; browserHash: Buffer | null },
  result: TrialResult,
): Promise<void> {
  const { trial, browserHash } = run;
  const consent = await selectConsentOfTrial(deps.db, trial.organizationId, trial.id);
  if (consent === undefined || consent.testedAt !== null) return;
  // The page of the trial may begin another round trip, for whoever has its link: that proves nothing of who consented.
  const { proofBrowserHash } = consent;
  if (proofBrowserHash === null || browserHash === null || !sameDigest(proofBrowserHash, browserHash)) return;
  const template = await selectTemplateOfConsent(deps.db, consent.templateId);
  if (template === undefined) return;
  const { directoryId } = consent;
  if (result.failure !== null) return fail(deps, consent, template, result.failure);
  // The connector took no token but of the directory in the settings; here it is held against what would be bound.
  const { tid, preferred_username: testedBy = null } = result.claims ?? {};
  if (directoryId === null || tid !== directoryId)
    return fail(deps, consent, template, { code: 'consent.no-directory' });
  if (await isDirectoryTaken(deps.db, directoryId, consent.organizationId)) {
    return fail(deps, consent, template, { code: 'consent.directory-taken', values: { directoryId } });
  }
  await updateConsent(deps.db, consent, {
    testedAt: deps.clock.now(),
    testedBy,
    failure: null,
    failureValues: {},
    failedAt: null,
  });
  const details = { ...consentFacts(consent, template), directoryId, testedBy };
  const event = { organizationId: consent.organizationId, kind: 'consent.proven', actor: holderOf(consent) } as const;
  await recordEvent(deps, { ...event, details });
}

async function fail(
  deps: Inside<{ db: Database; clock: Clock }>,
  consent: Consent,
  template: ConnectionTemplate,
  { code, values = {} }: { code: string; values?: Record<string, string> },
): Promise<void> {
  await updateConsent(deps.db, consent, {
    testedAt: null,
    failure: code,
    failureValues: values,
    failedAt: deps.clock.now(),
  });
  const event = { organizationId: consent.organizationId, kind: 'consent.failed', actor: holderOf(consent) } as const;
  await recordEvent(deps, { ...event, details: { ...consentFacts(consent, template), reason: code } });
}
