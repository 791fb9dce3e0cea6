import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { expect, test } from 'vitest';
import { en as consoleTexts } from '../../console/texts/en.ts';
import { en } from '../../src/texts/en.ts';
import { projectFolder } from '../../tools/project.ts';

const texts = [...Object.entries<string>(en), ...Object.entries<string>(consoleTexts)];

test('every text can be parsed', () => {
  const broken = texts.filter(([, text]) => {
    try {
      return new IntlMessageFormat(text, 'en', undefined, { ignoreTag: true }).getAst().length === 0;
    } catch {
      return true;
    }
  });
  expect(broken).toEqual([]);
});

test.each(['src/texts', 'console/texts'])(
  '%s: no two files name a text alike: the later one would be shown for both',
  (folder) => {
    const keys = globSync(`${folder}/**/en*.ts`, { cwd: projectFolder }).flatMap((file) =>
      [...readFileSync(join(projectFolder, file), 'utf8').matchAll(/^ {2}'?([\w.-]+)'?:\s/gm)].map(
        ([, key = '']) => key,
      ),
    );
    expect(keys.length).toBeGreaterThan(500);
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  },
);

test('one word per thing: log in, organization, method, application', () => {
  const strange =
    /\bsign(?:ed|s|ing)?[ -](?:in|out|on|up)\b|\blog[ -]?on\b|\btenants?\b|\bworkspaces?\b|\bcompan(?:y|ies)\b|\b2FA\b/i;
  const names = // labels of Microsoft's pages; the name of the thing
    /Google Workspace|Directory \(tenant\) ID|sign-in redirect URI|single sign-on|seamless single sign-on|Sign-in logs|Enabled for users to sign-in\?|Stay signed in\?|Are you trying to sign in to|Tenant restrictions|sign-in name \(UPN\)|cross-tenant access/gi;
  expect(texts.filter(([, text]) => strange.test(text.replaceAll(names, '')))).toEqual([]);
});

test.each([
  ['the server', 'src', en],
  ['the console', 'console', consoleTexts],
])('%s: no text is left over, the code uses each', (_, folder, catalog) => {
  // The guides belong to both.
  const code = globSync([`${folder}/**/*.{ts,tsx}`, 'src/guides/*.ts'], { cwd: projectFolder })
    .filter((file) => !/\/texts\/(?:\w+\/)?en[^/]*$/.test(file))
    .map((file) => readFileSync(join(projectFolder, file), 'utf8'))
    .join('\n');
  const composed = [...code.matchAll(/`([\w.-]+\.)\$\{/g)].map(([, start = '']) => start);
  const unused = Object.keys(catalog).filter(
    (key) => !code.includes(`'${key}'`) && !composed.some((start) => key.startsWith(start)),
  );
  expect(unused).toEqual([]);
});
