import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../../demo/free-port.ts';
import { invite } from '../../../demo/gatehouse/seed.ts';
import { gatehouse } from '../../support/command-line.ts';
import { until } from '../failover/programs.ts';
import type { Figure } from '../figures.ts';
import { LOGIN_SETTINGS, setUpForLogins } from '../ground/logins.ts';
import { underFault } from '../ground/under-fault.ts';
import type { FaultCase } from '../ground/under-fault.ts';
import { embeddedUrl, start } from '../installation.ts';

const run = promisify(execFile);
const INVITED = 'invited';

/** A data folder that becomes read-only under load, and a backup whose disk is too small, beside people who log in. */
export async function dataFolderFaults(): Promise<Figure[]> {
  const disk = await mkdtemp(join(tmpdir(), 'faults-folder-'));
  const small = await mkdtemp(join(tmpdir(), 'faults-backup-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=700m', 'tmpfs', disk]);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=300k', 'tmpfs', small]);
  try {
    const data = join(disk, 'data');
    await mkdir(data, { mode: 0o700 });
    const settings = { ...LOGIN_SETTINGS, GATEHOUSE_DATA: data, PORT: String(await freePort()), LOG_LEVEL: 'silent' };
    const service = await start(settings);
    await using ground = await setUpForLogins(service);
    const place = { ground, url: service.url, pid: service.pid, databaseUrl: await embeddedUrl(data) };
    const file = join(small, 'tonight.tar.zst');
    let said = '';
    const fullBackup: FaultCase = {
      name: 'a backup onto a full disk',
      lastsMs: 4000,
      mostGapMs: 10_000,
      async begin() {
        const { err } = await gatehouse(['backup', file, '--json'], settings);
        said = err === '' ? 'nothing' : (JSON.parse(err) as { error: { code: string } }).error.code;
      },
      end: () => undefined,
    };
    const figures = await underFault(place, fullBackup);
    const left = await readdir(small);
    figures.push(
      { case: fullBackup.name, what: 'it is refused with', measured: said, wanted: 'backup.full' },
      { case: fullBackup.name, what: 'files it leaves behind', measured: left.join(', ') || 'none', wanted: 'none' },
    );
    const good = join(disk, 'after.tar.zst');
    const { err } = await gatehouse(['backup', good, '--json'], settings);
    const size = existsSync(good) ? `${Math.round((await stat(good)).size / 1000)} kB` : err.slice(0, 200);
    figures.push({ case: fullBackup.name, what: 'a backup with room afterwards', measured: size });

    const mails = join(data, 'mail');
    const mailsBefore = (await readdir(mails)).length;
    const readOnly: FaultCase = {
      name: 'mails cannot be written',
      lastsMs: 6000,
      mostGapMs: 10_000,
      async begin() {
        await run('mount', ['--bind', mails, mails]);
        await run('mount', ['-o', 'remount,bind,ro', mails]);
      },
      async end() {
        await run('umount', ['--lazy', mails]);
      },
      look: async () => {
        await invite(ground.api, ground.root, ['paul@northwind.example']);
        return INVITED;
      },
    };
    figures.push(...(await underFault(place, readOnly)));
    await until('the mail of meanwhile is written', 100, async () => (await readdir(mails)).length > mailsBefore);
    figures.push({
      case: readOnly.name,
      what: 'the mail of meanwhile is written afterwards',
      measured: 'yes',
      wanted: 'yes',
    });
    await service.stop();
    await run('mount', ['-o', 'remount,ro', disk]);
    const refused = await gatehouse(['serve', '--json'], settings);
    await run('mount', ['-o', 'remount,rw', disk]);
    const { error } = JSON.parse(refused.err) as { error: { code: string } };
    figures.push({
      what: 'a start on a data folder that became read-only',
      measured: error.code,
      wanted: 'data.folder',
    });
    const again = await start(settings);
    figures.push({ what: 'a start once it may be written again', measured: 'ready', wanted: 'ready' });
    await again.stop();
    return figures;
  } finally {
    for (const folder of [disk, small]) {
      execFileSync('umount', ['--lazy', folder]);
      await rm(folder, { recursive: true, force: true });
    }
  }
}
