import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordRun } from '../../src/backup/runs/record-run.ts';
import { silentLog } from '../../src/base/log.ts';
import { diagnose } from '../../src/cli/doctor.ts';
import { showStatus } from '../../src/cli/status.ts';
import { readConfig } from '../../src/config.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makeRoot } from '../support/fixtures.ts';
import { MASTER_KEY } from '../support/master-key.ts';
import { addSession, addUser } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let anna: ApiClient;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  const ground = { db: service.database.db, clock: service.clock, url: service.url };
  const administrator = await addUser(ground, root, 'anna@northwind.example', { role: 'administrator' });
  anna = apiClient(service.url, (await addSession(ground, administrator)).token);
});
afterAll(async () => service?.close());

/** The service as a command sees it. */
const command = (settings: Record<string, string> = {}) => ({
  config: readConfig({
    DATABASE_URL: service.database.url,
    GATEHOUSE_DATA: service.config.dataFolder,
    GATEHOUSE_MASTER_KEY: MASTER_KEY.toString('base64'),
    ...settings,
  }),
  clock: service.clock,
  log: silentLog,
  t: createTexts('Gatehouse').default,
});
const warned = async (): Promise<string[]> =>
  ((await anna.get('/system')).body as { warnings: { code: string }[] }).warnings.map(({ code }) => code);

test('backups are told on the page, by the command and by doctor; one that is old or failed needs attention', async () => {
  const { db } = service.database;
  const clock = service.clock;
  let runs = 0;
  const run = async (
    kind: 'backup' | 'verify',
    outcome: 'done' | 'backup.damaged' = 'done',
    more: { daysAgo?: number; fileName?: string } = {},
  ): Promise<Date> => {
    const { daysAgo = 0, fileName = 'night.tar.zst' } = more;
    const at = new Date(clock.now().getTime() - daysAgo * 86_400_000 + (runs += 1));
    await recordRun({ db, clock }, { kind, startedAt: at, endedAt: at, bytes: 1000, outcome, fileName });
    return at;
  };
  // Who backs up by other means is told how, and warned of nothing.
  expect((await anna.get('/system')).body).toMatchObject({ backups: { runs: [], verifiedAt: null, log: null } });
  expect((await warned()).filter((code) => code.startsWith('backup'))).toEqual([]);
  expect((await showStatus(command())).text).toContain('gatehouse backup FILE');

  const madeAt = await run('backup');
  await run('verify');
  expect((await anna.get('/system')).body).toMatchObject({
    backups: { runs: [{ kind: 'backup' }, { kind: 'verify', outcome: 'done' }], verifiedAt: madeAt.toISOString() },
  });
  expect((await warned()).filter((code) => code.startsWith('backup'))).toEqual([]);
  await run('verify', 'backup.damaged');
  expect(await warned()).toContain('backup-failed');
  await run('verify');
  expect(await warned()).not.toContain('backup-failed');
  // It was verified just now, but made long ago.
  await db.deleteFrom('backupRun').execute();
  await run('backup', 'done', { daysAgo: 3, fileName: 'old.tar.zst' });
  await run('verify', 'done', { fileName: 'old.tar.zst' });
  expect(await warned()).toContain('backup-old');
  const told = (await diagnose(command())).data['findings'] as { check: string; good: boolean }[];
  expect(told.find(({ check }) => check === 'backup')).toMatchObject({ good: false });
  expect((await showStatus(command({ GATEHOUSE_BACKUP_DAYS: '30' }))).data['warnings']).not.toContainEqual(
    expect.objectContaining({ code: 'backup-old' }),
  );
  await run('backup');
  await run('verify');
  expect(await warned()).not.toContain('backup-old');
});
