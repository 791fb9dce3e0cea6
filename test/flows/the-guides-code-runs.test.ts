import { globSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import { projectFolder } from '../../tools/project.ts';
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

test('every code block of a guide is one that a test here runs', () => {
  const guides = globSync('docs/guides/*.md', { cwd: projectFolder }).map((path) => path.slice('docs/guides/'.length));
  const blocks = guides.flatMap((guide) =>
    [...readFileSync(join(projectFolder, 'docs/guides', guide), 'utf8').matchAll(/^```(\w+)$/gm)].map(
      ([, language]) => `${guide}: ${language}`,
    ),
  );
  expect(blocks.toSorted()).toEqual(['connect-an-application.md: ts', 'connect-an-application.md: ts']);
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
