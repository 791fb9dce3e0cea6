import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PRESETS } from './applications/presets.ts';
import { fillIn, fillRegistration, readAddress, type ApplicationPreset } from './preset.ts';

/** What is known when a preset is shown; its questions come on top. */
const KNOWN = ['app', 'appHost', 'issuer', 'issuerHost', 'discovery', 'clientId', 'clientSecret', 'random'];
/** Words that are not ours: `docs/glossary.md`. Labels of the program's own pages stand between stars, names in code. */
const STRANGE =
  /\bsign(?:ed|s|ing)?[ -](?:in|out|on|up)\b|\blog[ -]?on\b|\btenants?\b|\bworkspaces?\b|\b2FA\b|\bIdP\b/i;

/** A server that people reach by clients of their own. */
const WITHOUT_PAGES = new Set(['matrix-synapse']);

const addressesOf = ({ registration }: ApplicationPreset): string[] =>
  [
    ...registration.redirectUris,
    ...(registration.postLogoutRedirectUris ?? []),
    registration.backchannelLogoutUri,
    registration.initiateLoginUri,
  ].filter((uri) => uri !== undefined);

const sentencesOf = (preset: ApplicationPreset): string[] => [
  preset.about,
  ...preset.notes,
  preset.then,
  ...preset.lacks,
  ...(preset.questions ?? []).flatMap(({ label, help }) => [label, help]),
];

test('the list has each folder with settings once, by name', () => {
  const folders = readdirSync(new URL('applications/', import.meta.url), { withFileTypes: true })
    .filter((entry) => existsSync(join(entry.parentPath, entry.name, 'settings.ts')))
    .map(({ name }) => name);
  expect(PRESETS.map(({ id }) => id).toSorted()).toEqual(folders.toSorted());
  expect(new Set(PRESETS.map(({ name }) => name)).size).toBe(PRESETS.length);
});

describe.each(PRESETS.map((preset) => [preset.id, preset] as const))('%s', (_, preset) => {
  test('is named and marked so that it can be found and told apart', () => {
    expect(preset.id).toMatch(/^[a-z0-9][a-z0-9-]{0,39}$/);
    expect(preset.mark).toMatch(/^[A-Za-z0-9]{2}$/);
    expect(preset.name.trim()).not.toBe('');
    expect(preset.version).toMatch(/\d/);
    expect(preset.words.length).toBeGreaterThan(0);
    expect(readAddress(preset.example)?.appHost).toMatch(/\.example$/);
  });

  test('its addresses begin where it is, and hold nothing that is not known', () => {
    expect(addressesOf(preset).filter((uri) => !uri.startsWith('{app}'))).toEqual([]);
    const questions = (preset.questions ?? []).map(({ id }) => id);
    const used = addressesOf(preset).flatMap((uri) => [...uri.matchAll(/\{(\w*)\}/g)].map(([, name]) => name!));
    expect(used.filter((name) => !['app', ...questions].includes(name))).toEqual([]);
  });

  test('it is opened from Your applications, where people have a page of it at all', () => {
    expect(preset.registration.initiateLoginUri === undefined).toBe(WITHOUT_PAGES.has(preset.id));
  });

  test('its questions have names of their own and fill something in', () => {
    const ids = (preset.questions ?? []).map(({ id }) => id);
    expect(ids.filter((id) => KNOWN.includes(id) || !/^[a-z]\w*$/i.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    const texts = [...addressesOf(preset), ...preset.there.map(({ text }) => text), ...sentencesOf(preset)].join('\n');
    expect(ids.filter((id) => !texts.includes(`{${id}}`))).toEqual([]);
  });

  test('what is pasted there names our client and, where it keeps one, its secret', () => {
    const pasted = preset.there.map(({ text }) => text).join('\n');
    expect(pasted).toContain('{clientId}');
    expect(pasted.includes('{clientSecret}')).toBe(preset.registration.kind === 'web');
    expect(/\{(?:issuer|discovery|issuerHost)\}/.test(pasted)).toBe(true);
    // The place is a heading; a file’s name stays as it is.
    expect(preset.there.filter(({ where }) => /^[a-z]+(?: |$)/.test(where))).toEqual([]);
    expect(preset.there.filter(({ where, text }) => where.trim() === '' || text.trim() === '')).toEqual([]);
  });

  test('it speaks in sentences of our words', () => {
    const sentences = [preset.about, ...preset.notes, preset.then, ...preset.lacks];
    expect(sentences.filter((sentence) => !/[.?!*`)]$/.test(sentence.trim()))).toEqual([]);
    const own = sentencesOf(preset).map((sentence) => sentence.replaceAll(/\*[^*]*\*|`[^`]*`|single sign-on/gi, ''));
    expect(own.filter((sentence) => STRANGE.test(sentence))).toEqual([]);
  });
});

test('values are filled in once; what is not known stays, what could end a string is refused', () => {
  expect(fillIn('{a}{b}{toString}', { a: 'x' })).toBe('x{b}{toString}');
  for (const value of ['a b', '"', "'", '\n', '<', '{a}', '$x', '`', ';', '#', '\\', '\u202E', 'ä']) {
    expect(() => fillIn('{a}', { a: value })).toThrow(/value of a/);
  }
  expect(fillRegistration({ kind: 'web', redirectUris: ['{app}/back'] }, { app: 'https://a.example' })).toEqual({
    kind: 'web',
    redirectUris: ['https://a.example/back'],
  });
});

test('an address is read as people type it, and nothing else is taken for one', () => {
  expect(readAddress(' https://RSS.example:8443/feeds// ')).toEqual({
    app: 'https://rss.example:8443/feeds',
    appHost: 'rss.example:8443',
  });
  const wrong = [
    'rss.example',
    '',
    'ftp://a.example',
    'https://u@a.example',
    'https://a.example/?q',
    'https://a.example/#f',
    'javascript:1',
    "https://a.example/'",
  ];
  expect(wrong.filter((typed) => readAddress(typed) !== null)).toEqual([]);
});
