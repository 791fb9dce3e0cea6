import { createHash } from 'node:crypto';
import type { Client } from './field.ts';
import type { Answered, World } from './worlds.ts';

/** What an authorization request asked for: who redeems its code has to say so. */
export interface AskedFor {
  client: Client;
  redirectUri: string;
  verifier: string;
}

/** A code that both services gave, each its own; `place` is where a request has it. */
export interface IssuedCode extends AskedFor {
  place: string;
  used: number;
}

/** What both services gave so far. */
export interface Issued {
  codes: IssuedCode[];
  accessTokens: { place: string; client: Client }[];
  refreshTokens: { place: string; client: Client }[];
}

/** The newest of each are kept. */
const MOST = 60;

/** Notes what answers gave, and where the services have it. */
export function noteIssued(
  issued: Issued,
  worlds: readonly World[],
  answers: readonly Answered[],
  asked: AskedFor,
): void {
  const given = answers.map(read);
  const keep = <T>(list: T[], name: 'code' | 'access_token' | 'refresh_token', more: Omit<T, 'place'>): void => {
    if (given.some((each) => each[name] === undefined)) return;
    for (const [i, world] of worlds.entries()) world.given.push(given[i]![name]!);
    list.push({ ...more, place: `${worlds[0]!.given.length - 1}` } as T);
    if (list.length > MOST) list.shift();
  };
  keep(issued.codes, 'code', { ...asked, used: 0 });
  keep(issued.accessTokens, 'access_token', { client: asked.client });
  keep(issued.refreshTokens, 'refresh_token', { client: asked.client });
}

type Given = Partial<Record<'code' | 'access_token' | 'refresh_token', string>>;

function read({ headers, body }: Answered): Given {
  const location = headers.find(([name]) => name === 'location')?.[1];
  const code = location === undefined ? null : URL.parse(location)?.searchParams.get('code');
  if (code !== null && code !== undefined) return { code };
  return body.startsWith('{"access_token"') ? (JSON.parse(body) as Given) : {};
}

/** The code challenge of a verifier (RFC 7636 4.2). */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
