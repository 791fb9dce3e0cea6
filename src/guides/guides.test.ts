import { expect, test } from 'vitest';
import { createTexts } from '../texts/catalog.ts';
import { stepsOf, valuesOf, type Guide, type Way } from './guide.ts';
import { GUIDES } from './guides.ts';

const OPENID_CONNECT: Way[] = ['code', 'id-token', 'secret', 'private-key'];
const ENTRA_ID: Way[] = ['id-token', 'secret', 'certificate', 'federated'];
const t = createTexts('Gatehouse').default;

const guides: [string, Guide, Way][] = Object.entries(GUIDES).flatMap(([name, guide]) =>
  (name === 'entra-id' ? ENTRA_ID : OPENID_CONNECT).map((way): [string, Guide, Way] => [name, guide, way]),
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
    const shown = stepsOf(guide, 'secret').filter((step) => valuesOf(step) > 0);
    expect(shown.map(({ text }) => t(text)).join(' ')).toMatch(/secret/i);
  }
});

test('what a step has drawn are the words in bold of its sentence, one for one', () => {
  const steps = Object.values(GUIDES).flatMap((guide) => guide.steps);
  const wrong = steps.filter(({ text, drawn }) => [...t(text).matchAll(/<b>/g)].length !== drawn.length);
  expect(wrong.map(({ text }) => text)).toEqual([]);
});
