import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, readlink, realpath, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectFolder, run } from '../../tools/project.ts';
import type { Figure } from '../faults/figures.ts';
import { startImage } from './start-image.ts';

/** What an image serves that stands in no single file of code. */
const PATHS = ['/readyz', '/console/', '/api/docs/assets/scalar.js', '/.well-known/openid-configuration'];
const BASE = 'localhost/gatehouse-base';

/**
 * Builds the image of the `Dockerfile` twice from nothing, compares the two, and starts one: on a read-only root file system, as
 * the image's user, with a data folder alone to write to. The base is made of Debian's packages and this Node, since a
 * registry may be out of reach. Needs root, debootstrap and buildah.
 */
export async function buildImage(): Promise<Figure[]> {
  const missing = ['buildah', 'debootstrap'].filter(
    (name) => !['/usr/bin', '/usr/sbin'].some((bin) => existsSync(join(bin, name))),
  );
  if (process.getuid?.() !== 0 || missing.length > 0) {
    return [{ what: 'skipped: needs root on Debian, and of its packages', measured: missing.join(', ') || 'none' }];
  }
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-image-'));
  const buildah = async (...words: string[]): Promise<string> => {
    const store = ['--storage-driver', 'vfs', '--root', join(folder, 'store'), '--runroot', join(folder, 'run')];
    return must('buildah', [...store, ...words]);
  };
  try {
    await makeBase(buildah, await baseFiles());
    const source = join(folder, 'source');
    await mkdir(source);
    await must('sh', ['-c', `git archive HEAD | tar -x -C ${source}`]);
    const images = [];
    for (const name of ['one', 'two']) {
      const words = [
        '--isolation',
        'chroot',
        '--no-cache',
        '--build-arg',
        `BASE=${BASE}`,
        '--tag',
        `localhost/${name}`,
      ];
      await buildah('build', ...words, source);
      await buildah('from', '--pull-never', '--name', name, `localhost/${name}`);
      const root = (await buildah('mount', name)).trim();
      images.push({ root, files: await digestOf(join(root, 'opt/gatehouse')) });
    }
    const [one, two] = images;
    if (one === undefined || two === undefined) throw new Error('there are not two images');
    const other = [...one.files].filter(([name, digest]) => two.files.get(name) !== digest).map(([name]) => name);
    await using started = await startImage(one.root, join(folder, 'data'));
    const figures: Figure[] = [];
    for (const path of PATHS) figures.push({ what: path, measured: await started.ask(path), wanted: 200 });
    return [
      { what: 'files of ours in it, and their size', measured: `${one.files.size}, ${await sizeOf(one.root)} MB` },
      {
        what: 'files that a second build made differently',
        measured: other.slice(0, 5).join(', ') || 'none',
        wanted: 'none',
      },
      {
        what: 'files that a second build made beside',
        measured: [...two.files.keys()].filter((name) => !one.files.has(name)).length,
        wanted: 0,
      },
      ...figures,
      { what: 'user and group it runs as', measured: await started.user(), wanted: '10001 10001' },
      { what: 'folders it wrote to', measured: (await started.written()).join(', '), wanted: 'data' },
      { what: 'exit code when asked to stop', measured: (await started.stop()) ?? 'a signal', wanted: 0 },
    ];
  } finally {
    await buildah('umount', '--all').catch(() => '');
    await rm(folder, { recursive: true, force: true });
  }
}

/** Debian's smallest system with this Node and npm, kept in `.cache`. */
async function baseFiles(): Promise<string> {
  const base = join(projectFolder, '.cache/image-base');
  const node = join(base, 'usr/local/bin/node');
  if (existsSync(node)) return base;
  await rm(base, { recursive: true, force: true });
  await must('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', base]);
  const npm = dirname(dirname(await realpath((await must('which', ['npm'])).trim())));
  const modules = join(base, 'usr/local/lib/node_modules');
  await mkdir(modules, { recursive: true });
  await cp(npm, join(modules, 'npm'), { recursive: true });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(base, 'usr/local/bin/npm'));
  await cp('/etc/ssl/certs/ca-certificates.crt', join(base, 'etc/ssl/certs/ca-certificates.crt'));
  await rm(join(base, 'var/cache/apt'), { recursive: true, force: true });
  // Last: it says that all of it is there.
  await cp(process.execPath, node);
  await chmod(node, 0o755);
  return base;
}

/** The base as an image; it believes the authorities that this machine's Node was told to believe. */
async function makeBase(buildah: (...words: string[]) => Promise<string>, files: string): Promise<void> {
  await buildah('from', '--name', 'base', 'scratch');
  await buildah('add', '--quiet', 'base', files, '/');
  const believed =
    process.env['NODE_EXTRA_CA_CERTS'] === undefined ? [] : ['NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt'];
  await buildah(
    'config',
    ...['PATH=/usr/local/bin:/usr/bin:/bin', ...believed].flatMap((each) => ['--env', each]),
    'base',
  );
  await buildah('commit', '--quiet', '--rm', 'base', BASE);
}

/** Rights, size and digest of each file below a folder, by its path there. */
async function digestOf(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    if (entry.isSymbolicLink()) found.set(name, await readlink(path));
    if (!entry.isFile()) continue;
    const { mode, uid, gid } = await stat(path);
    const digest = createHash('sha256').update(await readFile(path));
    found.set(name, [mode.toString(8), uid, gid, digest.digest('hex')].join(' '));
  }
  return found;
}

async function sizeOf(root: string): Promise<string> {
  return (await must('du', ['-sm', join(root, 'opt/gatehouse')])).split('\t')[0] ?? '';
}

async function must(command: string, words: readonly string[]): Promise<string> {
  const { code, output } = await run(command, words);
  if (code !== 0) throw new Error(`${command} ${words.join(' ')} failed:\n${output.slice(-4000)}`);
  return output;
}
