import { describe, expect, test } from 'vitest';
import { checkStates } from './trial-checks.ts';
import type { FailedAt } from './trial-checks.ts';

/** The states in order, each by its first letters: passed, failed, not checked, not needed. */
function shortly(failed: FailedAt | null, posted: boolean): string {
  const letters = { passed: 'P', failed: 'F', 'not-checked': '.', 'not-needed': '-' };
  return checkStates(failed, posted)
    .map(({ state }) => letters[state])
    .join('');
}

const at = (category: FailedAt['category'], serverToServer = true): FailedAt => ({ category, serverToServer });

describe('the checks of a test', () => {
  test('show the userinfo endpoint as asked, though its faults refuse nobody', () => {
    const userinfo = (state: 'passed' | 'failed') =>
      checkStates(null, false, state).find(({ check }) => check === 'userinfo')?.state;
    expect([userinfo('passed'), userinfo('failed')]).toEqual(['passed', 'failed']);
  });

  test('pass all, where no code is exchanged without the token endpoint', () => {
    expect([shortly(null, false), shortly(null, true)]).toEqual(['PPPPPPPP-P', 'PPP-PPPP-P']);
  });

  test.each([
    ['wrong-callback', false, 'PF........'],
    ['late', false, 'PPF.......'],
    ['refused', false, 'PPF.......'],
    ['registration', false, 'PPF.......'],
    ['registration', true, 'PPPF......'],
    ['credential', true, 'PPPF......'],
    ['unreachable', true, 'PPPF......'],
    ['signature', true, 'PPPPF.....'],
    // Compared before the signature is verified.
    ['issuer', true, 'PPPP.F....'],
    ['audience', true, 'PPPP.PF...'],
    ['nonce', true, 'PPPP.PPF..'],
    ['times', true, 'PPPP.....F'],
    ['claim-wrong', true, 'PPPP.....F'],
    ['directory', true, 'PPPPPF....'],
    ['claim-missing', true, 'PPPPPPPP.F'],
    // The issuer in the callback, before the code is redeemed.
    ['issuer', false, 'PPP..F....'],
  ] as const)('%s of the server %s: %s', (category, serverToServer, expected) => {
    expect(shortly(at(category, serverToServer), false)).toBe(expected);
  });

  test.each([
    ['signature', 'PPP-F.....'],
    ['nonce', 'PPP-.PPF..'],
    ['claim-missing', 'PPP-PPPP.F'],
  ] as const)('of a posted ID token, %s: %s', (category, expected) => {
    expect(shortly(at(category, false), true)).toBe(expected);
  });
});
