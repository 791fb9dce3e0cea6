import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../tools/project.ts';
import { diagnosisOf } from '../../tools/diagnosis/diagnosis-page.ts';
import { MISCONFIGURATIONS } from '../../tools/diagnosis/misconfigurations.ts';
import { explainFailure } from '../../src/connections/connection-settings.ts';
import { EXPLANATION_CODES } from '../../src/connectors/explanation-codes.ts';
import { providerCause } from '../../src/diagnosis/find-cause.ts';
import { placeOf } from '../../src/diagnosis/places.ts';
import { en } from '../../src/texts/en.ts';
import { en as consoleTexts } from '../../console/texts/en.ts';

/** Reads every diagnosis as the administrator who gets it does. */
const rows = Object.values(MISCONFIGURATIONS).flat();

/** Fields and pages of the console, menus of a provider, settings of an application: where something can be changed. */
const PLACES = Object.entries<string>(en)
  .filter(([key]) => key.startsWith('why.place.') || /^application-failure\..*\.where$/.test(key))
  .map(([, text]) => text);

test('there are at least 60, each of its own', () => {
  expect(rows.length).toBeGreaterThanOrEqual(60);
  expect(new Set(rows.map(({ mistake }) => mistake)).size).toBe(rows.length);
});

test.each(rows)('$mistake: cause, exact place and value', (row) => {
  const { person, what, fix, where, value, candidates } = diagnosisOf(row);
  expect(what).toMatch(/^\S.{15,}[.?]$/s);
  expect(fix).toMatch(/^[A-Z].{10,}\.$/s);
  expect(PLACES).toContain(where);
  expect(value).toMatch(/\S/);
  // Nobody who reads it is an administrator that another administrator could help.
  expect(`${what} ${fix} ${candidates.join(' ')}`).not.toMatch(
    /ask (?:your|an?) administrator|contact (?:your|support)/i,
  );
  // A placeholder that got no value, or a word of the code.
  expect(`${what} ${fix} ${candidates.join(' ')}`).not.toMatch(/(?<!["{[])…(?!["}\]])|undefined|\bnull\b/);
  expect(person).toMatch(/\S{3}.*\S{3}/);
});

test('every code a connector explains has a place where something can be changed', () => {
  const homeless = EXPLANATION_CODES.filter((code) => placeOf(code, {}) === null);
  expect(homeless).toEqual([]);
});

test('no field of the console is offered the value that it has: the one that was sent, and came back as wrong', () => {
  const held = { clientId: 'held-client', wanted: '"held-here"', redirectUrl: 'https://held.example' };
  const offered = EXPLANATION_CODES.flatMap((code) => {
    const place = providerCause(code, { ...held, found: '"found-there"' }, held)?.place;
    const text = place === undefined || place === null ? '' : en[place.where];
    return text.startsWith('Authentication settings') && /held/.test(place?.value ?? '') ? [code] : [];
  });
  expect(offered).toEqual([]);
});

test('no sentence about a failure sends an administrator to an administrator', () => {
  const evasive = EXPLANATION_CODES.filter((code) => {
    const { fix } = explainFailure(code, {});
    return fix === null || /ask (?:your|an?) administrator|contact support/i.test(en[fix]);
  });
  expect(evasive).toEqual([]);
});

test('places of the console are called as the console calls them', () => {
  const named = PLACES.flatMap((place) => {
    const [page, field] = place.split(' → ');
    return page === 'Authentication settings' ? [page, field!] : [];
  });
  const chosen = Object.entries<string>(en).flatMap(([key, text]) => (key.startsWith('why.value.') ? [text] : []));
  const known = new Set<string>(Object.values(consoleTexts));
  expect([...named, ...chosen].filter((name) => !known.has(name))).toEqual([]);
});

test('each is produced in a test, by its name', () => {
  const tests = globSync('test/{flows,attacks}/*.test.ts', { cwd: projectFolder })
    .map((file) => readFileSync(join(projectFolder, file), 'utf8'))
    .join('\n');
  expect(rows.map(({ mistake }) => mistake).filter((mistake) => !tests.includes(`'${mistake}`))).toEqual([]);
});
