import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import { createHealthMemory } from '../applications/health/health-memory.ts';
import { withOrigin } from '../audit/origin.ts';
import type { Clock } from '../base/clock.ts';
import { readId } from '../base/ids.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { APPLICATION_ANSWERED } from '../base/signals/signals.ts';
import type { SendLogoutDeps } from '../connections/logout/send-logout.ts';
import type { Database } from '../db/database.ts';
import { baseHeaders, pageHeaders } from '../http/headers.ts';
import { openPlainDoor } from '../http/plain-door.ts';
import type { PlainRequest } from '../http/plain-door.ts';
import { networkOf } from '../base/network.ts';
import type { Server } from '../http/server.ts';
import { prefillUserCode } from './device/device-pages.ts';
import { flushAfterwards, isForPeople } from './requests/flush-afterwards.ts';
import { logOutAtProvider } from './requests/log-out-at-provider.ts';
import { recordRefusedRequests } from './requests/record-refused-requests.ts';
import { KEYS_PATH, publishMetadata } from './requests/publish-metadata.ts';
import { readForm } from './requests/request-form.ts';
import { findUnstorable } from './requests/storable-request.ts';
import { createDirectWay } from './direct/direct-way.ts';
import type { ProviderPages } from './provider.ts';
import type { SigningKeys } from './signing-keys.ts';
import { UnitOfWork } from './storage/unit-of-work.ts';
import { mayReadDocument } from './unregistered/find-unregistered.ts';
import { refuseHere } from './unregistered/refuse-here.ts';

/**
 * Whether the ids of a request's proofs are kept (RFC 7523 section 3, RFC 9449 11.1). Where a login begins without a client
 * assertion anybody can send a DPoP proof, without end, and nothing hangs on its being new: it binds the code to a key, as the
 * parameter `dpop_jkt` does without any proof (RFC 9449 section 10); tokens ask for another one.
 */
function remembersProofs(pathname: string, form: unknown): boolean {
  const begins = pathname.startsWith('/oauth2/authorize') || pathname === '/oauth2/par';
  return !begins || (form instanceof URLSearchParams && form.has('client_assertion'));
}

/** What the library reads of a body at most, in bytes. */
const BODY_LIMIT = 56 * 1024;

interface MountOptions {
  provider: Provider;
  signingKeys: SigningKeys;
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  log: Logger;
  publicUrl: URL;
  connectors: SendLogoutDeps['connectors'];
  pages: ProviderPages;
  settings: {
    /** As the server has them: addresses of proxies whose `X-Forwarded-For` is believed. */
    trustedProxies: readonly string[];
    /** Whether plain requests are answered without the library (`direct/`). */
    direct: boolean;
  };
}

/**
 * The OpenID Provider: the door for applications. A request passes:
 *
 *   mount.ts            pins host and protocol, refuses what cannot be stored, begins a unit of work
 *   direct/             answers what is plain without the library
 *   oidc-provider       checks and answers everything else; `provider.ts` is its configuration
 *     build-provider.ts   joins it with storage, signing keys and audit
 *     policy.ts           when a person is asked something
 *     clients.ts          applications as OAuth clients; claims.ts: users as accounts, and who may have tokens
 *     grants.ts           what an application may have; refresh-tokens.ts: who rotates
 *     storage/            its database: `adapter.ts` on the request's `unit-of-work.ts`
 *   requests/flush-afterwards.ts stores what the request collected, as one statement, and then lets the answer go
 *
 * The login door reads the row that the library's Interaction is; `storage/login-result.ts` gives its result to the library.
 * `logout.ts` tells applications of ended sessions; `requests/record-*.ts` write audit events and what an application's
 * health is told by (`find-failure.ts`: what the library refused; `tell-developer.ts`: what the answer says of it).
 */
