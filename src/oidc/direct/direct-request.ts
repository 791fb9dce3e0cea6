import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import type { HealthMemory } from '../../applications/health/health-memory.ts';
import type { Log } from '../../base/log.ts';

/** What the direct way needs. */
export interface DirectDeps {
  provider: Provider;
  /** Logins that worked, as the library's way remembers them. */
  memory: HealthMemory;
  /** Whether the public URL is https. */
  https: boolean;
  log: Log;
}

/** A request as the door read it. */
export interface DirectRequest {
  raw: IncomingMessage;
  response: ServerResponse;
  pathname: string;
  query: URLSearchParams;
  /** Of a POST with a form. */
  form: URLSearchParams | undefined;
}

/** A success: status, headers beside those of every answer, body. */
export interface DirectAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}
