import { describe, expect, test } from 'vitest';
import { decide } from './decide.ts';
import type { Finding } from './diagnose/finding.ts';
import { nextAttemptCheck } from './domain.ts';
import type { DomainVerification } from './domain.ts';
import { DAY, HOUR, MINUTE, after } from '../base/clock.ts';
import type { OrganizationId } from '../base/ids.ts';

const NOW = new Date('2026-03-02T09:00:00Z');

const row: DomainVerification = {
  organizationId: '00000000-0000-4000-8000-000000000001' as OrganizationId,
  domain: 'contoso.example',
  state: 'verified',
  token: 'a'.repeat(32),
  formerTokens: [],
  startedAt: NOW,
  checkedAt: NOW,
  nextCheckAt: NOW,
  foundAt: null,
  finding: null,
  nameServers: ['ns1.hosting.example', 'ns2.hosting.example'],
  verifiedAt: NOW,
  takesEffectAt: null,
  usersElsewhere: null,
  graceSince: null,
  graceDays: 0,
  graceCountedOn: null,
  unknownSince: null,
  vanishedAt: null,
  toldDay: 0,
  held: false,
  createdAt: NOW,
};

function finding(presence: Finding['presence'], ...names: string[]): Finding {
  const nameServers = names.map((name) => ({ name, answer: 'record' as const }));
  const code = presence === 'present' ? 'verified' : 'not-there';
  return {
    code,
    values: {},
    presence,
    proof: presence === 'present',
    authenticated: false,
    notes: [],
    nameServers,
    serial: 1,
  };
}

describe('name servers of a verified domain', () => {
  test('that all changed are told of at once, and remembered', () => {
    const decision = decide(row, finding('present', 'ns1.elsewhere.example'), NOW);
    expect(decision).toMatchObject({
      notice: 'name-servers-changed',
      row: { state: 'verified', nameServers: ['ns1.elsewhere.example'] },
    });
    expect(decide(row, finding('present', 'ns2.hosting.example', 'ns3.hosting.example'), NOW).notice).toBeNull();
  });

  test('that are others after it vanished mean a new owner: a new token is asked for', () => {
    const vanished = { ...row, state: 'grace' as const, graceSince: NOW, graceDays: 1, vanishedAt: NOW };
    const elsewhere = decide(vanished, finding('present', 'ns1.elsewhere.example'), after(NOW, DAY));
    expect(elsewhere).toMatchObject({
      event: 'domain.lost',
      notice: 'lost',
      row: { state: 'lost', nextCheckAt: null },
    });
    expect(elsewhere.row.token).not.toBe(row.token);
    expect(elsewhere.row.formerTokens).toEqual([row.token]);
    expect(decide(vanished, finding('present', 'ns1.hosting.example'), after(NOW, DAY)).row.state).toBe('verified');
  });
});

describe('a domain that the holder of a setup link entered', () => {
  const held = { ...row, state: 'pending' as const, verifiedAt: null, held: true, startedAt: NOW };

  test('is not verified, however often its record is found; once it is released, it is', () => {
    const found = decide(held, finding('present', 'ns1.hosting.example'), after(NOW, DAY));
    expect(found).toMatchObject({
      event: null,
      row: { state: 'pending', verifiedAt: null, held: true, finding: { code: 'held' } },
    });
    const again = decide(found.row, finding('present', 'ns1.hosting.example'), after(NOW, 2 * DAY));
    expect(again).toMatchObject({ event: null, row: { state: 'pending' } });
    const released = decide(
      { ...again.row, held: false },
      finding('present', 'ns1.hosting.example'),
      after(NOW, 3 * DAY),
    );
    expect(released).toMatchObject({ event: 'domain.verified', row: { state: 'verified' } });
  });
});

