import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { startService } from '../support/start-service.ts';

it('announces what docs/reference/discovery.json says, and nothing else', async () => {
  await using service = await startService();
  const answer = await fetch(new URL('/.well-known/openid-configuration', service.url));
  const announced: unknown = JSON.parse((await answer.text()).replaceAll(service.url, 'https://sso.example.com'));
  const stored: unknown = JSON.parse(
    await readFile(new URL('../../docs/reference/discovery.json', import.meta.url), 'utf8'),
  );
  expect(announced).toEqual(stored);
});
