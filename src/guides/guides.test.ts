import { expect, test } from 'vitest';
import { createTexts } from '../texts/catalog.ts';
import { credentialsOf, stepsOf, valuesOf, type Guide, type Way } from './guide.ts';
import { GUIDES } from './guides.ts';

const t = createTexts('Gatehouse').default;

const guides: [string, Guide, Way][] = Object.entries(GUIDES).flatMap(([name, guide]) =>
  guide.ways.map((way): [string, Guide, Way] => [name, guide, way]),
);

test.each(guides)('%s: says where the Redirect URL goes and where the Client ID stands, by %3$s', (_, guide, way) => {
  const steps = stepsOf(guide, way);
  const redirects = steps.filter(({ redirect }) => redirect === true);
  expect(redirects).toHaveLength(1);
  expect(redirects[0]?.drawn).toContain('field');
  const shown = steps.filter((step) => valuesOf(step) > 0).map(({ text }) => t(text));
  expect(shown.join(' ')).toMatch(/<b>(?:Application \(client\) ID|Client ID|Application ID)<\/b>/);
});

test('by a client secret each guide says where it stands', () => {
  for (const guide of Object.values(GUIDES)) {
    expect(guide.ways).toContain('secret');
    const shown = stepsOf(guide, 'secret').filter((step) => valuesOf(step) > 0);
    expect(shown.map(({ text }) => t(text)).join(' ')).toMatch(/secret/i);
  }
});

test('a guide has no step for a way that there is not at its provider', () => {
  const lost = Object.values(GUIDES).flatMap(({ ways, steps }) =>
    steps.filter((step) => step.ways?.every((way) => ways.includes(way)) === false).map(({ text }) => text),
  );
  expect(lost).toEqual([]);
});

test('what there is: at Google a client secret alone, at JumpCloud and GitLab no ID token and no key, at OneLogin no key', () => {
  const credentials = Object.fromEntries(Object.entries(GUIDES).map(([name, guide]) => [name, credentialsOf(guide)]));
  const all = ['secret', 'private-key', 'none'];
  expect(credentials).toEqual({
    'entra-id': ['none', 'secret', 'certificate', 'federated'],
    'google-workspace': ['secret'],
    okta: all,
    keycloak: all,
    auth0: all,
    'ping-one': all,
    'one-login': ['secret', 'none'],
    'jump-cloud': ['secret', 'none'],
    gitlab: ['secret', 'none'],
    any: all,
  });
  const withoutIdToken = Object.entries(GUIDES).filter(([, { ways }]) => !ways.includes('id-token'));
  expect(withoutIdToken.map(([name]) => name)).toEqual(['google-workspace', 'jump-cloud', 'gitlab']);
});

test('what a step has drawn are the words in bold of its sentence, one for one', () => {
  const steps = Object.values(GUIDES).flatMap((guide) => guide.steps);
  const wrong = steps.filter(({ text, drawn }) => [...t(text).matchAll(/<b>/g)].length !== drawn.length);
  expect(wrong.map(({ text }) => text)).toEqual([]);
});

test('no step speaks of a field that one of its readers does not have', () => {
  const steps = Object.values(GUIDES).flatMap((guide) => guide.steps);
  expect(steps.map(({ text }) => t(text)).filter((text) => /Further settings|Claim with/.test(text))).toEqual([]);
});
