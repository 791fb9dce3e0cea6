import { channel } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { isUnavailable } from '../../base/database-failure.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';
import { authorizeDirectly } from './authorize-directly.ts';
import type { DirectAnswer, DirectDeps, DirectRequest } from './direct-request.ts';
import { redeemDirectly } from './redeem-directly.ts';

/** Tells whoever subscribed, a test or a profiler, the path of each request that was answered directly. */
export const ANSWERED_DIRECTLY = channel('gatehouse:answered-directly');

/**
 * The direct way: the two requests of a silent login, when there is nothing unusual about them, answered without the
 * library's pipeline.
 *
 *   plain-request.ts        which requests are plain, parameter by parameter
 *   plain-client.ts         which applications are
 *   authorize-directly.ts   GET /oauth2/authorize; redeem-directly.ts: POST /oauth2/token
 *
 * Why it is safe: it only ever says yes, and never in its own words. It takes what it knows and leaves everything else (each
 * parameter, header, setting or state that is not in its lists, and every refusal) to the library, before anything is written; it
 * reads and writes through the same unit of work, so what takes rights away is read in this request and a code gives tokens
 * once; sessions, codes, tokens and signatures are made by the library's own models, what they say by the functions that the
 * library asks too (`claims.ts`, `grants.ts`, `requests/`). `test/differential` sends thousands of generated requests both ways
 * and compares answers and rows; `GATEHOUSE_DIRECT=off` turns it off.
 *
 * @returns whether the request was answered; where not, the library answers it in the same unit of work
 */
export function createDirectWay(deps: DirectDeps): (request: DirectRequest) => Promise<boolean> {
  return async (request) => {
    const find = wayFor(request.pathname);
    if (find === undefined) return false;
    const { raw, response } = request;
    const work = UnitOfWork.current();
    try {
      const answer = await find(deps, request);
      if (answer !== null) {
        if (!(await work.flush()).consumeLost) {
          send(response, answer);
          ANSWERED_DIRECTLY.publish(request.pathname);
          return true;
        }
        // A code that another request redeemed first: the library loses it as well, and says so.
        work.discard();
      }
    } catch (error) {
      work.discard();
      // Only a fault of ours is tried once more: a database that is away shall not be waited for twice.
      if (isUnavailable(error)) Object.assign(raw, { fault: error });
      else {
        const { reference } = raw as { reference?: string };
        deps.log.error({ err: error, reqId: reference }, 'fault in the direct way');
      }
    }
    response.removeHeader('set-cookie');
    return false;
  };
}

function wayFor(pathname: string): typeof authorizeDirectly | undefined {
  if (pathname === '/oauth2/authorize') return authorizeDirectly;
  return pathname === '/oauth2/token' ? redeemDirectly : undefined;
}

function send(response: ServerResponse, { status, headers, body }: DirectAnswer): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('cache-control', 'no-store');
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
}
