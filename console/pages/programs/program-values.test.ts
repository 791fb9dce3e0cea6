import { MantineProvider } from '@mantine/core';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { PRESETS } from '../../../works-with/applications/presets.ts';
import type { ApplicationPreset } from '../../../works-with/preset.ts';
import '../../texts/applications/add-programs.ts';
import { findPrograms, hueOf } from './find-programs.ts';
import { PasteBlocks, ToldOfProgram } from './paste-blocks.tsx';
import {
  fillForReading,
  fillingOf,
  initialValues,
  makeRandom,
  problemsOf,
  recoverValues,
  registrationOf,
} from './program-values.ts';

const ISSUER = 'https://login.northwind.example';

const preset: ApplicationPreset = {
  id: 'shelf',
  name: 'Shelf',
  version: '1.0.0',
  words: ['books', 'library'],
  mark: 'Sh',
  about: 'A catalog of books.',
  example: 'https://books.northwind.example',
  questions: [{ id: 'realm', label: 'Realm', help: 'Its name there.', initial: 'main' }],
  registration: { kind: 'web', redirectUris: ['{app}/realms/{realm}/back'], backchannelLogoutUri: '{app}/out' },
  there: [
    {
      where: '/etc/shelf.conf',
      format: 'ini',
      text: 'issuer={issuer}\nsecret={clientSecret}\nid={clientId}\n${HOME} {other}',
    },
  ],
  notes: ['Set `PKCE` to *on*.'],
  then: 'Open {app}.',
  lacks: [],
};

test('what was entered is checked before it is filled in', () => {
  const values = initialValues(preset, false);
  expect(Object.keys(problemsOf(preset, values))).toEqual(['address']);
  for (const address of [
    'books',
    'ftp://books.example',
    'http://books.example',
    "https://books.example/'",
    'javascript:alert(1)',
    'https://a@books.example',
  ]) {
    expect([address, Object.keys(problemsOf(preset, { ...values, address }))]).toEqual([address, ['address']]);
  }
  for (const address of ['https://books.example', 'http://localhost:8080/shelf/', 'http://127.0.0.1:1']) {
    expect([address, problemsOf(preset, { ...values, address })]).toEqual([address, {}]);
  }
  for (const realm of ['', 'a b', '"', '<b>', '{app}', 'a\nb', '$(id)', '`id`']) {
    const problems = problemsOf(preset, { ...values, address: 'https://books.example', answers: { realm } });
    expect([realm, Object.keys(problems)]).toEqual([realm, ['answers.realm']]);
  }
});

test('what is registered are the preset’s addresses at the person’s', () => {
  const values = {
    ...initialValues(preset, true),
    address: 'https://Books.example/shelf/ ',
    answers: { realm: 'blue' },
  };
  expect(registrationOf(preset, values, true)).toEqual({
    kind: 'web',
    preset: 'shelf',
    name: 'Shelf',
    redirectUris: ['https://books.example/shelf/realms/blue/back'],
    backchannelLogoutUri: 'https://books.example/shelf/out',
    firstParty: true,
  });
  expect(registrationOf(preset, values, false)).not.toHaveProperty('firstParty');
});

test('what nobody knows any more stands there in words; braces of the program’s own stay', () => {
  const filling = { ...fillingOf('https://books.example', { realm: 'blue' }, ISSUER), clientId: 'app_1' };
  expect(fillForReading(preset.there[0]!.text, filling)).toBe(
    `issuer=${ISSUER}\nsecret=the client secret, shown once when the application is registered\nid=app_1\n\${HOME} {other}`,
  );
});

test.each(PRESETS)(
  '$name: no placeholder is left where it is shown without its secret',
  ({ there, questions = [] }) => {
    const answers = Object.fromEntries(questions.map(({ id, initial }) => [id, initial]));
    const filling = { ...fillingOf('https://books.example', answers, ISSUER), clientId: 'app_1' };
    const names = [
      'app',
      'appHost',
      'issuer',
      'issuerHost',
      'discovery',
      'clientId',
      'clientSecret',
      'random',
      'random16',
    ];
    const shown = there.map(({ text }) => fillForReading(text, filling)).join('\n');
    expect([...names, ...Object.keys(answers)].filter((name) => shown.includes(`{${name}}`))).toEqual([]);
  },
);

test.each(PRESETS)('$name: an address stays one where nobody knows the client ID', ({ there, questions = [] }) => {
  const answers = Object.fromEntries(questions.map(({ id, initial }) => [id, initial]));
  const shown = there.map(({ text }) => fillForReading(text, fillingOf('https://books.example', answers, ISSUER)));
  const addresses = shown.join('\n').match(/https?:\/\/[^\s'"]+/g) ?? [];
  // Where a sentence of ours begins, the address ends.
  expect(addresses.filter((address) => /=(?:the|32|16)$/.test(address))).toEqual([]);
});

test('address and answers are read back from what is registered, also with a dot or a slash in them', () => {
  const registered = {
    redirectUris: ['https://else.example/', 'https://books.example/shelf/realms/bl.ue/back'],
    postLogoutRedirectUris: [],
    backchannelLogoutUri: 'https://books.example/shelf/out',
    initiateLoginUri: null,
  };
  expect(recoverValues(preset, registered)).toEqual({
    address: 'https://books.example/shelf',
    answers: { realm: 'bl.ue' },
  });
  const changed = { ...registered, redirectUris: ['https://moved.example/callback'], backchannelLogoutUri: null };
  expect(recoverValues(preset, changed)).toEqual({ address: 'https://moved.example', answers: {} });
});

test('programs are found by name, purpose and words; those that begin so come first', () => {
  const other = { ...preset, id: 'a-shelf', name: 'Another', about: 'Keeps books on a shelf.' };
  expect(findPrograms([other, preset], 'shelf').map(({ id }) => id)).toEqual(['shelf', 'a-shelf']);
  expect(findPrograms([other, preset], ' LIBRARY  another').map(({ id }) => id)).toEqual(['a-shelf']);
  // A whole word before a part of one.
  const part = { ...preset, id: 'atlas', name: 'Atlas', words: ['ebooks'], about: 'Maps.' };
  expect(findPrograms([part, preset], 'books').map(({ id }) => id)).toEqual(['shelf', 'atlas']);
  expect(findPrograms([other, preset], 'wiki')).toEqual([]);
  expect(findPrograms([preset, other], '').map(({ id }) => id)).toEqual(['a-shelf', 'shelf']);
  expect(hueOf('shelf')).toBe(hueOf('shelf'));
});

test('a random value is 32 bytes in hex, another one each time', () => {
  expect(makeRandom()).toMatch(/^[0-9a-f]{64}$/);
  expect(makeRandom()).not.toBe(makeRandom());
});

test('nothing that a preset holds becomes an element of the page', () => {
  const evil = '<img src=x onerror=alert(1)>`<b>`*<script>*"\'';
  const hostile: ApplicationPreset = {
    ...preset,
    name: evil,
    there: [{ where: evil, format: 'env', text: evil }],
    notes: [evil],
    then: evil,
    lacks: [evil],
  };
  const shown = renderToStaticMarkup(
    createElement(MantineProvider, null, [
      createElement(PasteBlocks, { key: 1, preset: hostile, filling: {} }),
      createElement(ToldOfProgram, { key: 2, preset: hostile, filling: {} }),
    ]),
  );
  expect(shown).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(shown).not.toMatch(/<(?:img|b|script)\b/);
});
