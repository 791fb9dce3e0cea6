import type { SetCookie } from './login-context.ts';

/** What a handler of the login door answers; `routes.ts` alone speaks HTTP. */
export interface Answer {
  status: number;
  /** A whole page. */
  page?: string;
  /** 303 to there. */
  location?: string;
  cookies?: SetCookie[];
  /** Seconds until it makes sense to try again. */
  retryAfter?: number;
}

export function show(page: string, status = 200): Answer {
  return { status, page };
}

export function redirect(location: string, cookies: SetCookie[] = []): Answer {
  return { status: 303, location, cookies };
}
