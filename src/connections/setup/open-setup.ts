import { auditFacts, holderOf, isOpen, setupState } from './setup-invitation.ts';
import type { SetupInvitation } from './setup-invitation.ts';
import { selectSetup, selectSetupOfLink, updateSetup } from './setup-store.ts';
import { proveVisit, putVisit, selectVisit, takeAttempt, updateVisitCode } from './visit-store.ts';
import type { SetupVisit } from './visit-store.ts';
import { recordEvent } from '../../audit/record-event.ts';
import { DAY, HOUR, MINUTE, after } from '../../base/clock.ts';
import type { Clock, Seconds } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { randomDigits, randomUuid, sha256 } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database, Inside } from '../../db/database.ts';
import { composeMail } from '../../mail/compose.ts';
import { postMail } from '../../mail/post-mail.ts';
import { findOrganization, keepOrganization } from '../../organizations/find-organization.ts';
import type { Organization } from '../../organizations/organization.ts';
import type { Text } from '../../texts/catalog.ts';
import { isAdministrator } from '../../users/find-users.ts';

const CODE_LIFETIME: Seconds = 10 * MINUTE;
const MOST_TRIES = 5;
/** Of the key that codes are stored under. */
const PURPOSE = 'setup code';
/** How long a browser counts as the mailbox's after a code. */
const PROVEN_FOR: Seconds = 12 * HOUR;
/** Codes mailed for one link: asked for from one network, and in all. Whoever else has the link cannot use up the owner's. */
const CODES = { name: 'setup-code', points: 6, seconds: HOUR };
const CODES_OF_A_LINK = { name: 'setup-code-link', points: 30, seconds: DAY };

export interface OpenDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  rateLimit: { consume(limit: { name: string; points: number; seconds: Seconds }, key: string): Promise<void> };
}

/** A link in a browser. */
export interface OpenedSetup {
  invitation: SetupInvitation;
  organization: Organization;
  /** The browser asked for a code before; null otherwise. */
  visit: SetupVisit | null;
  /** A code was entered in this browser, not too long ago. */
  proven: boolean;
}

/**
 * The link of a token as this browser may use it. Changes nothing: whoever looks (a scanner of mails) spends nothing.
 * @param browserSecret the value of the browser's cookie
 * @returns undefined for a token of no link
 */
export async function openSetup(
  deps: Pick<OpenDeps, 'db' | 'clock'>,
  token: string,
  browserSecret: string | undefined,
): Promise<OpenedSetup | undefined> {
  const invitation = await selectSetupOfLink(deps.db, sha256(token));
  const organization = invitation && (await findOrganization(deps, invitation.organizationId));
  if (invitation === undefined || organization === undefined || organization.suspended) return undefined;
  if (!(await isInviterStill(deps, invitation))) return undefined;
  const visit =
    browserSecret === undefined ? undefined : await selectVisit(deps.db, invitation.id, sha256(browserSecret));
  const proven = (visit?.provenUntil ?? new Date(0)) > deps.clock.now();
  return { invitation, organization, visit: visit ?? null, proven };
}

/**
 * Mails a code to the link's mailbox, for this browser alone.
 * @throws setup-link.ended, request.too-many
 */
export async function mailSetupCode(
  deps: OpenDeps & { t: Text },
  { invitation }: OpenedSetup,
  browser: { secret: string; network: string },
): Promise<void> {
  await requireOpen(deps, invitation);
  await deps.rateLimit.consume(CODES, `${invitation.id} ${browser.network}`);
  await deps.rateLimit.consume(CODES_OF_A_LINK, invitation.id);
  const { t } = deps;
  const code = randomDigits(6);
  const mail = composeMail(t, {
    subject: t('mail.setup-code.subject', { code }),
    heading: t('mail.setup-code.heading'),
    paragraphs: [t('mail.setup-code.lead')],
    code,
    notes: [t('mail.address-code.valid'), t('mail.setup-code.ignore')],
  });
  await inTransaction(deps, async (deps) => {
    const { organizationId } = invitation;
    const now = deps.clock.now();
    if ((await keepOrganization(deps, organizationId)) === undefined) throw new AppError('setup-link.ended');
    const visit = await putVisit(deps.db, {
      id: randomUuid(),
      setupInvitationId: invitation.id,
      organizationId,
      browserHash: sha256(browser.secret),
      createdAt: now,
    });
    const expiresAt = after(now, CODE_LIFETIME);
    await updateVisitCode(deps.db, visit.id, { mac: macOf(deps, visit.id, code), expiresAt });
    await postMail(deps, {
      ...mail,
      kind: 'setup-code',
      recipient: invitation.email,
      organizationId,
      carries: { replaceKey: `setup-code ${visit.id}`, expiresAt, urgent: true },
    });
  });
}

