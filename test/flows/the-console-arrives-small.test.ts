import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

/** What a first visit may cost on the wire, in bytes: the page, its style and every script it names. */
const FIRST_LOAD = 250_000;

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

/** Bytes as they came, not unpacked as `fetch` would. */
function load(path: string, encodings: string): Promise<{ bytes: Buffer; encoding: string | undefined; type: string }> {
  return new Promise((resolve, reject) => {
    request(new URL(path, service.url), { headers: { 'accept-encoding': encodings } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const { 'content-encoding': encoding, 'content-type': type = '' } = answer.headers;
        resolve({ bytes: Buffer.concat(chunks), encoding, type });
      });
    })
      .on('error', reject)
      .end();
  });
}

const named = (page: string): string[] =>
  [...page.matchAll(/(?:src|href)="(\/console\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path!);

test('the first load takes at most 250 kB where the browser takes brotli, as all do over https', async () => {
  expect(await firstLoad('br')).toBeLessThan(FIRST_LOAD);
});

test('a browser that takes gzip alone is not sent the plain files', async () => {
  expect(await firstLoad('gzip')).toBeLessThan(1.2 * FIRST_LOAD);
});

async function firstLoad(encoding: string): Promise<number> {
  const { bytes } = await load('/console/', encoding);
  const files = named(bytes.toString());
  expect(files.length).toBeGreaterThan(2);
  let sum = bytes.length;
  for (const file of files) {
    const loaded = await load(file, encoding);
    expect([file, loaded.encoding]).toEqual([file, encoding]);
    sum += loaded.bytes.length;
  }
  return sum;
}

test('a browser that unpacks nothing gets the files as they are', async () => {
  const { bytes } = await load('/console/', 'identity');
  const [file = ''] = named(bytes.toString());
  const plain = await load(file, 'identity');
  expect(plain.encoding).toBeUndefined();
  expect(plain.type).toContain('javascript');
  expect(plain.bytes.length).toBeGreaterThan((await load(file, 'br')).bytes.length);
});

test('the frame is in the page itself, under its nonce', async () => {
  const page = (await load('/console/', 'identity')).bytes.toString();
  expect(page).toMatch(/<style nonce="[^"]+">/);
  expect(page).toContain('class="arriving-bar"');
});
