import '../../texts/add-events.ts';
import type { AuditEvent } from '../../../src/api/contract/audit.ts';
import { events } from '../../texts/en-events.ts';
import { isTextKey, moment, t } from '../../texts/t.ts';

/** Every kind of event the catalog knows, in its order. */
export function eventKinds(): string[] {
  return Object.keys(events)
    .filter((key) => key.startsWith('kind.'))
    .map((key) => key.slice('kind.'.length));
}

/** A kind in two or three words, for choosing. */
export function eventName(kind: string): string {
  const key = `kind.${kind}`;
  return isTextKey(key) ? t(key) : kind;
}

export function actorName({ kind, name }: AuditEvent['actor']): string {
  return name ?? t(`actor.${kind}`);
}

/** What happened, as a sentence. */
export function eventSentence(event: AuditEvent): string {
  const key = `event.${event.kind}`;
  if (!isTextKey(key)) return eventName(event.kind);
  const { user } = event;
  const named = user === null ? textOf(event.details['email'] ?? event.details['address']) : (user.name ?? user.email);
  return t(key, {
    actor: actorName(event.actor),
    user: named === '' ? t('event.somebody') : named,
    name: textOf(nameIn(event.details)),
    method: textOf(event.details['method'] ?? event.details['after']),
    domain: textOf(event.details['domain']),
  });
}

/** What an event calls its organization or application; one that was changed is called as it is since. */
function nameIn(details: AuditEvent['details']): unknown {
  const after = details['after'];
  const nameSince = typeof after === 'object' && after !== null && 'name' in after ? after.name : undefined;
  return details['name'] ?? details['application'] ?? nameSince;
}

/** Everything recorded with an event, by name; nothing is shown as raw data. */
export function detailRows(event: AuditEvent): (readonly [string, string])[] {
  const about = event.user;
  return [
    [t('audit.kind'), eventName(event.kind)],
    [t('audit.when'), moment(new Date(event.occurredAt))],
    [t('audit.who'), `${actorName(event.actor)} (${t(`actor.${event.actor.kind}`)})`],
    [t('audit.about'), about === null ? '' : about.name === null ? about.email : `${about.name}, ${about.email}`],
    [t('audit.network'), event.network ?? ''],
    [t('audit.browser'), event.browser ?? ''],
    ...Object.entries(event.details).map(([name, value]) => [detailName(name), textOf(value)] as const),
  ];
}

function detailName(name: string): string {
  const key = `detail.${name}`;
  if (isTextKey(key)) return t(key);
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_.]/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A recorded value in words: lists by commas, a before and after as such, yes and no. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? t('yes') : t('no');
  if (typeof value === 'string') return textOfWord(value);
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return Object.entries(value)
    .map(([name, inner]) => `${detailName(name)}: ${textOf(inner)}`)
    .join('; ');
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;

/** A word of ours (a method, a role, a state) as the console calls it elsewhere; any other text as it is. */
function textOfWord(word: string): string {
  for (const key of [`method.${word}`, `role.${word}`, `status.${word}`, `claim.${word}`]) {
    if (isTextKey(key)) return t(key);
  }
  return INSTANT.test(word) ? moment(new Date(word)) : word;
}
