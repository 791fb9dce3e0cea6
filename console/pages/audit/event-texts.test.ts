import { expect, test } from 'vitest';
import { eventKinds, eventName, eventSentence } from './event-texts.ts';

test('no two kinds of event have one name, so that choosing one means one', () => {
  const names = eventKinds().map(eventName);
  expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
});

test('names an organization that was changed, as it is called since', () => {
  const event = {
    id: 'evt_1',
    occurredAt: '2026-03-02T09:00:00Z',
    kind: 'organization.changed',
    actor: { kind: 'user' as const, id: null, name: 'Maria' },
    user: null,
    network: null,
    browser: null,
    details: {
      before: { name: 'Contoso', supportContact: null },
      after: { name: 'Contoso Retail', supportContact: null },
    },
  };
  expect(eventSentence(event)).toBe('Organization Contoso Retail was changed');
});
