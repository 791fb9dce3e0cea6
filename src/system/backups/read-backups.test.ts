import { expect, test } from 'vitest';
import { findBackupWarnings } from './read-backups.ts';
import type { BackupState } from './read-backups.ts';

const NOW = new Date('2026-11-30T12:00:00Z');
const ago = (hours: number): Date => new Date(NOW.getTime() - hours * 3_600_000);
const quiet: BackupState = { runs: [], doneAt: {}, firstAt: null, verifiedAt: null, log: null };
const log = {
  folder: '/backups/wal',
  active: true,
  failing: false,
  failures: 0,
  startedAt: ago(20),
  archivedAt: ago(0.01),
  failedAt: null,
};
const codes = (state: Partial<BackupState>): string[] =>
  findBackupWarnings({ ...quiet, ...state }, 2, NOW).map(({ code }) => code);

test('who never made a backup here is warned of nothing; whose backups are never verified is, once the first is old', () => {
  expect(codes({})).toEqual([]);
  expect(codes({ firstAt: ago(47) })).toEqual([]);
  expect(codes({ firstAt: ago(49) })).toEqual(['backup-old']);
  expect(codes({ firstAt: ago(900), verifiedAt: ago(47) })).toEqual([]);
  expect(codes({ firstAt: ago(900), verifiedAt: ago(49) })).toEqual(['backup-old']);
});

test('a log that is to be archived and is not needs attention, whatever the reason', () => {
  expect(codes({ log })).toEqual([]);
  expect(codes({ log: { ...log, active: false } })).toEqual(['log-waits']);
  expect(codes({ log: { ...log, failing: true } })).toEqual(['log-failing']);
});
