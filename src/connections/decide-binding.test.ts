import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideBinding } from './decide-binding.ts';
import type { BindingFacts } from './decide-binding.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';

const HERE = 'contoso' as OrganizationId;
const THERE = 'fabrikam' as OrganizationId;
const MARIA = 'maria' as UserId;
const TOM = 'tom' as UserId;
const ADDRESSES = ['maria@contoso.example', 'tom@contoso.example', 'maria@fabrikam.example'];

const maria = {
  id: MARIA,
  organizationId: HERE,
  address: 'maria@contoso.example',
  mayLogIn: true,
  hasIdentityHere: false,
  invited: false,
};
const own = ['maria@contoso.example'];
const base: BindingFacts = {
  organizationId: HERE,
  bound: null,
  user: maria,
  claimed: [],
  proven: [],
  creatable: null,
  codeEntered: false,
};
const creatable = { userId: TOM, address: { email: own[0]!, key: own[0]!, domain: 'contoso.example' } };

describe('the table', () => {
  test.each<[string, Partial<BindingFacts>, object]>([
    ['a bound subject logs in its user', { bound: TOM }, { kind: 'log-in', userId: TOM }],
    [
      '(a) invited here, equal address',
      { user: { ...maria, invited: true }, claimed: own },
      { kind: 'bind', by: 'invitation' },
    ],
    ['(b) no invitation, equal and proven', { claimed: own, proven: own }, { kind: 'bind', by: 'proven-address' }],
    ['(c) equal but unproven', { claimed: own }, { kind: 'ask' }],
    ['(c) absent', {}, { kind: 'ask' }],
    ['(c) another address, proven', { claimed: [ADDRESSES[1]!], proven: [ADDRESSES[1]!] }, { kind: 'ask' }],
    ['(c) invited, another address', { user: { ...maria, invited: true }, claimed: [ADDRESSES[1]!] }, { kind: 'ask' }],
    ['(c) the mailed code', { codeEntered: true }, { kind: 'bind', by: 'mailed-code' }],
    [
      '(d) subject of another user',
      { bound: TOM, user: { ...maria, invited: true } },
      { kind: 'refuse', reason: 'subject-of-another-user' },
    ],
    [
      '(d) the user has another identity',
      { user: { ...maria, hasIdentityHere: true }, claimed: own, proven: own, codeEntered: true },
      { kind: 'refuse', reason: 'user-has-another-identity' },
    ],
    ['no user, and one may be made', { user: null, creatable }, { kind: 'create', userId: TOM }],
    [
      'no user, and one may be made, but the subject has one',
      { user: null, creatable, bound: MARIA },
      { kind: 'log-in' },
    ],
    ['a user there is', { creatable }, { kind: 'ask' }],
    ['no user', { user: null, claimed: own, proven: own }, { kind: 'refuse', reason: 'no-user' }],
    [
      'a disabled user',
      { user: { ...maria, mayLogIn: false }, proven: own },
      { kind: 'refuse', reason: 'user-may-not' },
    ],
    [
      'a user of another organization under the same connection',
      { user: { ...maria, organizationId: THERE }, claimed: own, proven: own, codeEntered: true },
      { kind: 'refuse', reason: 'no-user' },
    ],
  ])('%s', (_row, change, decision) => {
    expect(decideBinding({ ...base, ...change })).toMatchObject(decision);
  });
});

const organization = fc.constantFrom(HERE, THERE);
const userId = fc.constantFrom(MARIA, TOM);
const facts: fc.Arbitrary<BindingFacts> = fc
  .record({
    organizationId: organization,
    bound: fc.option(userId, { nil: null, freq: 1 }),
    user: fc.option(
      fc.record({
        id: userId,
        organizationId: organization,
        address: fc.constantFrom(...ADDRESSES),
        mayLogIn: fc.boolean(),
        hasIdentityHere: fc.boolean(),
        invited: fc.boolean(),
      }),
      { nil: null },
    ),
    claimed: fc.subarray(ADDRESSES),
    creatable: fc.constantFrom(null, creatable),
    codeEntered: fc.boolean(),
  })
  .chain((some) => fc.subarray([...some.claimed]).map((proven) => ({ ...some, proven })));

describe('whatever is known', () => {
  const holds = (property: (given: BindingFacts) => boolean): void =>
    fc.assert(fc.property(facts, property), { numRuns: 5000 }); // the interesting rows are one in a hundred

  test('nobody of another organization gets in', () =>
    holds((given) => {
      const decision = decideBinding(given);
      // An identity is looked up within the organization, so its user is of it.
      if (decision.kind === 'refuse' || given.bound !== null) return true;
      if (decision.kind === 'create') return given.user === null && given.creatable !== null;
      return given.user?.organizationId === given.organizationId;
    }));

  test('an address alone, stated and not proved, binds nobody', () =>
    holds((given) => {
      const decision = decideBinding({ ...given, proven: [], codeEntered: false });
      return decision.kind !== 'bind' || (given.user?.invited === true && given.claimed.includes(given.user.address));
    }));

  test('a proven address that is not the user’s binds nobody', () =>
    holds((given) => {
      if (given.user === null || given.codeEntered || given.claimed.includes(given.user.address)) return true;
      return decideBinding(given).kind !== 'bind';
    }));

  test('a bound subject never becomes somebody else, a bound user never gets a second subject', () =>
    holds((given) => {
      const decision = decideBinding(given);
      if (given.bound !== null) return decision.kind !== 'bind' && decision.kind !== 'ask';
      return given.user?.hasIdentityHere !== true || decision.kind === 'refuse';
    }));

  test('who may not log in is never bound', () =>
    holds((given) => given.user?.mayLogIn !== false || decideBinding(given).kind !== 'bind'));
});
