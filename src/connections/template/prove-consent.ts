import { openFound } from './answer-consent.ts';
import { consentFacts, holderOf } from './consent.ts';
import type { Consent } from './consent.ts';
import { isDirectoryTaken, lockDirectory, selectConsentOfTrial, updateConsent } from './consent-store.ts';
import type { ConnectionTemplate } from './template.ts';
import { adminConsentOf } from '../connection-settings.ts';
import type { TrialRunDeps } from '../trial/open-trial.ts';
import type { TrialResult } from '../trial/trial.ts';
import { recordEvent } from '../../audit/record-event.ts';
import type { OrganizationId, TrialId } from '../../base/ids.ts';
import { sameDigest } from '../../base/random.ts';
import type { Inside } from '../../db/database.ts';

type ProofDeps = Pick<TrialRunDeps, 'db' | 'clock' | 'connectors' | 'isAdministratingToken'>;

/**
 * Writes what the login after an admin consent proved: a signed token of the directory that the answer named, of an account
 * of its own (no guest's), which arrived in the browser that asked, binds it to the organization while its link works. For
 * every other trial nothing is written.
 */
export async function proveConsent(
  deps: Inside<ProofDeps>,
  run: { trial: { id: TrialId; organizationId: OrganizationId }; browserHash: Buffer | null },
  result: TrialResult,
): Promise<void> {
  const { trial, browserHash } = run;
  const consent = await selectConsentOfTrial(deps.db, trial.organizationId, trial.id);
  if (consent === undefined || consent.testedAt !== null) return;
  // The page of the trial may begin another round trip, for whoever has its link: that proves nothing of who consented.
  const { proofBrowserHash } = consent;
  if (proofBrowserHash === null || browserHash === null || !sameDigest(proofBrowserHash, browserHash)) return;
  // The link ended meanwhile, as with the rights of who made it: nothing is written.
  const opened = await openFound(deps, consent);
  if (opened === undefined) return;
  const { template } = opened;
  const { directoryId } = consent;
  if (result.failure !== null) return fail(deps, consent, template, result.failure);
  // The connector took no token but of the directory in the settings; here it is held against what would be bound.
  const claims = result.claims ?? {};
  const { preferred_username: testedBy = null } = claims;
  if (directoryId === null) return fail(deps, consent, template, { code: 'consent.no-directory' });
  const refused = adminConsentOf(deps, template).whyNoProof(claims, directoryId);
  // Before it is said whose the directory is: a guest learns nothing of it.
  if (refused !== null) return fail(deps, consent, template, { code: refused });
  await lockDirectory(deps.db, directoryId);
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
  deps: Inside<ProofDeps>,
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
