import { lookup as systemLookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { Agent, buildConnector, request } from 'undici';
import { bareHost, isLocalName, isLoopbackHost, readAllowedHosts } from './allowed-hosts.ts';
import { FetchRefused, refusalOf } from './fetch-refused.ts';
import { CALL_ENDED } from '../../base/signals/signals.ts';
import { traced } from '../../base/signals/spans.ts';
import type { Outcome } from '../../base/signals/spans.ts';
import { isForbiddenAddress, isLoopbackAddress } from './network-address.ts';

/** What one call may cost. */
export interface FetchLimits {
  /** The whole call, milliseconds. */
  deadlineMs: number;
  /** Greatest size of the answer's body, bytes. */
  bodyBytes: number;
}

export interface GuardedRequest {
  method?: string | undefined;
  headers?: Headers | Record<string, string> | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/**
 * The only client for requests to addresses that organizations and applications name. Like `fetch`, but: https only
 * (http for a loopback host in the operator's list), no private or local address even if a name resolves to one,
 * checked on the address the socket connects to, no redirects, a deadline, a limit on the body. Throws
 * {@link FetchRefused} with a category, never with text of the other side.
 */
export interface GuardedFetch {
  (url: string | URL, init?: GuardedRequest, limits?: Partial<FetchLimits>): Promise<Response>;
  /** Closes the sockets it keeps. */
  close(): Promise<void>;
}

/** Resolves a name to all its addresses. */
export type ResolveName = (name: string) => Promise<LookupAddress[]>;

export const DEFAULT_LIMITS: FetchLimits = { deadlineMs: 10_000, bodyBytes: 256 * 1024 };
const CONNECT_MS = 3_000;
const USER_AGENT = 'Gatehouse';
/** Names that never belong to the public internet. */
const INNER_NAME = /(?:^|\.)(?:localhost|local|internal|home\.arpa|lan)$/;

const resolveBySystem: ResolveName = (name) =>
  new Promise((resolve, reject) => {
    systemLookup(name, { all: true, order: 'verbatim' }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });

/** @param options.allowedHosts the operator's list as in GATEHOUSE_ALLOWED_PROVIDER_HOSTS, one entry each */
export function createGuardedFetch(options: {
  allowedHosts: readonly string[];
  resolveName?: ResolveName;
}): GuardedFetch {
  const allowed = readAllowedHosts(options.allowedHosts);
  const resolveName = options.resolveName ?? resolveBySystem;

  /** The addresses of a name that may be connected to. Runs for each new socket, so a name cannot change its mind. */
  const addressesOf = async (name: string, trusted: boolean): Promise<LookupAddress[]> => {
    const all = await resolveName(name);
    const usable = all.filter(({ address }) => {
      if (isLocalName(name)) return isLoopbackAddress(address);
      return trusted || !isForbiddenAddress(address) || allowed.holdsAddress(address);
    });
    if (usable.length === 0) throw new FetchRefused(all.length === 0 ? 'name-unknown' : 'address-refused');
    return usable;
  };
  const lookupFor =
    (trusted: boolean): LookupFunction =>
    (name, wanted, callback) => {
      const answer = async (): Promise<void> => {
        let addresses: LookupAddress[];
        try {
          addresses = await addressesOf(name, trusted);
        } catch (error) {
          callback(error as NodeJS.ErrnoException, '', 4);
          return;
        }
        if (wanted.all === true) callback(null, addresses);
        else callback(null, addresses[0]!.address, addresses[0]!.family);
      };
      void answer();
    };
  const connectTrusted = buildConnector({ timeout: CONNECT_MS, lookup: lookupFor(true) });
  const connectStrict = buildConnector({ timeout: CONNECT_MS, lookup: lookupFor(false) });

  const agent = new Agent({
    connect: (target, callback) => {
      const port = target.port === '' ? (target.protocol === 'https:' ? 443 : 80) : Number(target.port);
      const trusted = allowed.names(target.hostname, port);
      const host = bareHost(target.hostname);
      // A literal address is not looked up, so it is judged here.
      if (isIP(host) !== 0 && !trusted && isForbiddenAddress(host)) callback(new FetchRefused('address-refused'), null);
      else (trusted ? connectTrusted : connectStrict)(target, callback);
    },
    headersTimeout: DEFAULT_LIMITS.deadlineMs,
    bodyTimeout: DEFAULT_LIMITS.deadlineMs,
    connections: 8,
    pipelining: 1,
  });

  const checkUrl = (url: URL): void => {
    const host = bareHost(url.hostname);
    const port = url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port);
    const named = allowed.names(host, port);
    const secure = url.protocol === 'https:' || (url.protocol === 'http:' && named && isLoopbackHost(host));
    if (!secure || url.username !== '' || url.password !== '' || url.hash !== '') throw new FetchRefused('url-refused');
    if (named) return;
    if (port !== 443) throw new FetchRefused('url-refused');
    if (isIP(host) === 0 && (!host.includes('.') || INNER_NAME.test(host))) throw new FetchRefused('address-refused');
  };

  const guardedFetch = async (
    target: string | URL,
    init: GuardedRequest = {},
    given: Partial<FetchLimits> = {},
  ): Promise<Response> => {
    const limits = { ...DEFAULT_LIMITS, ...given };
    const url = readUrl(target);
    checkUrl(url);
    const method = init.method ?? 'GET';
    const send = async (note: (outcome: Outcome) => void): Promise<Response> => sendTo(url, method, init, limits, note);
    return traced({ kind: 'call', method, host: url.host }, send, categoryOf);
  };

  const sendTo = async (
    url: URL,
    method: string,
    init: GuardedRequest,
    limits: FetchLimits,
    note: (outcome: Outcome) => void,
  ): Promise<Response> => {
    const deadline = AbortSignal.timeout(limits.deadlineMs);
    const signal = init.signal === undefined ? deadline : AbortSignal.any([deadline, init.signal]);
    try {
      const { body, headers } = bodyOf(init);
      const answer = await request(url, { dispatcher: agent, method, headers, body, signal });
      note({ status: answer.statusCode });
      answer.body.on('error', () => {}); // destroying it below reports an error that nobody else hears
      if (answer.statusCode >= 300 && answer.statusCode < 400) {
        answer.body.destroy();
        throw new FetchRefused('redirected', answer.statusCode);
      }
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > limits.bodyBytes) throw new FetchRefused('too-large'); // leaving the loop destroys the stream
        chunks.push(chunk);
      }
      CALL_ENDED.tell(answer.statusCode >= 500 ? 'status' : 'answered');
      return responseOf(answer.statusCode, answer.headers, Buffer.concat(chunks));
    } catch (error) {
      const refusal = refusalOf(error);
      CALL_ENDED.tell(refusal.category);
      throw refusal;
    }
  };
  return Object.assign(guardedFetch, { close: () => agent.destroy() });
}

