import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { type Exchange, redirectTo, sendJson, sendPage } from '../small-server.ts';

/** The parts of a provider that can be made to misbehave. */
export const FAULTY_ENDPOINTS = ['metadata', 'keys', 'authorize', 'token', 'userinfo', 'everything'] as const;
export type FaultyEndpoint = (typeof FAULTY_ENDPOINTS)[number];

/** How an endpoint answers instead of properly; `change` lets it answer and alters members of its JSON document. */
export const httpFaultSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('error'),
    status: z.int().default(500),
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).default({}),
  }),
  z.object({ kind: z.literal('redirect'), to: z.string() }),
  z.object({ kind: z.literal('html') }),
  z.object({ kind: z.literal('not-json') }),
  /** Valid JSON of this size. */
  z.object({ kind: z.literal('huge'), megabytes: z.number().default(60) }),
  z.object({ kind: z.literal('gzip-bomb'), megabytes: z.number().default(60) }),
  /** No answer, the connection stays open. */
  z.object({ kind: z.literal('hang') }),
  /** Headers at once, then a byte a second. */
  z.object({ kind: z.literal('slow') }),
  z.object({ kind: z.literal('reset') }),
  /** Members put over the document's own; `null` takes one out. Then entries are added to lists, or lists repeated. */
  z.object({
    kind: z.literal('change'),
    members: z.record(z.string(), z.unknown()).default({}),
    append: z.record(z.string(), z.array(z.unknown())).default({}),
    repeat: z.array(z.string()).default([]),
  }),
]);
export type HttpFault = z.output<typeof httpFaultSchema>;

export const httpFaultsSchema = z.partialRecord(z.enum(FAULTY_ENDPOINTS), httpFaultSchema).default({});
export type HttpFaults = z.output<typeof httpFaultsSchema>;

/** Answers by the endpoint's fault. False: there is none, or one that only changes the document: answer yourself. */
export async function answerFaulty(exchange: Exchange, faults: HttpFaults, endpoint: FaultyEndpoint): Promise<boolean> {
  const fault = faults[endpoint] ?? faults.everything;
  if (fault === undefined || fault.kind === 'change') return false;
  await misbehave(exchange, fault);
  return true;
}

/** The document after the endpoint's `change` fault. */
export function changedDocument<T extends object>(document: T, faults: HttpFaults, endpoint: FaultyEndpoint): T {
  const fault = faults[endpoint];
  if (fault?.kind !== 'change') return document;
  const changed = Object.entries({ ...document, ...fault.members }).flatMap(([name, value]) => {
    if (value === null) return [];
    const times = fault.repeat.includes(name) ? 2 : 1;
    const isLonger = times > 1 || name in fault.append;
    if (!isLonger) return [[name, value]];
    const entries: unknown[] = Array.isArray(value) ? value : [];
    return [[name, [...Array.from({ length: times }, () => entries).flat(), ...(fault.append[name] ?? [])]]];
  });
  return Object.fromEntries(changed) as T;
}

async function misbehave(exchange: Exchange, fault: Exclude<HttpFault, { kind: 'change' }>): Promise<void> {
  const { response } = exchange;
  const json = { 'content-type': 'application/json' };
  switch (fault.kind) {
    case 'error':
      for (const [name, value] of Object.entries(fault.headers)) response.setHeader(name, value);
      return sendJson(exchange, fault.status, fault.body ?? { error: 'server_error' });
    case 'redirect':
      return redirectTo(exchange, fault.to);
    case 'html':
      return sendPage(exchange, 200, '<!doctype html><title>Welcome</title><p>Please enable cookies.');
    case 'not-json':
      response.writeHead(200, json).end('{"issuer": "https://');
      return;
    case 'huge':
      return sendHuge(exchange, fault.megabytes);
    case 'gzip-bomb': {
      const megabyte = gzipSync(Buffer.alloc(1024 * 1024, ' '));
      response.writeHead(200, { ...json, 'content-encoding': 'gzip' });
      // members of a gzip stream may follow each other (RFC 1952 section 2.2)
      for (let sent = 0; sent < fault.megabytes; sent += 1) response.write(megabyte);
      response.end();
      return;
    }
    case 'hang':
      return;
    case 'slow':
      response.writeHead(200, json);
      while (!response.destroyed) {
        response.write(' ');
        await wait(1000, undefined, { ref: false });
      }
      return;
    case 'reset':
      exchange.request.socket.resetAndDestroy();
      return;
  }
}

async function sendHuge({ response }: Exchange, megabytes: number): Promise<void> {
  const megabyte = Buffer.alloc(1024 * 1024, 'x');
  response.writeHead(200, { 'content-type': 'application/json' }).write('{"padding":"');
  for (let sent = 0; sent < megabytes && !response.destroyed; sent += 1) {
    if (!response.write(megabyte)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end('"}');
}