describe('a verified domain', () => {
  test('is lost after 7 days and 5 of them counted, and not before', () => {
    const missed = (days: number, counted: number): string => {
      const grace = {
        ...row,
        state: 'grace' as const,
        graceSince: NOW,
        graceDays: counted,
        graceCountedOn: '2026-03-02',
      };
      return decide(grace, finding('absent'), after(NOW, days * DAY)).row.state;
    };
    expect([missed(6, 6), missed(7, 3), missed(7, 4)]).toEqual(['grace', 'grace', 'lost']);
  });

  test('is kept through 29 days of unknown answers, told of after 7, lost after 30', () => {
    const unknown = { ...row, unknownSince: NOW };
    const at = (days: number) => decide(unknown, finding('unknown'), after(NOW, days * DAY));
    expect(at(6)).toMatchObject({ notice: null, row: { state: 'verified' } });
    expect(at(7)).toMatchObject({ notice: 'unknown', row: { state: 'verified', graceSince: null } });
    expect(at(29).row.state).toBe('verified');
    expect(at(30)).toMatchObject({ notice: 'lost', row: { state: 'lost' } });
  });

  test('whose record is there again starts from nothing the next time it is missed', () => {
    const grace = {
      ...row,
      state: 'grace' as const,
      graceSince: NOW,
      graceDays: 4,
      graceCountedOn: '2026-03-05',
      toldDay: 4,
    };
    const back = decide(grace, finding('present', 'ns1.hosting.example'), after(NOW, 6 * DAY));
    expect(back).toMatchObject({ event: 'domain.record-back', row: { state: 'verified', graceDays: 0, toldDay: 0 } });
    const missed = decide(back.row, finding('absent'), after(NOW, 8 * DAY));
    expect(missed).toMatchObject({ notice: 'missing', row: { state: 'grace', graceDays: 1, toldDay: 1 } });
  });

  test('that is unknown advances no grace', () => {
    const grace = { ...row, state: 'grace' as const, graceSince: NOW, graceDays: 4, graceCountedOn: '2026-03-05' };
    const { row: after7 } = decide(grace, finding('unknown'), after(NOW, 7 * DAY));
    expect(after7).toMatchObject({ state: 'grace', graceDays: 4, graceCountedOn: '2026-03-05' });
  });
});

describe('a waiting domain', () => {
  const due = after(NOW, 3 * DAY);
  const waiting = { ...row, state: 'waiting' as const, verifiedAt: null, takesEffectAt: due, usersElsewhere: 2 };
  const present: Finding = { ...finding('present', 'ns1.hosting.example'), proof: false };

  test.each([
    ['there without proof', present],
    ['unknown', finding('unknown')],
  ])('whose record stays %s waits until 7 days after its time, and then begins anew', (_, unproved) => {
    const first = decide(waiting, unproved, after(NOW, DAY));
    expect(first).toMatchObject({ event: null, row: { state: 'waiting', unknownSince: after(NOW, DAY) } });
    const at = (days: number) => decide(first.row, unproved, after(NOW, days * DAY));
    expect(at(3)).toMatchObject({ event: null, row: { state: 'waiting', unknownSince: after(NOW, DAY) } });
    expect(at(9)).toMatchObject({ event: null, row: { state: 'waiting' } });
    expect(at(10)).toMatchObject({
      event: 'domain.wait-ended',
      notice: 'wait-ended',
      row: { state: 'pending', takesEffectAt: null, usersElsewhere: null, unknownSince: null },
    });
  });

  test('is not ended by one check without proof after a long pause, and proof counts from nothing again', () => {
    const late = decide(waiting, present, after(NOW, 20 * DAY));
    expect(late.row).toMatchObject({ state: 'waiting', unknownSince: after(NOW, 20 * DAY) });
    const early = { ...waiting, unknownSince: NOW };
    expect(decide(early, finding('present', 'ns1.hosting.example'), after(NOW, DAY)).row).toMatchObject({
      state: 'waiting',
      unknownSince: null,
    });
  });

  test('whose time is put off again and again is ended after 30 days without proof', () => {
    const putOff = { ...waiting, unknownSince: NOW, takesEffectAt: after(NOW, 33 * DAY) };
    expect(decide(putOff, present, after(NOW, 29 * DAY)).row.state).toBe('waiting');
    expect(decide(putOff, present, after(NOW, 30 * DAY)).row.state).toBe('pending');
  });
});

test('an attempt is checked after 1, 5, 15 and 60 minutes, hourly for 3 days, daily to day 30', () => {
  const offsets: number[] = [];
  for (let at: Date | null = NOW; at !== null; at = nextAttemptCheck(NOW, at)) {
    offsets.push((at.getTime() - NOW.getTime()) / 1000);
  }
  expect(offsets.slice(0, 7)).toEqual([0, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR]);
  expect(offsets.filter((offset) => offset <= 3 * DAY)).toHaveLength(1 + 3 + 72);
  expect(offsets.slice(-3)).toEqual([28 * DAY, 29 * DAY, 30 * DAY]);
});