function categoryOf(error: unknown): string {
  return error instanceof FetchRefused ? error.category : 'other';
}

function readUrl(target: string | URL): URL {
  if (target instanceof URL) return target;
  if (!URL.canParse(target)) throw new FetchRefused('url-refused');
  return new URL(target);
}

function bodyOf(init: GuardedRequest): { body: string | Uint8Array | null; headers: Record<string, string> } {
  const headers: Record<string, string> = {};
  new Headers(init.headers ?? {}).forEach((value, name) => {
    headers[name] = value;
  });
  // Compressed answers are not asked for: the limit counts what is read, and a bomb has nothing to blow up.
  Object.assign(headers, { 'accept-encoding': 'identity', 'user-agent': USER_AGENT });
  headers['accept'] ??= 'application/json';
  const { body } = init;
  if (body === undefined || body === null) return { body: null, headers };
  if (body instanceof URLSearchParams) {
    headers['content-type'] ??= 'application/x-www-form-urlencoded;charset=UTF-8';
    return { body: body.toString(), headers };
  }
  if (typeof body === 'string' || body instanceof Uint8Array) return { body, headers };
  throw new TypeError('guarded fetch sends text, bytes or a form');
}

function responseOf(
  status: number,
  headers: Record<string, string | string[] | undefined>,
  body: Uint8Array<ArrayBuffer>,
): Response {
  const kept = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && name !== 'set-cookie') kept.append(name, one);
    }
  }
  const empty = status === 204 || status === 205 || status === 304;
  return new Response(empty ? null : body, { status, headers: kept });
}
