import type { Application } from '../../../src/api/contract/applications.ts';
import {
  fillIn,
  fillRegistration,
  isPlain,
  readAddress,
  type ApplicationPreset,
  type Registration,
  type Values,
} from '../../../works-with/preset.ts';
import { t } from '../../texts/t.ts';

/** What the form of a program holds. */
export interface ProgramValues {
  name: string;
  /** Where the program is, as it was typed. */
  address: string;
  /** Answers to the preset's questions, by their ids. */
  answers: Record<string, string>;
  firstParty: boolean;
}

/** What is filled into a preset's texts. */
export type Filling = Readonly<Record<string, string>>;

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The form as it begins. First-party is offered to administrators of the root: what they register is mostly their own. */
export function initialValues(preset: ApplicationPreset, isRootAdministrator: boolean): ProgramValues {
  const answers = Object.fromEntries((preset.questions ?? []).map(({ id, initial }) => [id, initial]));
  return { name: preset.name, address: '', answers, firstParty: isRootAdministrator };
}

/** What is wrong with what was entered, by field; the answers as `answers.<id>`. The service knows the full rules. */
export function problemsOf(preset: ApplicationPreset, values: ProgramValues): Record<string, string> {
  const wrong: Record<string, string> = {};
  if (values.name.trim() === '') wrong['name'] = t('field.required');
  const read = readAddress(values.address);
  if (values.address.trim() === '') wrong['address'] = t('program.address.missing');
  else if (read === null) wrong['address'] = t('program.address.malformed', { example: preset.example });
  else if (read.app.startsWith('http:') && !LOOPBACK.has(new URL(read.app).hostname)) {
    wrong['address'] = t('program.address.http');
  }
  for (const { id, initial } of preset.questions ?? []) {
    const answer = (values.answers[id] ?? '').trim();
    if (answer === '' && initial !== '') wrong[`answers.${id}`] = t('field.required');
    else if (!isPlain(answer)) wrong[`answers.${id}`] = t('program.answer.characters');
  }
  return wrong;
}

/** What to fill in, from an address that was read and plain answers; the issuer is where this console is. */
export function fillingOf(address: string, answers: Filling, issuer = location.origin): Filling {
  const ours: Pick<Values, 'issuer' | 'issuerHost' | 'discovery'> = {
    issuer,
    issuerHost: new URL(issuer).host,
    discovery: `${issuer}/.well-known/openid-configuration`,
  };
  return { ...enteredOf(address, answers), ...ours };
}

function enteredOf(address: string, answers: Filling): Filling {
  const given = Object.entries(answers).map(([id, answer]) => [id, answer.trim()] as const);
  const plain = Object.fromEntries(given.filter(([, answer]) => isPlain(answer)));
  return { ...plain, ...(readAddress(address) ?? { app: '', appHost: '' }) };
}

/** What is sent to register a program; `firstParty` only from those who may set it. */
export function registrationOf(preset: ApplicationPreset, values: ProgramValues, maySetFirstParty: boolean) {
  const { kind, redirectUris, postLogoutRedirectUris, ...rest } = registrationWith(preset, values);
  return {
    ...rest,
    kind,
    preset: preset.id,
    name: values.name.trim(),
    redirectUris: [...redirectUris],
    ...(postLogoutRedirectUris === undefined ? {} : { postLogoutRedirectUris: [...postLogoutRedirectUris] }),
    ...(maySetFirstParty ? { firstParty: values.firstParty } : {}),
  };
}

/** The registration as it will be; while there is no address, with the preset's example. */
export function registrationWith(
  preset: ApplicationPreset,
  { address, answers }: Pick<ProgramValues, 'address' | 'answers'>,
): Registration {
  const known = readAddress(address) === null ? preset.example : address;
  return fillRegistration(preset.registration, enteredOf(known, answers));
}

/** 32 random bytes in hex. */
export function makeRandom(): string {
  return [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** An address, as far as it goes. */
const ADDRESS = /https?:\/\/[^\s'"`<>]+/g;

/** Fills a text of a preset for reading: what is not known stands there as a few words of ours, as one within an address. */
export function fillForReading(text: string, filling: Filling): string {
  const unknown = {
    clientId: t('program.unknown.client-id'),
    clientSecret: t('program.unknown.client-secret'),
    random: t('program.unknown.random'),
    random16: t('program.unknown.random16'),
  };
  const known = fillIn(text, filling).replaceAll(ADDRESS, (address) =>
    address.replaceAll('{clientId}', t('program.unknown.client-id.in-address')),
  );
  return Object.entries(unknown).reduce((filled, [name, words]) => filled.replaceAll(`{${name}}`, () => words), known);
}

/** What a registered application says of the person's answers: its addresses, read by the preset's templates. */
export function recoverValues(
  preset: ApplicationPreset,
  application: Pick<
    Application,
    'redirectUris' | 'postLogoutRedirectUris' | 'backchannelLogoutUri' | 'initiateLoginUri'
  >,
): { address: string; answers: Record<string, string> } {
  const { registration } = preset;
  const known = ['app', ...(preset.questions ?? []).map(({ id }) => id)];
  const pairs: [readonly (string | undefined)[], readonly (string | null)[]][] = [
    [registration.redirectUris, application.redirectUris],
    [registration.postLogoutRedirectUris ?? [], application.postLogoutRedirectUris],
    [[registration.backchannelLogoutUri], [application.backchannelLogoutUri]],
    [[registration.initiateLoginUri], [application.initiateLoginUri]],
  ];
  // What an earlier address says holds: *Initiate login URI* is the one that people change.
  let found: Record<string, string> = {};
  for (const [templates, uris] of pairs) {
    for (const template of templates) {
      for (const uri of uris) {
        if (template !== undefined && uri !== null) found = { ...matchTemplate(template, uri, known), ...found };
      }
    }
  }
  const { app, ...answers } = found;
  const [first = ''] = application.redirectUris;
  return { address: app ?? URL.parse(first)?.origin ?? '', answers };
}

function matchTemplate(template: string, uri: string, known: readonly string[]): Record<string, string> | undefined {
  const seen = new Set<string>();
  const pattern = template
    .split(/(\{\w+\})/)
    .map((part) => {
      const name = part.slice(1, -1);
      if (!part.startsWith('{') || !known.includes(name))
        return part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
      if (seen.has(name)) return String.raw`\k<${name}>`;
      seen.add(name);
      return `(?<${name}>.+?)`;
    })
    .join('');
  return new RegExp(`^${pattern}$`).exec(uri)?.groups;
}