/**
 * Proves the mailbox by a code, in the browser that asked for it.
 * @returns false for a wrong, expired or used code, and one that was tried too often
 * @throws setup-link.ended
 */
export async function proveMailbox(
  deps: OpenDeps,
  { invitation, visit }: OpenedSetup,
  typed: string,
): Promise<boolean> {
  await requireOpen(deps, invitation);
  const now = deps.clock.now();
  // Counted apart from what follows: a failure there gives no attempt back.
  const mac = visit === null ? undefined : await takeAttempt(deps.db, visit.id, now, MOST_TRIES);
  const right =
    visit !== null &&
    mac !== undefined &&
    deps.secrets.isMac(PURPOSE, provedBy(visit.id, typed.replaceAll(/[\s-]/g, '')), mac);
  if (!right) {
    await inTransaction(deps, async (deps) => recordRefused(deps, invitation, 'wrong-code'));
    return false;
  }
  return inTransaction(deps, async (deps) => {
    const locked = await lockSetup(deps, invitation);
    if (!(await proveVisit(deps.db, visit.id, mac, after(now, PROVEN_FOR)))) return false;
    if (locked.openedAt === null) await updateSetup(deps.db, locked, { openedAt: now, step: 'provider' });
    const { organizationId } = locked;
    const event = { organizationId, kind: 'setup-link.opened', actor: holderOf(locked) } as const;
    await recordEvent(deps, { ...event, details: auditFacts(locked) });
    return true;
  });
}

/**
 * The link, locked, while something can be entered through it: what is revoked or handed over meanwhile is seen.
 * @throws setup-link.ended
 */
export async function lockSetup(
  deps: Inside<Pick<OpenDeps, 'db' | 'clock'>>,
  { organizationId, id }: Pick<SetupInvitation, 'organizationId' | 'id'>,
): Promise<SetupInvitation> {
  if ((await keepOrganization(deps, organizationId)) === undefined) throw new AppError('setup-link.ended');
  const invitation = await selectSetup(deps.db, organizationId, id, { lock: true });
  if (invitation === undefined || !isOpen(invitation, deps.clock.now())) throw new AppError('setup-link.ended');
  if (!(await isInviterStill(deps, invitation))) throw new AppError('setup-link.ended');
  return invitation;
}

/** A link ends with the rights of who made it; one made by a program has nobody's. */
export async function isInviterStill(
  deps: Pick<OpenDeps, 'db' | 'clock'>,
  { invitedBy }: Pick<SetupInvitation, 'invitedBy'>,
): Promise<boolean> {
  return invitedBy === null || isAdministrator(deps, invitedBy);
}

/** Refuses a link that has ended, with an event that says why. */
async function requireOpen(deps: Pick<OpenDeps, 'db' | 'clock'>, invitation: SetupInvitation): Promise<void> {
  const state = setupState(invitation, deps.clock.now());
  if (state === 'sent' || state === 'opened') return;
  if (state === 'expired' || state === 'revoked') {
    await inTransaction(deps, async (deps) => recordRefused(deps, invitation, state));
  }
  throw new AppError('setup-link.ended', { detail: state });
}

async function recordRefused(
  deps: Inside<Pick<OpenDeps, 'db' | 'clock'>>,
  invitation: SetupInvitation,
  reason: 'wrong-code' | 'expired' | 'revoked',
): Promise<void> {
  const event = { organizationId: invitation.organizationId, kind: 'setup-link.refused' } as const;
  // Not the mailbox's owner: nothing was proven.
  const actor = { kind: 'stranger', id: null, name: null } as const;
  await recordEvent(deps, { ...event, actor, details: { ...auditFacts(invitation), reason } });
}

/** A code counts for one visit alone. */
function provedBy(visitId: string, code: string): string {
  return JSON.stringify([visitId, code]);
}

function macOf({ secrets }: Pick<OpenDeps, 'secrets'>, visitId: string, code: string): Buffer {
  return secrets.mac(PURPOSE, provedBy(visitId, code));
}
