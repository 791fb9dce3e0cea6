import type { Cause, OwnCause, Sentence } from './diagnosis.ts';
import { OWN_CAUSES } from './diagnosis.ts';
import { checkOf, placeOf } from './places.ts';
import type { PlaceValues } from './places.ts';
import { hostOf, pageKey, readableEntries } from './tell-steps.ts';
import type { Told } from './tell-steps.ts';
import { PUT } from '../applications/health/failure-causes.ts';
import type { FailureCause } from '../applications/health/failure-causes.ts';
import { explainFailure } from '../connections/connection-settings.ts';
import type { ReadEntry } from '../logins/trace.ts';

/** What a login failed by, or stopped at; `none` for one that succeeded. */
export function findCause(told: Told, refusal: string | null): Cause {
  const entries = readableEntries(told).filter((entry) => entry !== 'hidden');
  const values = valuesOf(told, entries);
  switch (told.outcome) {
    case 'succeeded':
      return ownCause('none', values);
    case 'unreturned':
      return unreturnedCause(told.login?.connection?.method ?? '', values);
    case 'refused':
    case 'failed': {
      const failure = entries.findLast(({ event }) => event === 'refused' || event === 'failed');
      const nobody = failure?.detail.why === 'no-user';
      return (nobody ? missingAddress(entries, values) : undefined) ?? causeOfFailure(failure, refusal, values);
    }
    case 'unfinished':
    case 'under-way':
      return causeOfStop(told, entries, values);
  }
}

function causeOfFailure(entry: ReadEntry | undefined, refusal: string | null, values: Record<string, string>): Cause {
  const { code, why, counted, reverted, providerCode, said, correlationId } = entry?.detail ?? {};
  const explained = code === undefined ? undefined : providerCause(code, entry?.detail.values, values);
  if (explained !== undefined) {
    const provider = { code: providerCode ?? null, said: said ?? null, correlationId: correlationId ?? null };
    const silent = Object.values(provider).every((one) => one === null);
    return { ...explained, counted: counted ?? false, reverted: reverted === true, provider: silent ? null : provider };
  }
  return ownCause(ownCode(why, code, refusal), values);
}

/** A failure of a provider, by its code; undefined for a code without sentences. */
export function providerCause(code: string, given: unknown, about: PlaceValues): Cause | undefined {
  const { what, fix, values } = explainFailure(code, given);
  if (what === null || fix === null) return undefined;
  return {
    code,
    what: { key: what, values },
    fix: { key: fix, values },
    place: placeOf(code, { ...about, ...unquoted(values) }),
    check: checkOf(code),
    candidates: [],
    counted: null,
    reverted: false,
    provider: null,
  };
}

const BY_CODE: Readonly<Record<string, OwnCause>> = {
  access_denied: 'declined',
  'login.too-late': 'too-late',
  'login.no-account': 'no-account',
  'login.full': 'users-full',
  'login.unmet': 'unmet',
  'identity.taken': 'taken-meanwhile',
  'callback-of-no-login': 'stray-callback',
};

/** The cause of a refusal of ours: by the decision, else the code of the refusal. */
export function ownCode(why: string | undefined, code: string | undefined, refusal: string | null): OwnCause {
  const known = OWN_CAUSES.find((one) => one === (why === 'no-user' ? 'no-account' : why));
  if (known !== undefined) return known;
  const named = code ?? refusal ?? '';
  if (named.startsWith('invitation.')) return 'invitation-over';
  return BY_CODE[named] ?? BY_CODE[refusal ?? ''] ?? 'changed-meanwhile';
}

/** Where somebody stopped: after something that was given wrong, at the provider, or at a page for no known reason. */
function causeOfStop(told: Told, entries: readonly ReadEntry[], values: Record<string, string>): Cause {
  const last = entries.at(-1);
  const factor = last?.event === 'failed' ? last.detail.factor : undefined;
  if (last?.event === 'sent') return ownCause('at-provider', values);
  const nobody = told.step === 'password' && told.login?.subject === null && told.login.mode === 'ordinary';
  if (nobody) return ownCause('nobody', values);
  if (factor === 'password') return ownCause('wrong-password', values);
  if (factor === 'address-code' || factor === 'binding-code' || factor === 'enrolment-code')
    return ownCause('wrong-code', values);
  if (factor !== undefined) return ownCause('wrong-factor', values);
  if (last?.event === 'failed') return causeOfFailure(last, null, values);
  if (told.step === 'connection-back') return missingAddress(entries, values) ?? ownCause('binding-open', values);
  return ownCause('stopped', values);
}

