import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../base/errors.ts';
import { federatedMethod } from '../base/federated-method.ts';
import type { ConnectionId, InvitationId, OrganizationId, UserId } from '../base/ids.ts';
import { readState, toLoginResult, writeState } from './login-state.ts';
import { begin, isProved, transition } from './login.ts';
import type { Destination, Login, LoginEvent, Proof, Subject } from './login.ts';

const at = new Date('2026-03-02T09:00:00Z');
const subject = (name: string, organization: string): Subject => ({
  userId: name as UserId,
  organizationId: organization as OrganizationId,
});
const maria = subject('maria', 'contoso');
const omar = subject('omar', 'fabrikam');

const choice = (organizationId: string, anotherWay: boolean) => ({
  connectionId: `connection of ${organizationId}` as ConnectionId,
  organizationId: organizationId as OrganizationId,
  method: federatedMethod('openid-connect'),
  invitationId: null,
  anotherWay,
});

const subjects = fc.constantFrom(maria, omar);
const destinations: fc.Arbitrary<Destination> = fc.oneof(
  fc.record({ kind: fc.constant('password' as const), subject: fc.option(subjects) }),
  fc.record({
    kind: fc.constant('choose-password' as const),
    subject: subjects,
    invitationId: fc.constant('invitation' as InvitationId),
  }),
  fc.record({
    kind: fc.constant('connection' as const),
    choice: fc.tuple(fc.constantFrom('contoso', 'fabrikam'), fc.boolean()).map((made) => choice(...made)),
    subject: fc.option(subjects),
  }),
  fc.constant({ kind: 'address-code' as const }),
);
const federated = { amr: ['pwd'], acr: null, authTime: null, factorAt: null, providerSession: null };
const events: fc.Arbitrary<LoginEvent> = fc.oneof(
  fc.record({ kind: fc.constant('identified' as const), email: fc.constant('a@b.example'), to: destinations }),
  fc.record({ kind: fc.constant('organization-chosen' as const), to: destinations }),
  fc.record({ kind: fc.constant('another-way' as const), to: destinations }),
  fc.record({ kind: fc.constant('password-proved' as const), at: fc.constant(at), factors: fc.boolean() }),
  fc.record({
    kind: fc.constant('enrolled' as const),
    factor: fc.constantFrom('otp' as const, 'security-key' as const),
    at: fc.constant(at),
    codes: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('factor-proved' as const),
    factor: fc.constantFrom('otp' as const, 'security-key' as const, 'recovery-code' as const),
    at: fc.constant(at),
  }),
  fc.record({
    kind: fc.constant('connection-proved' as const),
    subject: subjects,
    at: fc.constant(at),
    federated: fc.constant(federated),
    ownFactor: fc.constantFrom(undefined, 'step-up' as const, 'enroll' as const),
  }),
  fc.constantFrom<LoginEvent>(
    { kind: 'address-proved' },
    { kind: 'password-chosen', at },
    { kind: 'codes-kept' },
    ...(['came-back', 'switched', 'consented', 'account-kept', 'started-over'] as const).map((kind) => ({ kind })),
    { kind: 'refused', code: 'login.refused' },
    { kind: 'expired' },
  ),
);

/** Where each step may come from; written down here a second time, on purpose. */
const COMES_FROM: Partial<Record<Login['step'], Login['step'][]>> = {
  'choose-organization': ['address-code'],
  'connection-back': ['connection-out'],
  enroll: ['password', 'choose-password', 'connection-back'],
  'step-up': ['connection-back'],
  'recovery-codes': ['enroll'],
  'second-factor': ['password'],
  'switch-user': ['enroll', 'recovery-codes', 'second-factor', 'step-up', 'connection-back'],
  finished: [
    'enroll',
    'recovery-codes',
    'second-factor',
    'step-up',
    'connection-back',
    'switch-user',
    'consent',
    'select-account',
  ],
};

/** Plays events from a beginning; those out of order are refused and change nothing. */
function play(first: Login, list: readonly [LoginEvent, Subject | null][]): { path: Login[]; given: LoginEvent[] } {
  const path = [first];
  const given: LoginEvent[] = [];
  for (const [event, session] of list) {
    try {
      path.push(transition(path.at(-1)!, event, session));
      given.push(event);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      expect(error.code).toBe('login.out-of-order');
    }
  }
  return { path, given };
}

const beginnings = fc.constantFrom<Login>(
  begin({ kind: 'identify', mode: 'ordinary', subject: null, email: null, at }),
  begin({ kind: 'identify', mode: 'emergency', subject: null, email: null, at }),
  begin({ kind: 'step-up', mode: 'ordinary', subject: maria, email: null, at }),
  begin({
    kind: 'step-up',
    mode: 'ordinary',
    subject: maria,
    email: null,
    at,
    through: { connection: choice('contoso', false), federated },
  }),
  begin({ kind: 'consent', mode: 'ordinary', subject: maria, email: null, at }),
  begin({ kind: 'select-account', mode: 'ordinary', subject: maria, email: null, at }),
);
const plays = fc.tuple(beginnings, fc.array(fc.tuple(events, fc.option(subjects)), { maxLength: 60 }));

