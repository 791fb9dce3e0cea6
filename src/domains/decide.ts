import { DAY, HOUR, after, utcDay } from '../base/clock.ts';
import { CONFIRM_AFTER, isVerified, newToken, nextAttemptCheck, nextWaitCheck } from './domain.ts';
import type { DomainVerification } from './domain.ts';
import type { Finding } from './diagnose/finding.ts';

/** What happened to a domain, for the audit log. */
export type DomainEvent =
  | 'domain.waiting'
  | 'domain.wait-ended'
  | 'domain.verified'
  | 'domain.record-missing'
  | 'domain.record-back'
  | 'domain.expired'
  | 'domain.lost';

/** Why administrators are written to. */
export type NoticeReason = 'wait-ended' | 'missing' | 'unknown' | 'vanished' | 'name-servers-changed' | 'lost';

/** What follows from a finding. */
export interface Decision {
  row: DomainVerification;
  event: DomainEvent | null;
  notice: NoticeReason | null;
}

/** Days of the grace on which administrators are told. */
const TELL_ON = [1, 4, 6];
/** A verified domain is lost after so long without its record, and after so many days on which it was found missing. */
export const GRACE_DAYS = 7;
const COUNTED_DAYS = 5;
/** Without a usable answer. */
const TELL_UNKNOWN_DAYS = 7;
const LOST_UNKNOWN_DAYS = 30;
/** A waiting domain holds its place so long without its proof after the time at which it would have taken effect. */
const UNPROVED_DAYS = 7;
const KEPT_TOKENS = 10;

/**
 * Decides what a finding changes: an attempt that is verified or goes on, a wait that ends in effect or without, a verified
 * domain that stays, is missed or lost.
 */
export function decide(row: DomainVerification, finding: Finding, now: Date): Decision {
  const checked: DomainVerification = { ...row, finding, checkedAt: now };
  if (row.state === 'waiting') return decideWaiting(checked, finding, now);
  return isVerified(row) ? decideVerified(checked, finding, now) : decideAttempt(checked, finding, now);
}

/** Two agreeing answers of the resolver, minutes apart or with checked signatures, and an authoritative server. */
function decideAttempt(row: DomainVerification, finding: Finding, now: Date): Decision {
  const quiet = { event: null, notice: null };
  const { presence, proof, authenticated, nameServers } = finding;
  const names = nameServers.length === 0 ? row.nameServers : namesOf(finding);
  if (proof && row.held) {
    const held: Finding = { ...finding, code: 'held' };
    const nextCheckAt = nextAttemptCheck(row.startedAt, now);
    const foundAt = row.foundAt ?? now;
    return { row: { ...row, finding: held, foundAt, nextCheckAt, nameServers: names }, ...quiet };
  }
  if (proof) {
    const foundAt = row.foundAt ?? now;
    if (authenticated || now >= after(foundAt, CONFIRM_AFTER)) {
      const verified: DomainVerification = {
        ...row,
        state: 'verified',
        verifiedAt: now,
        foundAt: null,
        nextCheckAt: after(now, DAY),
        nameServers: names,
      };
      return { row: verified, event: 'domain.verified', notice: null };
    }
    const confirming: Finding = { ...finding, code: 'confirming' };
    const nextCheckAt = after(foundAt, CONFIRM_AFTER);
    return { row: { ...row, finding: confirming, foundAt, nextCheckAt, nameServers: names }, ...quiet };
  }
  const foundAt = presence === 'unknown' ? row.foundAt : null;
  const nextCheckAt = nextAttemptCheck(row.startedAt, now);
  const next = { ...row, foundAt, nextCheckAt, nameServers: row.nameServers.length === 0 ? names : row.nameServers };
  if (nextCheckAt !== null) return { row: next, ...quiet };
  return { row: { ...withNewToken(next), state: 'expired' }, event: 'domain.expired', notice: null };
}

/**
 * A wait ends in effect only with the record there, by the answers that a first verification asks for. Without it the
 * attempt begins anew: that costs the organization another wait, and nobody a login. So does one that stays unproved,
 * present for some servers or unknown: it keeps everybody else from the domain.
 */
function decideWaiting(row: DomainVerification, finding: Finding, now: Date): Decision {
  const { presence, proof } = finding;
  const unknownSince = proof ? null : (row.unknownSince ?? now);
  const due = row.takesEffectAt ?? now;
  const over = { takesEffectAt: null, usersElsewhere: null, unknownSince: null };
  if (presence === 'absent' || (unknownSince !== null && staysUnproved(unknownSince, due, now))) {
    const nextCheckAt = nextAttemptCheck(now, now);
    const anew = { ...row, ...over, state: 'pending' as const, startedAt: now, foundAt: null, nextCheckAt };
    return { row: anew, event: 'domain.wait-ended', notice: 'wait-ended' };
  }
  if (proof && now >= due) {
    const verified = { ...row, ...over, state: 'verified' as const, verifiedAt: now, nextCheckAt: after(now, DAY) };
    return { row: verified, event: 'domain.verified', notice: null };
  }
  const nextCheckAt = proof ? nextWaitCheck(now, due) : after(now, HOUR);
  return { row: { ...row, unknownSince, nextCheckAt }, event: null, notice: null };
}

