import { z } from 'zod';
import type { Fact, Outcome, Step } from './diagnosis.ts';
import { formatId } from '../base/ids.ts';
import type { ApplicationId, OrganizationId } from '../base/ids.ts';
import { explainFailure } from '../connections/connection-settings.ts';
import { LISTED_PARAMETERS } from '../connections/authorization/sent-parameters.ts';
import type { Login, Step as LoginStep } from '../logins/login.ts';
import type { ReadEntry } from '../logins/trace.ts';
import { isTextKey } from '../texts/catalog.ts';
import type { TextKey } from '../texts/catalog.ts';

/** A login whose trace is told. */
export interface Told {
  entries: readonly ReadEntry[];
  outcome: Outcome;
  step: string;
  /** The machine's state; undefined before the first page, or as another version of the service wrote it. */
  login: Login | undefined;
  application: string;
  user: string | null;
  /** Names of the organizations that the caller reaches. */
  organizations: ReadonlyMap<OrganizationId, string>;
  /** The caller administers the root: it reads what belongs to no organization. */
  all: boolean;
}

const STARTS: ReadonlySet<string> = new Set(['began', 'started-over', 'identified']);

/**
 * What the caller may read of a trace. One login may speak of several organizations, since a person may try one address
 * after the other: what was tried for an organization out of the caller's reach is left out.
 * @returns the entries, `hidden` in the place of those left out
 */
export function readableEntries({ entries, organizations, all }: Told): (ReadEntry | 'hidden')[] {
  const attempts: ReadEntry[][] = [];
  for (const entry of entries) {
    if (attempts.length === 0 || STARTS.has(entry.event)) attempts.push([]);
    attempts.at(-1)!.push(entry);
  }
  return attempts.flatMap((attempt): (ReadEntry | 'hidden')[] => {
    const organizationId = attempt.findLast((entry) => entry.organizationId !== null)?.organizationId ?? null;
    const bare = attempt.every(({ detail }) => detail.email === undefined);
    const readable = organizationId === null ? all || bare : organizations.has(organizationId);
    return readable ? attempt : ['hidden'];
  });
}

/** The steps of a login as sentences, and how it stands now. */
export function tellSteps(told: Told): Step[] {
  const read = readableEntries(told);
  const steps = read.flatMap((entry, index): Step[] => {
    if (entry === 'hidden') return read[index - 1] === 'hidden' ? [] : [sentence(null, 'why.step.earlier')];
    return stepsOf(entry, told);
  });
  return [...steps, ...lastStep(told)];
}

function stepsOf(entry: ReadEntry, told: Told): Step[] {
  const { detail, event } = entry;
  const at = new Date(entry.at);
  const organization = nameOf(told, detail.organizationId ?? entry.organizationId);
  const values = { application: told.application, organization, user: told.user ?? '', event };
  switch (event) {
    case 'began':
      return [
        sentence(at, 'why.step.began', values),
        ...(detail.rule === 'link' ? [sentence(at, 'why.step.link', values)] : []),
      ];
    case 'identified':
      return [
        sentence(at, 'why.step.identified', { email: detail.email ?? told.login?.email ?? '…' }),
        ...(detail.rule === undefined ? [] : [ruleStep(at, detail.rule, detail.email ?? '', organization)]),
        ...pilotStep(at, detail.pilot, organization),
      ];
    case 'sent':
      return [sentence(at, 'why.step.sent', { host: hostOf(detail.endpoint) }, 'plain', sentFacts(detail.sent ?? {}))];
    case 'came-back':
      return [
        sentence(at, 'why.step.came-back', {}, 'good', claimFacts(detail.claims ?? {})),
        ...(detail.unmapped ?? []).flatMap((one) => unmappedSteps(at, one.fault, one.values)),
      ];
    case 'connection-proved': {
      const proved = sentence(at, 'why.step.connection-proved', values);
      const roles = roleFacts(detail.roles);
      return roles.length === 0 ? [proved] : [proved, sentence(at, 'why.step.roles', {}, 'plain', roles)];
    }
    case 'failed': {
      const key = `why.step.wrong.${detail.factor}`;
      return [sentence(at, isTextKey(key) ? key : 'why.step.failed', {}, 'bad', providerFacts(entry))];
    }
    case 'asked-again':
      return [sentence(at, 'why.step.asked-again', {}, 'wait', providerFacts(entry))];
    case 'refused':
      return [
        sentence(at, 'why.step.refused', {}, 'bad', [...providerFacts(entry), ...claimFacts(detail.claims ?? {})]),
      ];
    default: {
      const key = `why.step.${event}`;
      return [isTextKey(key) ? sentence(at, key, values) : sentence(at, 'why.step.other', values)];
    }
  }
}

