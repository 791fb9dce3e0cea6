import type { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';

/** Longest form that is read, in bytes: what the library takes. */
const FORM_LIMIT = 56 * 1024;

/**
 * Reads the form of a POST, with the library's parser, and puts its bytes back, so that the library finds the body as if nobody
 * had read it: what we decide by is what it reads. `URLSearchParams` would take a `?` before the first name for nothing.
 * Undefined for another method or media type: the library refuses those. Null when it is longer than 56 KiB.
 */
export async function readForm(raw: IncomingMessage): Promise<URLSearchParams | undefined | null> {
  const type = (raw.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (raw.method !== 'POST' || type !== 'application/x-www-form-urlencoded') return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > FORM_LIMIT) return null;
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks, length);
  Object.defineProperties(raw, {
    readable: { value: true },
    iterator: {
      value: async function* again() {
        yield body;
      },
    },
  });
  const parameters = Object.entries(parse(body.toString('utf8')));
  return new URLSearchParams(
    parameters.flatMap(([name, values = []]) => [values].flat().map((value): [string, string] => [name, value])),
  );
}
