import type { ErrorCode } from '../../base/errors.ts';
import type { ExplanationCode } from '../explanation-codes.ts';

/**
 * What an error of Entra ID is about. It decides what follows: settings that are wrong for everybody take an unconfirmed
 * connection back, whatever may pass or concerns one person does not.
 *
 * - `settings`: the registration, the directory, or the settings here
 * - `person`: this account, or what this person did
 * - `policy`: a rule of the directory
 * - `passing`: gone by itself
 * - `again`: a new login helps
 * - `service`: our request was wrong; the operator has to know
 */
export type About = 'settings' | 'person' | 'policy' | 'passing' | 'again' | 'service';

/** One explanation of the catalog, `connection.<code>.what` and `.fix`, and the numbers it explains. */
interface Explained {
  code: Extract<ExplanationCode, `entra.${number}`>;
  /** Further numbers that mean the same to the reader. */
  also?: readonly number[];
  about: About;
  /** What the person reads who wanted to log in, where `about` does not say it. */
  person?: ErrorCode;
}

/**
 * The errors of Entra ID (AADSTS…), by what an administrator has to do. Microsoft adds numbers: programs go by the OAuth
 * error, and the number picks the text (https://learn.microsoft.com/entra/identity-platform/reference-error-codes).
 */
const EXPLAINED: readonly Explained[] = [
  // The registration and the settings here.
  { code: 'entra.50011', also: [900971], about: 'settings' },
  { code: 'entra.700016', about: 'settings' },
  { code: 'entra.7000112', also: [70001], about: 'settings' },
  { code: 'entra.90002', about: 'settings' },
  { code: 'entra.90038', also: [900382, 900432], about: 'settings' },
  { code: 'entra.50194', about: 'settings' },
  { code: 'entra.700054', about: 'settings' },
  { code: 'entra.650057', also: [500011, 650056], about: 'settings' },
  { code: 'entra.65001', about: 'settings' },
  { code: 'entra.90094', also: [90095], about: 'settings' },
  { code: 'entra.50146', about: 'settings' },
  { code: 'entra.7000215', also: [70002], about: 'settings' },
  { code: 'entra.7000222', about: 'settings' },
  { code: 'entra.7000218', about: 'settings' },
  { code: 'entra.700025', about: 'settings' },
  { code: 'entra.9002327', about: 'settings' },
  { code: 'entra.700027', also: [50012, 700030], about: 'settings' },
  { code: 'entra.70021', about: 'settings' },

  // The person.
  { code: 'entra.50020', also: [51004, 16000, 16003, 90072], about: 'person', person: 'provider.other-directory' },
  { code: 'entra.50105', about: 'person', person: 'provider.not-assigned' },
  { code: 'entra.65004', about: 'person' },
  { code: 'entra.50126', also: [50034, 50053, 50055, 50056, 50057], about: 'person' },
  { code: 'entra.50058', about: 'again' },
  { code: 'entra.50140', also: [50199], about: 'again' },
  { code: 'entra.50076', also: [50072, 50074, 50079], about: 'again' },

  // Rules of the directory.
  { code: 'entra.500021', also: [500022, 500212, 500213], about: 'policy' },
  { code: 'entra.53003', also: [50005, 50131], about: 'policy' },
  { code: 'entra.53000', also: [53001, 53002], about: 'policy' },
  { code: 'entra.530032', also: [530035], about: 'policy' },
  { code: 'entra.50097', also: [50129, 50155, 50187], about: 'policy' },

  // What passes, or takes a new login.
  { code: 'entra.54005', about: 'again' },
  { code: 'entra.70008', also: [70000, 50089], about: 'again' },
  { code: 'entra.50196', about: 'again' },
  { code: 'entra.50000', also: [50033, 90006, 90012, 90024, 90033], about: 'passing' },

  // Our own request.
  { code: 'entra.50059', also: [50128, 90019], about: 'service' },
  { code: 'entra.70005', also: [70007], about: 'service' },
  { code: 'entra.70011', also: [28002, 28003], about: 'service' },
  { code: 'entra.90015', about: 'service' },
  { code: 'entra.501481', also: [50147, 501491], about: 'service' },
  { code: 'entra.700005', about: 'service' },
  { code: 'entra.900144', also: [90014, 90056, 900561, 9002313], about: 'service' },
];

const BY_NUMBER: ReadonlyMap<string, Explained> = new Map(
  EXPLAINED.flatMap((one) => [numberOf(one.code), ...(one.also ?? []).map(String)].map((number) => [number, one])),
);
const BY_CODE: ReadonlyMap<string, Explained> = new Map(EXPLAINED.map((one) => [one.code, one]));

const PERSON: Readonly<Record<About, ErrorCode>> = {
  settings: 'provider.misconfigured',
  person: 'provider.refused',
  policy: 'provider.refused',
  passing: 'provider.faulty',
  again: 'provider.try-again',
  service: 'provider.misconfigured',
};

/** Every number of Entra ID that has a text. */
export const AADSTS_NUMBERS: readonly string[] = [...BY_NUMBER.keys()];

/** The explanation of a number; undefined for one that has none, and for what is no number. */
export function explainNumber(number: string): Explained['code'] | undefined {
  return BY_NUMBER.get(number)?.code;
}

/** What an explanation is about; undefined when it is none of a number of Entra ID. */
export function aboutOf(code: ExplanationCode): About | undefined {
  return BY_CODE.get(code)?.about;
}

/** What a person reads whose login ended with an explained error. */
export function personCodeOf(code: ExplanationCode): ErrorCode | undefined {
  const explained = BY_CODE.get(code);
  return explained === undefined ? undefined : (explained.person ?? PERSON[explained.about]);
}

function numberOf(code: Explained['code']): string {
  return code.slice('entra.'.length);
}
