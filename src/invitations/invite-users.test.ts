import { describe, expect, test } from 'vitest';
import { invitationState } from './invitation.ts';
import { splitAddresses } from './invite-users.ts';

describe('pasted addresses', () => {
  test.each([
    ['maria@contoso.example', ['maria@contoso.example']],
    ['a@x.example, b@x.example;c@x.example', ['a@x.example', 'b@x.example', 'c@x.example']],
    ['a@x.example\r\nb@x.example\n\n c@x.example\t', ['a@x.example', 'b@x.example', 'c@x.example']],
    [
      'Maria Smith <maria@contoso.example>; "Tom" <tom@contoso.example>',
      ['maria@contoso.example', 'tom@contoso.example'],
    ],
    ['<a@x.example> b@x.example', ['a@x.example', 'b@x.example']],
    ['what is this', ['what', 'is', 'this']],
    [' ,;\n', []],
    ['Maria <maria@x.example', ['Maria', '<maria@x.example']],
    ['<not one> maria@x.example', ['not', 'one', 'maria@x.example']],
    ['<<a@x.example>>', ['a@x.example']],
  ])('%j are %j', (pasted, addresses) => {
    expect(splitAddresses(pasted)).toEqual(addresses);
  });
});

// Read as quadratic, one of these would take hours.
test.each([
  ['one word', 'a'.repeat(300_000)],
  ['opening brackets', '<'.repeat(300_000)],
  ['opening brackets and a closing one', `${'<'.repeat(300_000)}>`],
  ['closing brackets', '>'.repeat(300_000)],
  ['spaces', ' '.repeat(300_000)],
  ['a word and a bracket', `${'a '.repeat(150_000)}<`],
])('any length of text pasted is read once: %s', (_what, pasted) => {
  expect(splitAddresses(pasted).every((piece) => piece.length <= 320)).toBe(true);
});

describe('an invitation', () => {
  const now = new Date('2026-11-23T12:00:00Z');
  const open = { acceptedAt: null, revokedAt: null, takenUpAt: null, expiresAt: new Date('2026-11-23T12:00:01Z') };
  test.each([
    ['open', open],
    ['taken-up', { ...open, takenUpAt: now }],
    ['expired', { ...open, expiresAt: now }],
    ['expired', { ...open, expiresAt: now, takenUpAt: now }],
    ['revoked', { ...open, revokedAt: now, expiresAt: now }],
    ['accepted', { ...open, acceptedAt: now, revokedAt: now }],
  ] as const)('is %s', (state, invitation) => {
    expect(invitationState(invitation, now)).toBe(state);
  });
});
