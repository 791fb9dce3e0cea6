import { type Faults, faultsSchema, healthy } from '../faults/faults.ts';
import type { RegistrationMistake, StandIn } from '../stand-in.ts';
import { ANSWERS, REGISTRATION, TOKEN_ENDPOINT } from './answer-switches.ts';
import { DISCOVERY, KEYS, USERINFO } from './document-switches.ts';
import type { Switch } from './switch.ts';
import { CLAIMS, SIGNATURE } from './token-switches.ts';

/** Everything that can be switched on, by where it goes wrong. */
export const SWITCHES: Readonly<Record<string, readonly Switch[]>> = {
  'Registration of the application': REGISTRATION,
  'Discovery document': DISCOVERY,
  'Key set': KEYS,
  'ID token: claims': CLAIMS,
  'ID token: signature': SIGNATURE,
  'Answer through the browser': ANSWERS,
  'Token endpoint': TOKEN_ENDPOINT,
  UserInfo: USERINFO,
};

const ALL = Object.values(SWITCHES).flat();

/** Those that a kind of stand-in has, by where they go wrong; without empty groups. */
export function switchesOf(kind: StandIn['kind']): [group: string, switches: Switch[]][] {
  return Object.entries(SWITCHES)
    .map(([group, all]): [string, Switch[]] => [group, all.filter(({ only }) => only === undefined || only === kind)])
    .filter(([, switches]) => switches.length > 0);
}

/**
 * Switches these on at a stand-in, and all others off. Of two that say how one endpoint answers, the later one counts,
 * unless both only change its document.
 * @returns the ids that are on now: those it has
 */
export function switchOn(standIn: StandIn, ids: readonly string[]): string[] {
  const on = ALL.filter(({ id, only }) => ids.includes(id) && (only === undefined || only === standIn.kind));
  const mistakes = new Set<RegistrationMistake>(on.flatMap(({ mistake }) => mistake ?? []));
  const faults = on.reduce<Faults>((sum, { faults: make }) => {
    if (make === undefined) return sum;
    const one = faultsSchema.parse(make(standIn));
    return {
      http: joined(sum.http, one.http),
      token: [...sum.token, ...one.token],
      response: [...sum.response, ...one.response],
    };
  }, healthy());
  standIn.setFaults(faults, mistakes);
  return on.map(({ id }) => id);
}

function joined(sum: Faults['http'], more: Faults['http']): Faults['http'] {
  const result = { ...sum };
  for (const [name, fault] of Object.entries(more)) {
    const endpoint = name as keyof Faults['http'];
    const before = result[endpoint];
    result[endpoint] =
      before?.kind === 'change' && fault.kind === 'change'
        ? {
            kind: 'change',
            members: { ...before.members, ...fault.members },
            append: { ...before.append, ...fault.append },
            repeat: [...before.repeat, ...fault.repeat],
          }
        : fault;
  }
  return result;
}