/** A chosen claim that gave nothing, and what to do about it. */
function unmappedSteps(at: Date, code: string, given: unknown): Step[] {
  const { what, fix, values } = explainFailure(code, given);
  return what === null || fix === null ? [] : [sentence(at, what, values, 'wait'), sentence(null, fix, values)];
}

/** What follows from how the login stands, beside its trace. */
function lastStep(told: Told): Step[] {
  const sent = told.entries.findLast(({ event }) => event === 'sent');
  const host = hostOf(sent?.detail.endpoint);
  switch (told.outcome) {
    case 'succeeded':
      return [sentence(null, 'why.step.finished', { application: told.application }, 'good')];
    case 'unreturned':
      return [sentence(null, 'why.step.unreturned', { host }, 'bad')];
    case 'unfinished':
      return [sentence(null, 'why.step.stopped', { page: pageKey(told.step) }, 'wait')];
    case 'under-way':
      return told.entries.at(-1)?.event === 'sent' ? [sentence(null, 'why.step.waiting', { host }, 'wait')] : [];
    case 'refused':
    case 'failed':
      return [];
  }
}

/** The sentence of a rule of `findDestination`. */
export function ruleStep(at: Date | null, rule: string, email: string, organization: string): Step {
  const key = `why.rule.${rule}`;
  const domain = email.slice(email.lastIndexOf('@') + 1);
  return isTextKey(key) ? sentence(at, key, { domain, organization }) : sentence(at, 'why.step.other', { event: rule });
}

/** That a pilot decided which method holds. */
export function pilotStep(
  at: Date | null,
  pilot: 'inside' | 'outside' | null | undefined,
  organization: string,
): Step[] {
  return pilot === null || pilot === undefined ? [] : [sentence(at, `why.pilot.${pilot}`, { organization })];
}

/** The parameters of an authorization request, in the order in which they are listed. */
export function sentFacts(sent: Readonly<Record<string, string>>): Fact[] {
  return LISTED_PARAMETERS.flatMap((name): Fact[] => {
    const value = sent[name];
    return value === undefined ? [] : [{ name: `why.sent.${name}`, value }];
  });
}

function claimFacts(claims: Readonly<Record<string, string>>): Fact[] {
  return Object.entries(claims).map(([name, value]) => ({ name: { literal: name }, value }));
}

/** Which rule decided: `1. groups = … → administrator`; three dots where a claim was not known, a dash where no rule matched. */
function roleFacts(decided: unknown): Fact[] {
  const read = z.array(roleDecision).safeParse(decided);
  return (read.success ? read.data : []).map(({ target, kind, rule, claim, value, gives }): Fact => {
    const given = gives?.role ?? gives?.roles?.join(', ') ?? '–';
    const name = { literal: target === 'console' ? 'console' : formatId('app', target as ApplicationId) };
    if (kind === 'none') return { name, value: '–' };
    return { name, value: kind === 'unknown' ? `${rule}. ${claim} = … ?` : `${rule}. ${claim} = ${value} → ${given}` };
  });
}

/** As `connections/roles/role-rule.ts` decided, read from a trace. */
const roleDecision = z.object({
  target: z.string(),
  kind: z.string(),
  rule: z.number().optional(),
  claim: z.string().optional(),
  value: z.string().optional(),
  gives: z.object({ role: z.string().nullable().optional(), roles: z.array(z.string()).optional() }).optional(),
});

function providerFacts({ detail }: ReadEntry): Fact[] {
  const facts: [TextKey, string | null | undefined][] = [
    ['why.provider.code', detail.providerCode],
    ['why.provider.said', detail.said],
    ['why.provider.correlation', detail.correlationId],
  ];
  return facts.flatMap(([name, value]) => (value === null || value === undefined ? [] : [{ name, value }]));
}

/** The page of ours a login stands at, as a key; texts are made of it by the door. */
export function pageKey(step: string): string {
  const key = `why.page.${step as LoginStep}`;
  return isTextKey(key) ? key : 'why.page.other';
}

/** Host of an address that was recorded; three dots where none was. */
export function hostOf(endpoint: string | undefined): string {
  return URL.parse(endpoint ?? '')?.host ?? '…';
}

function nameOf({ organizations }: Told, id: OrganizationId | null): string {
  return (id === null ? undefined : organizations.get(id)) ?? '…';
}

/** One step. */
export function sentence(
  at: Date | null,
  key: TextKey,
  values: Record<string, string> = {},
  tone: Step['tone'] = 'plain',
  facts: Fact[] = [],
): Step {
  return { at, key, values, tone, facts };
}
