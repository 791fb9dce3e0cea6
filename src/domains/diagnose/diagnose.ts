import { challengeName } from '../domain.ts';
import type { AuthorityAnswer, Observation, ResolverAnswer, View } from '../observe/observation.ts';
import type { Finding, NameServerAnswer, Remark } from './finding.ts';
import { explainValue, matchesToken, showValue } from './read-value.ts';

/** What was asked for, and what the check before found. */
export interface Asked {
  token: string;
  formerTokens: readonly string[];
  /** SOA serial at the check before. */
  serial: number | null;
  /** The domain that is registered, one label below a public suffix. */
  registered: string;
}

/**
 * Reads an observation: is the record there, absent or unknown, does it prove the domain, and which sentence explains it.
 * Only a record at the exact name in the domain's own zone counts: one that comes by an alias or that a wildcard answers
 * is none.
 */
export function diagnose(observation: Observation, asked: Asked): Finding {
  const view = observation.views.at(-1);
  if (view === undefined) return nothing('resolver-silent', observation);
  const matches = ({ values, alias }: { values: string[]; alias: string | null }): boolean =>
    alias === null && values.some((value) => matchesToken(value, asked.token));
  const wildcard = isWildcard(observation, asked.token);
  const answering = view.authorities.filter(({ failure }) => failure === null);
  const holding = wildcard ? [] : answering.filter(matches);
  const { answer } = view;
  const resolverHas = answer !== null && !wildcard && matches(answer);
  const base = {
    proof: resolverHas && holding.length > 0,
    authenticated: answer?.authenticated ?? false,
    notes: [],
    nameServers: view.authorities.map((one) => nameServerAnswer(one, holding.includes(one))),
    serial: answering[0]?.serial ?? null,
  };
  if (holding.length > 0) {
    const remark = resolverHas
      ? { code: 'verified' as const, values: {} }
      : explainResolver(answering, holding, answer);
    return {
      ...base,
      ...fill(remark, observation, view),
      presence: 'present',
      notes: notesOf(view, holding, asked).map((note) => fill(note, observation, view)),
    };
  }
  const failing = explainFailure(observation, view, answering);
  if (failing !== undefined) {
    // A verified domain whose servers cannot be reached from here is still there when the resolver says so.
    return {
      ...base,
      ...fill(failing, observation, view),
      presence: resolverHas ? 'present' : failing.code === 'no-such-domain' ? 'absent' : 'unknown',
    };
  }
  const remark = explainAbsence(observation, view, answering, asked, wildcard);
  const presence = resolverHas ? 'present' : answer === null || answer.failure === null ? 'absent' : 'unknown';
  const notes = view.authorities
    .filter(({ failure }) => failure !== null)
    .map((one) => fill(failureNote(one), observation, view));
  return { ...base, ...fill(remark, observation, view), presence, notes };
}

/** The same token or alias at a name that nobody made. */
function isWildcard({ sibling, views }: Observation, token: string): boolean {
  if (sibling === null) return false;
  if (sibling.values.some((value) => matchesToken(value, token))) return true;
  return sibling.alias !== null && views.at(-1)!.authorities.some(({ alias }) => alias === sibling.alias);
}

/** An authoritative server has the record and the resolver does not. */
function explainResolver(
  answering: readonly AuthorityAnswer[],
  holding: readonly AuthorityAnswer[],
  answer: ResolverAnswer | null,
): Remark {
  const lacking = answering.filter((one) => !holding.includes(one));
  if (lacking.length > 0) return disagreement(lacking, holding);
  if (answer === null || answer.failure !== null) {
    if (answer?.dnssecFails === true) return { code: 'dnssec', values: {} };
    return { code: 'resolver-silent', values: {} };
  }
  if (answer.alias !== null) return { code: 'alias', values: { target: answer.alias } };
  const minutes = Math.max(1, Math.ceil((answer.rememberedFor ?? 3600) / 60));
  return { code: answer.values.length > 0 ? 'old-answer' : 'remembered-absent', values: { minutes } };
}

/** Serials of one zone are near each other; other primaries or numbers mean two zones. */
function disagreement(lacking: readonly AuthorityAnswer[], holding: readonly AuthorityAnswer[]): Remark {
  const [without, having] = [lacking[0]!, holding[0]!];
  const same = without.primary === having.primary && Math.abs((without.serial ?? 0) - (having.serial ?? 0)) < 1000;
  return {
    code: same ? 'stale-secondary' : 'two-zones',
    values: {
      server: lacking.map(({ name }) => name).join(', '),
      serial: without.serial ?? 0,
      other: having.name,
      otherSerial: having.serial ?? 0,
    },
  };
}

