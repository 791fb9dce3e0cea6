import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../demo/free-port.ts';
import { projectFolder } from '../../tools/project.ts';
import { makeTestCertificates } from '../support/certificates.ts';
import type { TestCertificates } from '../support/certificates.ts';
import type { Figure } from '../faults/figures.ts';
import { usePeoplesWay } from './behind-a-proxy.ts';

/** Where a sample is run instead of where it says: ports that are free, a folder of this run. */
interface Place {
  folder: string;
  /** Of Gatehouse. */
  backend: number;
  http: number;
  https: number;
}

interface Proxy {
  /** The sample in `deploy/`. */
  sample: string;
  program: string;
  /** What stands in the sample, and what this run needs there. Each has to be there. */
  changes(place: Place): readonly (readonly [from: string, to: string])[];
  /** The whole configuration, of which the sample is a part. */
  wrap?(sample: string, place: Place): string;
  words(file: string, place: Place): string[];
  /** To look at the file alone. */
  checkWords(file: string): string[];
}

const NAME = 'login.northwind.example';

const PROXIES: Readonly<Record<string, Proxy>> = {
  nginx: {
    sample: 'nginx.conf',
    program: '/usr/sbin/nginx',
    changes: ({ folder, backend, http, https }) => [
      ['127.0.0.1:3000', `127.0.0.1:${backend}`],
      ['listen 80;', `listen 127.0.0.1:${http};`],
      ['listen [::]:80;', ''],
      ['listen 443 ssl http2;', `listen 127.0.0.1:${https} ssl http2;`],
      ['listen [::]:443 ssl http2;', ''],
      [NAME, 'localhost'],
      ['https://$host$request_uri', `https://$host:${https}$request_uri`],
      ['/etc/ssl/gatehouse/fullchain.pem', `${folder}/fullchain.pem`],
      ['/etc/ssl/gatehouse/privkey.pem', `${folder}/privkey.pem`],
      ['/var/log/nginx/gatehouse.log', `${folder}/nginx.log`],
    ],
    wrap: (sample, { folder }) =>
      [
        `pid ${folder}/nginx.pid; error_log ${folder}/nginx-all.log; worker_processes 1;`,
        'events { worker_connections 256; }',
        `http { ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}`,
        sample,
        '}',
      ].join('\n'),
    words: (file, { folder }) => ['-c', file, '-p', folder, '-g', 'daemon off;'],
    checkWords: (file) => ['-t', '-q', '-c', file],
  },
  caddy: {
    sample: 'Caddyfile',
    program: '/usr/bin/caddy',
    changes: ({ backend, folder, https }) => [
      ['127.0.0.1:3000', `127.0.0.1:${backend}`],
      [`${NAME} {`, `localhost:${https} {\n\ttls ${folder}/fullchain.pem ${folder}/privkey.pem`],
    ],
    // Its own ports for the redirect to https; no administration, which has a fixed port.
    wrap: (sample, { http, https }) =>
      `{\n\tadmin off\n\thttp_port ${http}\n\thttps_port ${https}\n\tdefault_bind 127.0.0.1\n}\n${sample}`,
    words: (file) => ['run', '--config', file, '--adapter', 'caddyfile'],
    checkWords: (file) => ['validate', '--config', file, '--adapter', 'caddyfile'],
  },
  haproxy: {
    sample: 'haproxy.cfg',
    program: '/usr/sbin/haproxy',
    changes: ({ backend, folder, http, https }) => [
      ['127.0.0.1:3000', `127.0.0.1:${backend}`],
      // The second server is away: nobody may notice.
      ['127.0.0.1:3001', '127.0.0.1:1'],
      ['bind :80', `bind 127.0.0.1:${http}`],
      ['bind :443 ', `bind 127.0.0.1:${https} `],
      ['/etc/haproxy/gatehouse.pem', `${folder}/both.pem`],
    ],
    words: (file) => ['-db', '-f', file],
    checkWords: (file) => ['-c', '-f', file],
  },
};

/** Every sample of a reverse proxy in front of a service of its own; those that are not installed are said. */
export async function tryProxies(): Promise<Figure[]> {
  await using certificates = await makeTestCertificates();
  const figures: Figure[] = [];
  for (const [name, proxy] of Object.entries(PROXIES)) {
    if (!existsSync(proxy.program))
      figures.push({ what: `${name} (apt-get install ${name})`, measured: 'not installed' });
    else
      figures.push(
        ...(await tryProxy(proxy, certificates)).map((figure) => ({ ...figure, what: `${name}: ${figure.what}` })),
      );
  }
  return figures;
}

async function tryProxy(proxy: Proxy, certificates: TestCertificates): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-proxy-'));
  try {
    const place: Place = { folder, backend: await freePort(), http: await freePort(), https: await freePort() };
    await writeFile(join(folder, 'fullchain.pem'), certificates.certificate);
    await writeFile(join(folder, 'privkey.pem'), certificates.key);
    await writeFile(join(folder, 'both.pem'), certificates.certificate + certificates.key);
    await mkdir(join(folder, 'home'));
    const file = join(folder, proxy.sample);
    await writeFile(file, await configurationOf(proxy, place));

    const environment = { PATH: process.env['PATH'] ?? '', HOME: join(folder, 'home') };
    const checked = spawn(proxy.program, proxy.checkWords(file), { env: environment, stdio: 'ignore' });
    const [code] = (await once(checked, 'exit')) as [number | null];
    const running = spawn(proxy.program, proxy.words(file, place), {
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    running.stderr.on('data', (chunk: Buffer) => void (said += chunk.toString()));
    const gone = once(running, 'exit');
    try {
      const figures = await usePeoplesWay(place, certificates);
      return [{ what: 'takes its sample', measured: code ?? 'killed', wanted: 0 }, ...figures];
    } catch (error) {
      throw new Error(`${proxy.program}: ${said.slice(-2000)}`, { cause: error });
    } finally {
      running.kill('SIGTERM');
      await Promise.race([gone, pause(5000).then(() => running.kill('SIGKILL'))]);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function configurationOf({ sample, changes, wrap }: Proxy, place: Place): Promise<string> {
  let text = await readFile(join(projectFolder, 'deploy', sample), 'utf8');
  for (const [from, to] of changes(place)) {
    if (!text.includes(from)) throw new Error(`deploy/${sample} has no ${from}`);
    text = text.replaceAll(from, to);
  }
  return wrap === undefined ? text : wrap(text, place);
}
