import { findPlace } from './ask-consent.ts';
import type { ConsentPlace } from './ask-consent.ts';
import { consentFacts } from './consent.ts';
import type { Consent } from './consent.ts';
import { selectConsent, updateConsent } from './consent-store.ts';
import { templateUrls } from './template.ts';
import { openTemplateSecret } from './template-secret.ts';
import { selectTemplate } from './template-store.ts';
import { adminConsentOf } from '../connection-settings.ts';
import { configureConnection } from '../configure/configure-connection.ts';
import type { ConfigureDeps, Configured } from '../configure/configure-connection.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import { AppError } from '../../base/errors.ts';
import { requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';

/** What to turn on: the directory is the one the caller saw. */
export interface TurnOn extends ConsentPlace {
  directoryId: string;
}

/**
 * *Turn on*: as Save, with the template's registration and the directory that was proven. Live as unconfirmed, the method
 * before works beside it. Concurrent calls: exactly one succeeds.
 * @throws organization.not-found, caller.denied, caller.stale-factor, template.not-found, template.not-above, consent.none,
 *   consent.not-proven (also for another directory than the caller saw), consent.on, version.conflict
 */
export async function turnOnConsent(deps: ConfigureDeps, caller: Caller, input: TurnOn): Promise<Configured> {
  requireFreshFactor(caller, deps.clock.now());
  const { template, organization, clientSecret } = await deps.transact(async (db) => {
    const found = await findPlace({ db }, caller, input);
    const consent = await selectConsent(db, input.organizationId, input.templateId);
    requireProven(consent, input.directoryId);
    return { ...found, clientSecret: await openTemplateSecret({ ...deps, db }, input.templateId) };
  });
  const { directoryId } = input;
  return configureConnection(deps, caller, {
    organizationId: organization.id,
    settings: adminConsentOf(deps, template).entered(template, directoryId, clientSecret),
    endSessions: 'within-12-hours',
    version: organization.version,
    template: {
      id: template.id,
      callbacks: templateUrls(deps.publicUrl, template),
      async take(deps) {
        // Kept before what hangs on it is locked: who deletes it waits, or is through.
        if ((await selectTemplate(deps.db, template.organizationId, template.id, 'keep')) === undefined) {
          throw new AppError('template.not-found');
        }
        const locked = await selectConsent(deps.db, organization.id, template.id, { lock: true });
        requireProven(locked, directoryId);
        await updateConsent(deps.db, locked, { turnedOnAt: deps.clock.now() });
        const event = { organizationId: organization.id, kind: 'consent.turned-on', actor: actorOf(caller) } as const;
        await recordEvent(deps, { ...event, details: { ...consentFacts(locked, template), directoryId } });
      },
    },
  });
}

function requireProven(consent: Consent | undefined, directoryId: string): asserts consent is Consent {
  if (consent === undefined) throw new AppError('consent.none');
  if (consent.turnedOnAt !== null) throw new AppError('consent.on');
  if (consent.testedAt === null || consent.directoryId !== directoryId) throw new AppError('consent.not-proven');
}