/** The claim chosen for the address gave none: so nobody was found by it, or a code was asked for. */
function missingAddress(entries: readonly ReadEntry[], values: PlaceValues): Cause | undefined {
  const unmapped = entries.findLast(({ event }) => event === 'came-back')?.detail.unmapped ?? [];
  const finding = unmapped.find(({ fault }) => fault.startsWith('login.address-claim-'));
  return finding && providerCause(finding.fault, finding.values, values);
}

/** A cause of ours, with its sentences. */
export function ownCause(code: OwnCause, values: Record<string, string>): Cause {
  const of = (part: 'what' | 'fix'): Sentence => ({ key: `why.cause.${code}.${part}`, values });
  return {
    code,
    what: of('what'),
    fix: of('fix'),
    place: placeOf(code, { redirectUrl: values['redirect'] }),
    check: checkOf(code),
    candidates: [],
    counted: null,
    reverted: false,
    provider: null,
  };
}

/** What the request of an application was refused for, with its sentences. */
export function applicationCause(cause: FailureCause, values: Record<string, string>): Cause {
  const of = (part: 'what' | 'fix'): Sentence => ({ key: `application-failure.${cause}.${part}`, values });
  const put = PUT[cause];
  return {
    code: `application.${cause}`,
    what: of('what'),
    fix: of('fix'),
    place: { where: `application-failure.${cause}.where`, value: put === undefined ? null : (values[put] ?? null) },
    check: null,
    candidates: [],
    counted: null,
    reverted: false,
    provider: null,
  };
}

const CANDIDATES = ['redirect', 'client', 'assignment', 'credentials', 'left'] as const;
/** Those of a method that has menus and numbers of its own. */
const BY_METHOD: Readonly<
  Record<
    string,
    typeof CANDIDATES | readonly ['entra-redirect', 'entra-client', 'entra-assignment', 'credentials', 'left']
  >
> = {
  'entra-id': ['entra-redirect', 'entra-client', 'entra-assignment', 'credentials', 'left'],
};

/** What ends on the provider's own page, the likeliest first. */
export function unreturnedCause(method: string, values: Record<string, string>): Cause {
  const likely = (BY_METHOD[method] ?? CANDIDATES).map((one) => ({
    what: { key: `why.candidate.${one}.what`, values } as const,
    fix: { key: `why.candidate.${one}.fix`, values } as const,
  }));
  const { place } = ownCause('unreturned', values);
  const where = method === 'entra-id' ? 'why.place.entra-authentication' : place?.where;
  return {
    ...ownCause('unreturned', values),
    candidates: likely,
    counted: false,
    place: where === undefined ? null : { where, value: values['redirect'] ?? null },
  };
}

/** Values of the sentences: who, what was sent, what came back. */
function valuesOf(told: Told, entries: readonly ReadEntry[]): Record<string, string> & PlaceValues {
  const sent = entries.findLast(({ event }) => event === 'sent')?.detail;
  const claims = entries.findLast(({ detail }) => detail.claims !== undefined)?.detail.claims ?? {};
  const email = entries.findLast(({ detail }) => typeof detail.email === 'string')?.detail.email ?? told.login?.email;
  const organizationId = entries.findLast((entry) => entry.organizationId !== null)?.organizationId;
  const redirect = sent?.sent?.['redirect_uri'] ?? '…';
  const client = sent?.sent?.['client_id'] ?? '…';
  return {
    email: email ?? '…',
    domain: email?.slice(email.lastIndexOf('@') + 1) ?? '…',
    user: told.user ?? email ?? '…',
    came: claims['email'] ?? claims['preferred_username'] ?? claims['upn'] ?? claims['sub'] ?? claims['oid'] ?? '…',
    organization: (organizationId === undefined ? undefined : told.organizations.get(organizationId!)) ?? '…',
    application: told.application,
    host: hostOf(sent?.endpoint),
    page: pageKey(told.step),
    redirect,
    client,
    redirectUrl: redirect,
  };
}

/** Values as they are put into a field: without the quotation marks of a sentence; of a list the only text. */
function unquoted({ wanted, found, endpoint, key }: Record<string, string>): PlaceValues {
  const bare = (value: string | undefined): string | undefined => {
    const only = value === undefined ? null : /^\["([^"]*)"\]$/.exec(value);
    return only?.[1] ?? value?.replaceAll(/^"|"$/g, '');
  };
  return {
    wanted: bare(wanted),
    found: found?.includes('", "') === true ? undefined : bare(found),
    endpoint: bare(endpoint),
    key: bare(key),
  };
}
