import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backUp } from '../../src/cli/backup/backup.ts';
import { verifyBackup } from '../../src/cli/backup/verify-backup.ts';
import { checkArchive } from '../../src/backup/archive/read-archive.ts';
import type { OpenDatabase } from '../../src/db/open-database.ts';
import { commandOn, makeDataFolder, openEmbedded } from '../support/backups.ts';
import { gatehouse } from '../support/command-line.ts';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { MASTER_KEY } from '../support/master-key.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let outer: string;
let dataFolder: string;

beforeAll(async () => {
  outer = await mkdtemp(join(tmpdir(), 'backup-'));
  dataFolder = join(outer, 'data');
  await makeDataFolder(dataFolder, MASTER_KEY);
});
afterAll(async () => rm(outer, { recursive: true }));

/** A service on the embedded database; the database stays open until it is closed itself. */
async function serveOn(open: OpenDatabase, port?: number): Promise<TestService> {
  const database = { db: open.db, url: open.url, open, close: async () => {}, [Symbol.asyncDispose]: async () => {} };
  return startService({ database, masterKeys: [MASTER_KEY], ...(port === undefined ? {} : { port }) });
}

async function organizationsIn({ db }: OpenDatabase): Promise<string[]> {
  return (await db.selectFrom('organization').select('name').execute()).map(({ name }) => name);
}

test('a backup under writes brings back one moment: the same password logs in, sessions from before do not', async () => {
  const file = join(outer, 'night.tar.zst');
  await using browser = openHttpBrowser();
  const before = await openEmbedded(dataFolder);
  const service = await serveOn(before);
  const { port } = service;
  const root = await makeRoot(service);
  const maria = await makePerson(service, root, 'maria@northwind.example', { role: 'administrator' });
  expect((await logIn(browser, service, await browser.open(`${service.url}/login/start`), maria)).text).toContain(
    'Your applications',
  );
  expect((await browser.open(`${service.url}/account`)).text).toContain('maria@northwind.example');

  let writing = true;
  let written = 0;
  const write = async (): Promise<void> => {
    while (writing) {
      written += 1;
      await makeManaged(service, root, `Written ${written}`);
    }
  };
  const writers = [write(), write(), write()];
  const made = await backUp(commandOn(dataFolder), { file });
  writing = false;
  await Promise.all(writers);
  await makeManaged(service, root, 'After the backup');
  expect(await organizationsIn(before)).toContain('After the backup');

  // Verified while the service runs; what became of both is kept.
  const verified = await verifyBackup(commandOn(dataFolder), { file });
  expect(verified.data).toMatchObject({ good: true, takenAt: made.data['takenAt'] });
  const runs = await before.db.selectFrom('backupRun').select(['kind', 'outcome', 'fileName']).execute();
  expect(runs).toEqual([
    { kind: 'backup', outcome: 'done', fileName: 'night.tar.zst' },
    { kind: 'verify', outcome: 'done', fileName: 'night.tar.zst' },
  ]);
  await service.close();
  await before.close();

  const restored = await gatehouse(['restore', file, '--replace', '--json'], { GATEHOUSE_DATA: dataFolder });
  expect(restored.err).toBe('');
  const { aside } = JSON.parse(restored.out) as { aside: string };
  const there = (await readdir(dataFolder)).filter((name) => name.startsWith('postgres')).toSorted();
  const moved = basename(aside);
  expect(there).toEqual(['postgres', moved, `${moved}.json`, 'postgres.json', 'postgres.log']);

  const after = await openEmbedded(dataFolder);
  const again = await serveOn(after, port);
  try {
    const names = await organizationsIn(after);
    expect(names).not.toContain('After the backup');
    // Written while the files were copied, and to the row what the manifest counted.
    expect(names.filter((name) => name.startsWith('Written')).length).toBeGreaterThan(0);
    expect(names).toHaveLength((await checkArchive(file)).rows['organization'] ?? 0);
    expect((await browser.open(`${again.url}/account`)).text).not.toContain('maria@northwind.example');
    const page = await browser.open(`${again.url}/login/start`);
    // Its clock is not the one of the service before, at which a code was used half a minute ahead.
    again.clock.advance(30);
    expect((await logIn(browser, again, page, maria)).text).toContain('Your applications');
  } finally {
    await again.close();
    await after.close();
  }
});