describe('a login', () => {
  it('never finishes without the proofs its method needs, since the address was last given', () => {
    fc.assert(
      fc.property(plays, ([first, list]) => {
        const { path, given } = play(first, list);
        for (const [i, state] of path.entries()) {
          if (state.step !== 'finished') continue;
          const start = given
            .slice(0, i)
            .findLastIndex((event) => ['identified', 'started-over', 'another-way'].includes(event.kind));
          const kinds = new Set(given.slice(start + 1, i).map((event) => event.kind));
          const own = start === -1 && first.subject !== null; // began in this browser's own session
          if (own && first.step === 'consent') expect(kinds).toContain('consented');
          else if (own && first.step === 'select-account') expect(kinds).toContain('account-kept');
          else if (own) {
            expect(kinds).toContain('factor-proved');
            expect(toLoginResult(state)?.withinSession).toBe(first.connection !== null);
          } else if (state.connection !== null) {
            const proved = given.slice(start + 1, i).find((event) => event.kind === 'connection-proved');
            expect(proved).toBeDefined();
            const asked = proved?.ownFactor;
            if (asked === 'step-up') expect(kinds).toContain('factor-proved');
            if (asked === 'enroll') expect(kinds).toContain('enrolled');
          } else {
            expect(kinds.has('password-proved') || kinds.has('password-chosen')).toBe(true);
            expect(kinds.has('factor-proved') || kinds.has('enrolled')).toBe(true);
          }
          if (kinds.has('consented') || kinds.has('account-kept')) expect(toLoginResult(state)).toBeNull();
          else expect(toLoginResult(state)).toMatchObject({ userId: state.subject!.userId });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('skips no step, whatever is sent to it', () => {
    fc.assert(
      fc.property(plays, ([first, list]) => {
        const { path } = play(first, list);
        for (let i = 1; i < path.length; i += 1) {
          const allowed = COMES_FROM[path[i]!.step];
          if (allowed !== undefined) expect(allowed).toContain(path[i - 1]!.step);
          if (['password', 'choose-password', 'connection-out'].includes(path[i]!.step)) {
            expect(path[i]!.proofs).toEqual([]);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('discards everything proved when another address is given', () => {
    const first = begin({ kind: 'identify', mode: 'ordinary', subject: null, email: null, at });
    const { path } = play(first, [
      [{ kind: 'identified', email: 'maria@contoso.example', to: { kind: 'password', subject: maria } }, null],
      [{ kind: 'password-proved', at, factors: true }, null],
      [{ kind: 'identified', email: 'omar@fabrikam.example', to: { kind: 'password', subject: omar } }, null],
    ]);
    expect(path.at(-1)).toMatchObject({ step: 'password', subject: omar, proofs: [] });
  });

  it('proves nobody when the address is nobody’s', () => {
    const first = begin({ kind: 'identify', mode: 'ordinary', subject: null, email: null, at });
    const { path, given } = play(first, [
      [{ kind: 'identified', email: 'x@y.example', to: { kind: 'password', subject: null } }, null],
      [{ kind: 'password-proved', at, factors: true }, null],
    ]);
    expect(given).toHaveLength(1);
    expect(isProved(path.at(-1)!)).toBe(false);
  });

  it('asks before it takes the place of another user’s session', () => {
    const first = begin({ kind: 'identify', mode: 'ordinary', subject: null, email: null, at });
    const { path } = play(first, [
      [{ kind: 'identified', email: 'm', to: { kind: 'password', subject: maria } }, omar],
      [{ kind: 'password-proved', at, factors: true }, omar],
      [{ kind: 'factor-proved', factor: 'otp', at }, omar],
      [{ kind: 'switched' }, null],
    ]);
    const steps = ['identify', 'password', 'second-factor', 'switch-user', 'finished'];
    expect(path.map((state) => state.step)).toEqual(steps);
  });

  it('goes nowhere but to a password and a factor of ours in an emergency', () => {
    const first = begin({ kind: 'identify', mode: 'emergency', subject: null, email: null, at });
    const to: Destination = { kind: 'connection', choice: choice('contoso', true), subject: maria };
    expect(() => transition(first, { kind: 'identified', email: 'm', to }, null)).toThrow('login.out-of-order');
  });

  it('keeps what the session had proved when a fresh factor is added, and counts nobody’s password anew', () => {
    const amr = ['pwd', 'otp', 'mfa'];
    const first = begin({ kind: 'step-up', mode: 'ordinary', subject: maria, email: null, at, amr });
    const { path } = play(first, [[{ kind: 'factor-proved', factor: 'security-key', at }, maria]]);
    expect(toLoginResult(path.at(-1)!)).toMatchObject({ amr: ['pwd', 'otp', 'hwk', 'mfa'], factorAt: at });
  });

  const proof = (kind: Proof['kind']): Proof => ({ kind, at });
  const fresh = begin({ kind: 'identify', mode: 'ordinary', subject: null, email: null, at });
  const through = { subject: maria, connection: choice('contoso', false) };

  it.each<[Partial<Login>, boolean]>([
    [{ subject: maria, proofs: [proof('password'), proof('otp')] }, true],
    [{ subject: maria, proofs: [proof('session'), proof('security-key')] }, true],
    [{ subject: maria, proofs: [proof('password')] }, false],
    [{ subject: maria, proofs: [proof('otp')] }, false],
    [{ subject: maria, proofs: [proof('invitation'), proof('otp')] }, false],
    [{ subject: null, proofs: [proof('password'), proof('otp')] }, false],
    [{ ...through, proofs: [proof('connection')], federated }, true],
    [{ ...through, proofs: [proof('connection')], federated: null }, false],
    [{ ...through, proofs: [proof('password'), proof('otp')], federated }, false],
    [{ ...through, proofs: [proof('connection')], federated, ownFactor: true }, false],
    [{ ...through, proofs: [proof('session')], federated, ownFactor: true }, false],
    [{ ...through, proofs: [proof('otp')], federated, ownFactor: true }, false],
    [{ ...through, proofs: [proof('session'), proof('otp')], federated }, false],
    [{ ...through, proofs: [proof('connection'), proof('otp')], federated, ownFactor: true }, true],
    [{ ...through, proofs: [proof('session'), proof('otp')], federated, ownFactor: true }, true],
  ])('with %j is proved: %s', (change, proved) => {
    expect(isProved({ ...fresh, ...change })).toBe(proved);
  });

  it('does not finish on a factor alone, whatever state it was brought into', () => {
    const brought: Login = { ...fresh, step: 'second-factor', subject: maria };
    expect(() => transition(brought, { kind: 'factor-proved', factor: 'otp', at }, null)).toThrow('without its proofs');
  });

  it('takes from a provider nobody of another organization', () => {
    const brought: Login = { ...fresh, ...through, step: 'connection-back', subject: null };
    const of = (proved: Subject): LoginEvent => ({ kind: 'connection-proved', subject: proved, at, federated });
    expect(transition(brought, of(maria), null).step).toBe('finished');
    expect(() => transition(brought, of(omar), null)).toThrow('login.out-of-order');
  });

  it('goes another way only where the connection leaves one, and never to a code for the address', () => {
    const out: Login = { ...fresh, step: 'connection-out' };
    const at = (anotherWay: boolean): Login => ({ ...out, connection: choice('contoso', anotherWay) });
    const way = (to: Destination): LoginEvent => ({ kind: 'another-way', to });
    expect(transition(at(true), way({ kind: 'password', subject: maria }), null).step).toBe('password');
    expect(() => transition(at(false), way({ kind: 'password', subject: maria }), null)).toThrow('login.out-of-order');
    expect(() => transition(at(true), way({ kind: 'address-code' }), null)).toThrow('login.out-of-order');
    const chosen: LoginEvent = { kind: 'organization-chosen', to: { kind: 'address-code' } };
    expect(() => transition({ ...fresh, step: 'choose-organization' }, chosen, null)).toThrow('login.out-of-order');
  });

  it('begins past the address only with the user of a session', () => {
    expect(begin({ kind: 'step-up', mode: 'ordinary', subject: null, email: null, at }).step).toBe('identify');
  });

  it('lets nobody choose a password without an invitation', () => {
    const brought: Login = { ...fresh, step: 'choose-password' };
    for (const change of [{ subject: maria }, { invitationId: 'invitation' as InvitationId }]) {
      const login = { ...brought, ...change };
      expect(() => transition(login, { kind: 'password-chosen', at }, null)).toThrow('login.out-of-order');
    }
  });

  it('comes back from storage as it was', () => {
    fc.assert(
      fc.property(plays, ([first, list]) => {
        const login = play(first, list).path.at(-1)!;
        const stored = {
          state: { login, stepState: { misses: 2, connection: { claims: ['sub'] } } },
          result: toLoginResult(login),
          consent: null,
        };
        expect(readState(JSON.parse(writeState(stored)))).toEqual(stored);
      }),
    );
    const nothing = { state: undefined, result: null, consent: null };
    expect(readState({})).toEqual(nothing);
    expect(readState({ login: { step: 'of another version' } })).toEqual(nothing);
  });
});
