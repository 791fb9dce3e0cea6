import { about } from './example-values.ts';
import { MISCONFIGURATIONS } from './misconfigurations.ts';
import type { Misconfiguration, ShownAt } from './misconfiguration.ts';
import { readFailureCause } from '../../src/applications/health/failure-causes.ts';
import { explainFailure } from '../../src/connections/connection-settings.ts';
import { EXPLANATION_CODES, EXPLANATION_VALUES } from '../../src/connectors/explanation-codes.ts';
import { OWN_CAUSES } from '../../src/diagnosis/diagnosis.ts';
import type { Cause, Sentence } from '../../src/diagnosis/diagnosis.ts';
import { applicationCause, ownCause, providerCause, unreturnedCause } from '../../src/diagnosis/find-cause.ts';
import { createTexts, isTextKey } from '../../src/texts/catalog.ts';

const { default: t } = createTexts('Gatehouse');

/** What people read of a misconfiguration. */
export interface Diagnosis {
  shows: string;
  /** What the person reads. */
  person: string;
  what: string;
  fix: string;
  where: string | null;
  value: string | null;
  candidates: string[];
}

const SHOWS: Readonly<Record<ShownAt, string>> = {
  save: 'Save is refused',
  note: 'Save tells it, and goes through',
  login: 'A login is refused',
  aside: 'A login goes through; *Why?* and *Test* tell it',
  provider: 'On the provider’s own page; the login is found as *Started, not finished*',
  application: 'In the application, as it will; its page here tells it under *Health*',
  page: 'A page of the login',
};

/** The sentences of a misconfiguration, with its examples, as the product makes them. */
export function diagnosisOf({ at, code, person, values = {}, put }: Misconfiguration): Diagnosis {
  const cause = causeOf(code, { ...values });
  const placed = cause.place?.value ?? null;
  const text = ({ key, values: given }: Sentence): string => t(key, { ...given });
  return {
    shows: SHOWS[at],
    person: personText(at, person, values),
    what: text(cause.what),
    fix: text(cause.fix),
    where: cause.place === null ? null : t(cause.place.where),
    value: put ?? (placed !== null && isTextKey(placed) ? t(placed) : placed),
    candidates: cause.candidates.map(({ what, fix }) => `${text(what)} ${text(fix)}`),
  };
}

function causeOf(code: string, values: Record<string, string>): Cause {
  const sent = code.startsWith('application.') ? readFailureCause(code.slice('application.'.length)) : undefined;
  if (sent !== undefined) return applicationCause(sent, values);
  const own = OWN_CAUSES.find((one) => one === code);
  if (own === 'unreturned') return unreturnedCause(values['method'] ?? '', values);
  if (own !== undefined) return ownCause(own, values);
  const cause = providerCause(code, values, { redirectUrl: about.redirect });
  if (cause === undefined) throw new Error(`no sentences for ${code}`);
  return cause;
}

function personText(at: ShownAt, person: string | undefined, values: Readonly<Record<string, string>>): string {
  if (person !== undefined) {
    if (!isTextKey(person)) throw new Error(`no text ${person}`);
    return t(person, { ...values, reference: '7TZZHQ2Q' });
  }
  if (at === 'save' || at === 'note') return 'Nothing: people log in as before.';
  if (at === 'aside') return 'Nothing: the login goes on.';
  if (at === 'application') return 'What the application shows.';
  return at === 'provider' ? 'What the provider’s page says.' : 'A page with the reference.';
}

/** Sentences of a code that no row tells: those of a newer connector. */
function furtherRows(): string[] {
  const told = new Set(Object.values(MISCONFIGURATIONS).flatMap((rows) => rows.map(({ code }) => code)));
  return EXPLANATION_CODES.filter((code) => !told.has(code)).map((code) => {
    const { what, fix } = explainFailure(code, {});
    const cause = causeOf(code, {});
    const place = cause.place === null ? '' : t(cause.place.where);
    return row(['`' + code + '`', what === null ? '' : t(what, blank), fix === null ? '' : t(fix, blank), place]);
  });
}

const blank = Object.fromEntries(EXPLANATION_VALUES.map((name) => [name, `‹${name}›`]));

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

function tell(misconfiguration: Misconfiguration): string {
  const { shows, person, what, fix, where, value, candidates: likely } = diagnosisOf(misconfiguration);
  const causes = likely.length === 0 ? '' : ` Likely causes: ${likely.join(' ')}`;
  return row([
    misconfiguration.mistake,
    shows,
    person,
    `${what} ${fix}${causes}`,
    `${where ?? ''}${value === null ? '' : `: **${value}**`}`,
    '`' + misconfiguration.code + '`',
  ]);
}

/** `docs/reference/diagnosis.md`: what is set up wrong, how it shows, and what each side reads. */
export function diagnosisPage(): { file: string; content: string } {
  const sections = Object.entries(MISCONFIGURATIONS).map(
    ([title, rows]) => `## ${title}

| what is wrong | how it shows | the person reads | the administrator reads | where, and what to put there | code |
|---|---|---|---|---|---|
${rows.map(tell).join('\n')}
`,
  );
  return {
    file: 'docs/reference/diagnosis.md',
    content: `# Diagnosis

<!-- Generated by \`npm run reference\`. Change the code it comes from instead. -->

What is set up wrong, how it shows, and what is read of it: by the person who wants to log in, and by the administrator in
*Authentication*, on the page of an application and under *Why?*. Values in the sentences are examples. A login is found under *Why?* of its organization by
the reference on the person's page, by address or by name, for 30 days.

${sections.join('\n')}
## Further codes

| code | what | what to do | where |
|---|---|---|---|
${furtherRows().join('\n')}
`,
  };
}