/** Counted from the first check without proof: one after a long pause ends nothing. The later limit is for a time put off. */
function staysUnproved(since: Date, due: Date, now: Date): boolean {
  const from = since > due ? since : due;
  return daysSince(from, now) >= UNPROVED_DAYS || daysSince(since, now) >= LOST_UNKNOWN_DAYS;
}

function decideVerified(row: DomainVerification, finding: Finding, now: Date): Decision {
  if (finding.presence === 'present') return decidePresent(row, finding, now);
  if (finding.presence === 'absent') return decideAbsent(row, finding, now);
  // Unknown neither starts nor advances the grace.
  const unknownSince = row.unknownSince ?? now;
  const next = { ...row, unknownSince, nextCheckAt: after(now, DAY) };
  const days = daysSince(unknownSince, now);
  if (days >= LOST_UNKNOWN_DAYS) return lose(next);
  const tell = days >= TELL_UNKNOWN_DAYS && row.toldDay < TELL_UNKNOWN_DAYS;
  return {
    row: { ...next, toldDay: tell ? TELL_UNKNOWN_DAYS : row.toldDay },
    event: null,
    notice: tell ? 'unknown' : null,
  };
}

function decidePresent(row: DomainVerification, finding: Finding, now: Date): Decision {
  const names = namesOf(finding);
  const changed =
    names.length > 0 && row.nameServers.length > 0 && !names.some((name) => row.nameServers.includes(name));
  // It was gone and came back elsewhere: a new owner may have copied the record.
  if (row.vanishedAt !== null && changed) return lose(row);
  const next: DomainVerification = {
    ...endGrace(row),
    state: 'verified',
    nextCheckAt: after(now, DAY),
    nameServers: names.length === 0 ? row.nameServers : names,
    finding: changed ? { ...finding, notes: [...finding.notes, changedNote(row, finding)] } : finding,
  };
  const back = row.state === 'grace';
  return { row: next, event: back ? 'domain.record-back' : null, notice: changed ? 'name-servers-changed' : null };
}

function decideAbsent(row: DomainVerification, finding: Finding, now: Date): Decision {
  const today = utcDay(now);
  const graceSince = row.graceSince ?? now;
  const graceDays = row.graceDays + (row.graceCountedOn === today ? 0 : 1);
  const vanishes = finding.code === 'no-such-domain' && row.vanishedAt === null;
  const next: DomainVerification = {
    ...row,
    state: 'grace',
    graceSince,
    graceDays,
    graceCountedOn: today,
    unknownSince: null,
    vanishedAt: vanishes ? now : row.vanishedAt,
    nextCheckAt: nextGraceCheck(graceSince, now),
  };
  if (daysSince(graceSince, now) >= GRACE_DAYS && graceDays >= COUNTED_DAYS) return lose(next);
  const day = daysSince(graceSince, now) + 1;
  const due = TELL_ON.findLast((on) => on <= day && on > row.toldDay);
  const notice = vanishes ? 'vanished' : due === undefined ? null : 'missing';
  const event = row.graceSince === null ? 'domain.record-missing' : null;
  return { row: { ...next, toldDay: due ?? row.toldDay }, event, notice };
}

/** An hour and six hours after the record was first missed, then daily. */
function nextGraceCheck(graceSince: Date, now: Date): Date {
  const next = [HOUR, 6 * HOUR].map((offset) => after(graceSince, offset)).find((at) => at > now);
  return next ?? after(now, DAY);
}

function lose(row: DomainVerification): Decision {
  return { row: { ...withNewToken(endGrace(row)), state: 'lost' }, event: 'domain.lost', notice: 'lost' };
}

/** What proved it once never does again: it is public. */
function withNewToken(row: DomainVerification): DomainVerification {
  return {
    ...row,
    token: newToken(),
    formerTokens: [row.token, ...row.formerTokens].slice(0, KEPT_TOKENS),
    foundAt: null,
    nextCheckAt: null,
  };
}

function endGrace(row: DomainVerification): DomainVerification {
  return {
    ...row,
    graceSince: null,
    graceDays: 0,
    graceCountedOn: null,
    unknownSince: null,
    vanishedAt: null,
    toldDay: 0,
  };
}

function changedNote(row: DomainVerification, finding: Finding): Finding['notes'][number] {
  const values = { before: row.nameServers.join(', '), servers: namesOf(finding).join(', '), domain: row.domain };
  return { code: 'name-servers-changed', values };
}

function namesOf({ nameServers }: Finding): string[] {
  return [...new Set(nameServers.map(({ name }) => name))];
}

function daysSince(since: Date, now: Date): number {
  return Math.floor((now.getTime() - since.getTime()) / (DAY * 1000));
}
