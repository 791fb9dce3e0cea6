import { isDeepStrictEqual } from 'node:util';
import type { ProviderKey, ProviderKeys } from './keys.ts';
import type { ProviderMetadata } from './metadata.ts';
import type { FoundProvider } from './read-provider.ts';
import type { ProviderFault } from '../../connector.ts';
import type { AllowedHosts } from '../../outgoing/allowed-hosts.ts';
import type { ProviderChange, Reading } from '../../provider-change.ts';
import { foundValue } from '../../found-value.ts';
import { possibleFlows } from '../choose-flow.ts';
import type { CommonSettings } from '../settings.ts';

/** A provider as it is stored. */
export interface KnownProvider {
  issuer: string;
  settings: CommonSettings;
}

export interface CompareDeps {
  /** Hosts whose changes the operator takes without a confirmation. */
  withoutHold: Pick<AllowedHosts, 'names'>;
}

/** So many keys are named. */
const MAX_NAMED = 3;

/** Endpoints that the service calls, or sends the browser to. */
const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'userinfo_endpoint',
  'end_session_endpoint',
] as const;

/**
 * Compares what a provider publishes now with what is stored. Silent: keys that come and go while one from before is left
 * (OpenID Connect Core 10.1.1), endpoints that move between hosts it named before, and what else a document says. Whoever took over
 * the provider's name has other keys, other hosts or another issuer to show: those wait for a person.
 * @param countsAsKey whether a key may sign for this connection; the others' coming and going says nothing
 */
export function compareProvider(
  deps: CompareDeps,
  known: KnownProvider,
  read: FoundProvider | ProviderFault,
  options: { now: Date; countsAsKey?: (key: ProviderKey) => boolean },
): Reading<CommonSettings> {
  const { issuer, settings } = known;
  if ('fault' in read) {
    if (!read.fault.startsWith('discovery.issuer-mismatch')) return { kind: 'fault', fault: withoutField(read) };
    const after = read.values?.found ?? '–';
    return { kind: 'suspicious', changes: [{ what: 'issuer', member: 'issuer', before: issuer, after }], part: null };
  }
  const { metadata, keys } = read;
  if (metadata.issuer !== issuer) {
    const change: ProviderChange = {
      what: 'issuer',
      member: 'issuer',
      before: issuer,
      after: foundValue(metadata.issuer),
    };
    return { kind: 'suspicious', changes: [change], part: null };
  }
  // A document that lacks what this connection lives on would end every login; the one stored may go on.
  if (!possibleFlows(metadata).includes(settings.flow)) {
    return {
      kind: 'fault',
      fault: { fault: settings.flow === 'code' ? 'discovery.no-code' : 'discovery.no-id-token' },
    };
  }
  const { countsAsKey = () => true, now } = options;
  const all = [
    ...newHosts(settings.metadata, metadata),
    ...changedKeys(settings.keys, keys, countsAsKey).map((change) => ({ change, at: metadata.jwks_uri })),
  ];
  const changes = all.filter(({ at }) => !isWithoutHold(deps, at)).map(({ change }) => change);
  const same = isSame(settings.metadata, metadata) && isSame(sorted(settings.keys), sorted(keys));
  const part = same ? null : { metadata, keys, keysReadAt: now };
  return changes.length === 0
    ? { kind: 'good', part, taken: all.map(({ change }) => change) }
    : { kind: 'suspicious', changes, part };
}

function withoutField({ fault, values = {} }: ProviderFault) {
  return { fault, values };
}

/** Changes, each with the address that decides whether the operator takes it. */
function newHosts(before: ProviderMetadata, found: ProviderMetadata): { change: ProviderChange; at: string }[] {
  const known = new Set([before.issuer, ...ENDPOINTS.map((member) => before[member])].map(hostOf));
  return ENDPOINTS.flatMap((member): { change: ProviderChange; at: string }[] => {
    const url = found[member];
    if (url === undefined || known.has(hostOf(url))) return [];
    return [{ change: { what: 'host', member, before: hostOf(before[member]), after: hostOf(url) }, at: url }];
  });
}

/** Keys are compared by what they are, not by their id alone: anybody can publish a key of his own under a known id. */
function changedKeys(
  before: ProviderKeys,
  found: ProviderKeys,
  counts: (key: ProviderKey) => boolean,
): ProviderChange[] {
  const old = before.keys.filter(counts);
  const now = found.keys.filter(counts);
  const known = new Set(old.map(materialOf));
  if (!now.some((key) => known.has(materialOf(key)))) {
    return [{ what: 'keys', member: 'jwks_uri', before: idsOf(old), after: idsOf(now) }];
  }
  return now.flatMap((key): ProviderChange[] => {
    if (key.kid === undefined || known.has(materialOf(key))) return [];
    const named = old.filter(({ kid, kty }) => kid === key.kid && kty === key.kty);
    if (named.length === 0) return [];
    return [{ what: 'key', member: foundValue(key.kid), before: named.map(shortOf).join(', '), after: shortOf(key) }];
  });
}

/** What makes a key that key (RFC 7638 3.2). */
function materialOf({ kty, n, e, crv, x, y }: ProviderKey): string {
  return JSON.stringify([kty, n, e, crv, x, y]);
}

function idsOf(keys: readonly ProviderKey[]): string {
  const ids = keys.slice(0, MAX_NAMED).map((key) => foundValue(key.kid ?? shortOf(key)));
  return keys.length === 0 ? '–' : [...ids, ...(keys.length > MAX_NAMED ? ['…'] : [])].join(', ');
}

/** Enough of a key to tell it from another. */
function shortOf({ n, x }: ProviderKey): string {
  return `${(n ?? x ?? '').slice(0, 12)}…`;
}

function isWithoutHold({ withoutHold }: CompareDeps, url: string): boolean {
  const { hostname, port, protocol } = new URL(url);
  return withoutHold.names(hostname, port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port));
}

function hostOf(url: string | undefined): string {
  return url === undefined ? '–' : (URL.parse(url)?.host ?? '–');
}

function sorted({ keys }: ProviderKeys): ProviderKey[] {
  return keys.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** As JSON: a member that is undefined, or stands elsewhere, is no difference. */
function isSame(one: unknown, other: unknown): boolean {
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  return isDeepStrictEqual(plain(one), plain(other));
}