/** No authoritative server answered, or there is none. */
function explainFailure({ views }: Observation, view: View, answering: readonly AuthorityAnswer[]): Remark | undefined {
  const of = (code: Remark['code'], values: Remark['values'] = {}): Remark => ({ code, values });
  if (view.failure === 'missing') return of('no-such-domain');
  if (view.failure === 'dnssec') return of('dnssec');
  if (view.failure === 'refused') return of('all-refuse');
  if (view.failure === 'silent') return of('all-silent');
  if (view.failure === 'resolver') return of('resolver-silent');
  if (answering.length > 0) return undefined;
  if (view.authorities.length === 0) return of('internal-servers', { servers: views[0]!.nameServers.join(', ') });
  if (view.authorities.every(({ failure }) => failure === 'EREFUSED')) return of('all-refuse');
  return of('all-silent');
}

/** Name servers answered, and none has the record. From the most telling to the least. */
function explainAbsence(
  observation: Observation,
  view: View,
  answering: readonly AuthorityAnswer[],
  asked: Asked,
  wildcard: boolean,
): Remark {
  const { domain, views, sibling, elsewhere, otherType, formerServers } = observation;
  const alias = answering.find((one) => one.alias !== null)?.alias ?? null;
  const value = answering.flatMap(({ values }) => values).at(0);
  const inside = views.find(
    (other) => other !== view && other.answer?.values.some((found) => matchesToken(found, asked.token)) === true,
  );
  const elsewhereAnswers = sibling !== null && (sibling.alias !== null || sibling.values.length > 0);
  if (wildcard || (elsewhereAnswers && sameAsSibling(answering, sibling))) {
    return { code: 'wildcard', values: { value: sibling?.alias ?? showValue(sibling?.values[0] ?? '') } };
  }
  if (alias !== null) return { code: 'alias', values: { target: alias } };
  if (inside !== undefined) return { code: 'internal-only', values: { inside: inside.nameServers.join(', ') } };
  if (value !== undefined) return explainValue(value, asked.token, asked.formerTokens);
  if (formerServers.length > 0) return { code: 'former-host', values: { former: formerServers.join(', ') } };
  if (elsewhere !== null) return { code: elsewhere.place, values: { found: elsewhere.name } };
  if (otherType !== null) return { code: 'other-type', values: { type: otherType } };
  if (view.zone !== null && view.zone !== asked.registered && domain.endsWith(asked.registered)) {
    return { code: 'delegated', values: { zone: view.zone } };
  }
  const serial = answering[0]?.serial ?? null;
  if (serial !== null && asked.serial !== null && serial !== asked.serial) {
    return { code: 'published-without', values: { serial } };
  }
  return { code: 'not-there', values: {} };
}

function sameAsSibling(answering: readonly AuthorityAnswer[], sibling: Observation['sibling']): boolean {
  if (sibling === null) return false;
  return answering.some(({ alias, values }) =>
    sibling.alias === null
      ? alias === null && values.some((value) => sibling.values.includes(value))
      : alias === sibling.alias,
  );
}

/** What is worth repairing beside a record that is there. */
function notesOf(view: View, holding: readonly AuthorityAnswer[], asked: Asked): Remark[] {
  const notes = view.authorities.filter(({ failure }) => failure !== null).map(failureNote);
  const lacking = view.authorities.filter((one) => one.failure === null && !holding.includes(one));
  if (lacking.length > 0) notes.push(disagreement(lacking, holding));
  const other = holding.flatMap(({ values }) => values).find((value) => !matchesToken(value, asked.token));
  if (other !== undefined) notes.push({ code: 'another-record', values: { value: showValue(other) } });
  return notes;
}

function failureNote({ name, failure }: AuthorityAnswer): Remark {
  return { code: failure === 'EREFUSED' ? 'server-refuses' : 'server-silent', values: { server: name } };
}

function nameServerAnswer(one: AuthorityAnswer, has: boolean): NameServerAnswer {
  const silent = one.failure === 'EREFUSED' ? 'refused' : 'silent';
  return { name: one.name, answer: one.failure !== null ? silent : has ? 'record' : 'absent' };
}

function nothing(code: Remark['code'], observation: Observation): Finding {
  const values = { domain: observation.domain, name: challengeName(observation.domain) };
  return {
    code,
    values,
    presence: 'unknown',
    proof: false,
    authenticated: false,
    notes: [],
    nameServers: [],
    serial: null,
  };
}

/** Every sentence may name the domain, the record's name and the name servers. */
function fill({ code, values }: Remark, { domain }: Observation, view: View): Remark {
  const servers = view.nameServers.join(', ');
  return { code, values: { domain, name: challengeName(domain), servers, ...values } };
}
