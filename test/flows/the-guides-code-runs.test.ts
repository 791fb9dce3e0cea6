import { globSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readClientDocument, readDocumentUrl } from '../../src/applications/unregistered/client-document.ts';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { projectFolder } from '../../tools/project.ts';
import { allow, makeApiResource, makeMachine } from '../support/api-resources.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

/** The code blocks of a guide in one language, in their order. */
function blocksOf(guide: string, language: string): string[] {
  const text = readFileSync(join(projectFolder, 'docs/guides', guide), 'utf8');
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, written]) => written === language)
    .map(([, , code]) => code!);
}

const folder = join(projectFolder, '.cache', `guides-${process.pid}`);
let service: TestService;
let root: Organization;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  await mkdir(folder, { recursive: true });
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

/** What operators type and install: no program of an application. `npm run deploy-checks` and `npm run faults` run it. */
const OF_OPERATORS: ReadonlySet<string | undefined> = new Set(['sh', 'ini', 'yaml']);

test('every code block of a guide is one that a test here runs', () => {
  const guides = globSync('docs/guides/*.md', { cwd: projectFolder }).map((path) => path.slice('docs/guides/'.length));
  const blocks = guides.flatMap((guide) =>
    [...readFileSync(join(projectFolder, 'docs/guides', guide), 'utf8').matchAll(/^```(\w+)$/gm)]
      .filter(([, language]) => !OF_OPERATORS.has(language))
      .map(([, language]) => `${guide}: ${language}`),
  );
  expect(blocks.toSorted()).toEqual([
    'agents.md: json',
    ...Array.from({ length: 2 }, () => 'connect-an-application.md: ts'),
    ...Array.from({ length: 4 }, () => 'protect-your-api.md: ts'),
  ]);
});

test('the document in the guide for agents is one that is taken', () => {
  const [text = ''] = blocksOf('agents.md', 'json');
  const { client_id: url, redirect_uris: redirectUris } = JSON.parse(text) as Record<string, string>;
  const read = readClientDocument(readDocumentUrl(url!), text);
  expect(read).toMatchObject({ name: 'Agent', redirectUris });
});

test("the developer's guide logs somebody in against http://localhost, as it is written", async () => {
  const maria = await makePerson(service, root, 'maria@northwind.example');
  const { application, clientSecret } = await makeApplication(service, root, {
    kind: 'web',
    redirectUris: ['https://reports.northwind.example/back'],
  });
  const [begin = '', end = ''] = blocksOf('connect-an-application.md', 'ts');
  const [imports = '', ...steps] = begin.split('\n');
  const program = [
    imports,
    'export async function run(issuer, clientId, clientSecret, visit) {',
    ...steps,
    'const currentUrl = await visit(url);',
    end,
    'return person;',
    '}',
  ].join('\n');
  const file = join(folder, 'guide.ts');
  await writeFile(file, program);
  const { run } = (await import(pathToFileURL(file).href)) as {
    run(
      issuer: string,
      clientId: string,
      clientSecret: string | null,
      visit: (url: URL) => Promise<URL>,
    ): Promise<Record<string, unknown>>;
  };
  const person = await run(service.url, application.clientId, clientSecret, async (url) => {
    const browser = openHttpBrowser({ stopAt: ({ host }) => host === 'reports.northwind.example' });
    const page = await logIn(browser, service, await browser.open(url), maria);
    return page.stoppedAt!;
  });
  expect(person).toMatchObject({ email: 'maria@northwind.example', email_verified: true });
});

/** A block as a function of what it needs, which gives one of the names it declares. */
async function asFunction(block: string, name: string, needs: string[], gives: string) {
  const [imports = '', ...steps] = block.split('\n');
  const program = [imports, `export async function run(${needs.join(', ')}) {`, ...steps, `return ${gives};`, '}'];
  const file = join(folder, `${name}.ts`);
  await writeFile(file, program.join('\n'));
  return ((await import(pathToFileURL(file).href)) as { run(...given: unknown[]): Promise<unknown> }).run;
}

test('the guide for APIs gets, checks and asks about access tokens, as it is written', async () => {
  const [get = '', check = '', introspect = ''] = blocksOf('protect-your-api.md', 'ts');
  const orders = await makeApiResource(service, root);
  const stock = { audience: 'https://stock.northwind.example/api', name: 'Stock', tokenFormat: 'opaque' } as const;
  const machine = await makeMachine(service, root);
  for (const resource of [orders, await makeApiResource(service, root, stock)]) {
    await allow(service, root, machine.application, resource, ['orders:read']);
  }
  const needs = ['issuer', 'clientId', 'clientSecret'];
  const given = [service.url, machine.clientId, machine.clientSecret];
  const token = await (await asFunction(get, 'get', needs, 'access_token'))(...given);
  const checked = await asFunction(check, 'check', ['issuer', 'accessToken'], 'mayRead');
  expect(await checked(service.url, token)).toBe(true);
  await expect(checked(service.url, `${String(token)}x`)).rejects.toThrow('signature');

  const other = get.replace('https://orders.northwind.example/api', stock.audience);
  const opaque = await (await asFunction(other, 'get-opaque', needs, 'access_token'))(...given);
  const asked = await asFunction(introspect, 'introspect', [...needs, 'accessToken'], 'mayRead');
  const api = await makeMachine(service, root, 'Stock service');
  expect(await asked(service.url, api.clientId, api.clientSecret, opaque)).toBe(true);
  expect(await asked(service.url, api.clientId, api.clientSecret, 'none')).toBe(false);
});

test('the guide for APIs logs a device in, as it is written', async () => {
  const lena = await makePerson(service, root, 'lena@northwind.example');
  const { application } = await makeApplication(service, root, {
    kind: 'native',
    deviceLogin: true,
    redirectUris: [],
  });
  const block = blocksOf('protect-your-api.md', 'ts')[3] ?? '';
  const run = await asFunction(block, 'device', ['issuer', 'clientId', 'show'], 'tokens.claims()');
  const { promise: shown, resolve: show } = Promise.withResolvers<string>();
  const waiting = run(service.url, application.clientId, show);
  const [, url = '', code = ''] = /^Open (\S+) and enter (\S+)$/.exec(await shown) ?? [];
  await using browser = openHttpBrowser();
  const confirm = await browser.submit(await browser.open(url), { user_code: code });
  const login = await browser.submit(confirm, {}, { button: 'Yes, it shows this code' });
  await logIn(browser, service, login, lena);
  expect(await waiting).toMatchObject({ sub: formatId('usr', lena.userId) });
});