export async function mountProvider(server: Server, options: MountOptions): Promise<void> {
  const { provider, signingKeys, db, clock, secrets, publicUrl, log, pages } = options;
  const https = publicUrl.protocol === 'https:';
  const policy = pageHeaders()['content-security-policy']!;
  const headers = Object.entries({ ...baseHeaders(https), 'content-security-policy': policy });
  const memory = createHealthMemory();
  refuseHere(provider);
  recordRefusedRequests(provider, { ...options, memory });
  flushAfterwards(options);
  publishMetadata(provider, options);
  logOutAtProvider(options);
  prefillUserCode(provider);
  logFaults(provider, options);
  const callback = provider.callback();
  const { direct: isDirect, trustedProxies } = options.settings;
  const direct = isDirect ? createDirectWay({ provider, memory, https, log }) : null;

  const answer = async (request: PlainRequest, response: ServerResponse): Promise<void> => {
    const { raw, id, ip } = request;
    try {
      pinHost(raw, publicUrl);
      for (const [name, value] of headers) response.setHeader(name, value);
      (raw as { reference?: string }).reference = id;
      const { pathname, searchParams: query } = new URL(raw.url ?? '/', publicUrl);
      // Programs read JSON, whatever media types their HTTP library sends (RFC 6749 5.2).
      if (!isForPeople(pathname)) raw.headers.accept = 'application/json';
      // Who asks here for keys that may no longer be all of them is to ask another server.
      if (!(await signingKeys.areKnown()) && pathname === KEYS_PATH) {
        refuse(response, 503, pathname, 'the keys cannot be read at the moment');
        return;
      }
      const form = await readForm(raw);
      const problem = form === null ? 'the form is too large' : problemOf(raw, query, form);
      if (problem !== undefined) {
        log.info({ code: 'invalid_request', detail: problem, reqId: id }, 'refused');
        refuse(response, form === null ? 413 : 400, pathname, problem);
        return;
      }
      if (SENT_ON_AS_GET.has(pathname) && form instanceof URLSearchParams) {
        const location = `${pathname}?${new URLSearchParams([...query, ...form]).toString()}`;
        if (location.length > LONGEST_ADDRESS) refuse(response, 413, pathname, 'the request is too large');
        else sendOnAsGet(response, location);
        return;
      }
      const asked = {
        clientId: query.get('client_id'),
        organizationId: readId('org', query.get('organization') ?? '') ?? null,
        audience: query.get('resource'),
        networkCounter: () => `logins:${secrets.mac('rate limit', networkOf(ip)).toString('base64url')}`,
        mayReadDocument: mayReadDocument(pathname),
        remembersProofs: remembersProofs(pathname, form),
      };
      await withOrigin({ address: ip, browser: raw.headers['user-agent'] }, async () =>
        UnitOfWork.run(db, clock.now(), asked, async () => {
          const answered = await direct?.({ raw, response, pathname, query, form: form ?? undefined });
          if (answered !== true) await callback(raw, response);
          tellAnswered(pathname, form, response.statusCode, answered === true);
        }),
      );
    } catch (error) {
      log.error({ err: error, reqId: id }, 'fault in the OpenID Provider');
      if (!response.headersSent) response.statusCode = 500;
      response.end();
    }
  };
  const refuse = (response: ServerResponse, status: number, pathname: string, problem: string): void => {
    response.statusCode = status;
    const forPeople = isForPeople(pathname);
    response.setHeader('content-type', forPeople ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8');
    const { reference } = response.req as { reference?: string };
    response.end(
      forPeople
        ? pages.error(response.req, {
            reference: reference ?? '',
            cause: null,
            code: null,
            application: null,
            loggedIn: false,
          })
        : JSON.stringify({ error: 'invalid_request', error_description: problem }),
    );
  };
  const paths = ['/oauth2/*', '/logout', '/logout/*', '/device', '/device/*', '/.well-known/*'];
  await openPlainDoor(server, { paths, bodyLimit: BODY_LIMIT, trustedProxies, log, answer });
}

/** For those who count; everything that came through here is told by the line of its request. */
function tellAnswered(
  pathname: string,
  form: URLSearchParams | null | undefined,
  status: number,
  isDirect: boolean,
): void {
  if (!APPLICATION_ANSWERED.isHeard) return;
  if (pathname === '/oauth2/authorize') {
    APPLICATION_ANSWERED.tell({ endpoint: 'authorize', grantType: null, status, isDirect });
  } else if (pathname === '/oauth2/token') {
    const grantType = form?.get('grant_type') ?? null;
    APPLICATION_ANSWERED.tell({ endpoint: 'token', grantType, status, isDirect });
  }
}

/** What browsers may post as well, see {@link sendOnAsGet}. */
const SENT_ON_AS_GET: ReadonlySet<string> = new Set(['/oauth2/authorize', '/logout']);
/** Most parameters of one request. */
const MOST_PARAMETERS = 100;
/** Longest address a browser is sent to; HTTP servers take 8 kB of request line (RFC 9110 4.1). */
const LONGEST_ADDRESS = 8000;

/** Why a request is refused before the library sees it; undefined when it is not. */
function problemOf(
  raw: IncomingMessage,
  query: URLSearchParams,
  form: URLSearchParams | undefined,
): string | undefined {
  const proof: [string, string][] = [['DPoP', String(raw.headers['dpop'] ?? '')]];
  const name = findUnstorable([...query, ...(form ?? []), ...proof]);
  if (name !== undefined)
    return `${/^\w{1,50}$/.test(name) ? name : 'a parameter'} holds characters that cannot be taken`;
  return query.size + (form?.size ?? 0) > MOST_PARAMETERS ? 'too many parameters' : undefined;
}

/**
 * A posted authorization request (OpenID Connect Core 3.1.2.1) or logout request (RP-Initiated Logout 1.0, section 2) goes on as GET with the same parameters: another site's POST
 * does not carry the session cookie (SameSite=Lax), the navigation that follows does.
 */
function sendOnAsGet(response: ServerResponse, location: string): void {
  response.statusCode = 303;
  response.setHeader('location', location);
  response.setHeader('cache-control', 'no-store');
  response.end();
}

/** Host and protocol come from the settings alone: discovery and every address built from it stay the same whoever asks. */
function pinHost(raw: IncomingMessage, publicUrl: URL): void {
  raw.headers.host = publicUrl.host;
  raw.headers['x-forwarded-host'] = publicUrl.host;
  raw.headers['x-forwarded-proto'] = publicUrl.protocol.slice(0, -1);
  delete raw.headers['forwarded'];
}

function logFaults(provider: Provider, { log, clock }: Pick<MountOptions, 'log' | 'clock'>): void {
  const memory = createHealthMemory();
  provider.on('server_error', (ctx, error) => {
    ctx.state['fault'] = error;
    log.error({ err: error, reqId: ctx.state['reference'], path: ctx.path }, 'fault in the OpenID Provider');
  });
  // What a person typed, no request of an application: those are in `record-refused-requests.ts`. Bounded as those are.
  const refused = (
    ctx: { state: Record<string, unknown> },
    error: { name: string; message: string; error_detail?: string | undefined },
  ): void => {
    if (memory.failed({ clientId: '', cause: error.name }, clock.now()) === 0) return;
    log.info({ code: error.message, detail: error.error_detail, reqId: ctx.state['reference'] }, 'refused');
  };
  provider.on('code_verification.error', refused);
  provider.on('device_resume.error', refused);
}
