import { expect, test } from 'vitest';
import { federatedMethod } from '../base/federated-method.ts';
import { methodState } from './method-state.ts';

const active = { state: 'active', failingSince: null, heldSince: null } as const;
const about = { method: federatedMethod('openid-connect'), suspended: false, users: 3, connection: active } as const;

test.each([
  ['active', about],
  ['active', { ...about, method: 'built-in', connection: null }],
  ['unconfirmed', { ...about, connection: { state: 'unconfirmed', failingSince: null, heldSince: null } }],
  ['unconfirmed', { ...about, users: 0, connection: { state: 'unconfirmed', failingSince: null, heldSince: null } }],
  ['held', { ...about, connection: { state: 'active', failingSince: new Date(0), heldSince: new Date(0) } }],
  ['failing', { ...about, connection: { state: 'unconfirmed', failingSince: new Date(0), heldSince: null } }],
  ['failing', { ...about, connection: { state: 'active', failingSince: new Date(0), heldSince: null } }],
  ['no-users', { ...about, users: 0 }],
  ['no-users', { ...about, method: 'built-in', users: 0, connection: null }],
  // It follows one whose provider waits for a confirmation, or that fails.
  [
    'held',
    {
      ...about,
      method: 'same-as-managing',
      connection: { state: 'active', failingSince: null, heldSince: new Date(0) },
    },
  ],
  // A connection in the drawer says nothing about the method in force.
  [
    'active',
    { ...about, method: 'built-in', connection: { state: 'active', failingSince: new Date(0), heldSince: null } },
  ],
  ['suspended', { ...about, suspended: true }],
] as const)('the chip says %s', (state, given) => {
  expect(methodState(given)).toBe(state);
});
