import { Agent, request } from 'undici';
import { basicAuthorization, type Tokens } from './code-flow.ts';
import type { Flow } from './flow.ts';
import type { Target } from './target.ts';

/** What makes a request of an access token, and what its answer has to hold. */
interface Question {
  url: string;
  headers: (token: string) => Record<string, string>;
  /** Undefined: a GET. */
  body: ((token: string) => string) | undefined;
  isAnswered: (answer: Record<string, unknown>) => boolean;
}

/** An application asks for the claims of a user (OpenID Connect Core 1.0, 5.3): one request. */
export function createUserinfo(target: Target, logIn: (worker: number) => Promise<Tokens>, tokens: number): Flow {
  return askWithTokens(logIn, tokens, {
    url: known(target.userinfo),
    headers: (token) => ({ authorization: `Bearer ${token}` }),
    body: undefined,
    isAnswered: ({ sub }) => typeof sub === 'string',
  });
}

/** An application asks whether its access token is alive (RFC 7662): one request. */
export function createIntrospection(target: Target, logIn: (worker: number) => Promise<Tokens>, tokens: number): Flow {
  return askWithTokens(logIn, tokens, {
    url: known(target.introspection),
    headers: () => ({
      authorization: basicAuthorization(target),
      'content-type': 'application/x-www-form-urlencoded',
    }),
    body: (token) => new URLSearchParams({ token }).toString(),
    isAnswered: ({ active }) => active === true,
  });
}

function askWithTokens(logIn: (worker: number) => Promise<Tokens>, count: number, question: Question): Flow {
  const agent = new Agent({ connections: 256, pipelining: 1 });
  let tokens: string[] = [];
  return {
    // Made anew for each turn: access tokens live for minutes.
    async prepare() {
      const made: string[] = [];
      while (made.length < count) made.push((await logIn(made.length)).accessToken);
      tokens = made;
    },
    async run(worker) {
      const token = tokens[worker % tokens.length] ?? '';
      const answer = await request(question.url, {
        method: question.body === undefined ? 'GET' : 'POST',
        dispatcher: agent,
        headers: question.headers(token),
        body: question.body?.(token) ?? null,
      });
      const text = await answer.body.text();
      const isRight = answer.statusCode === 200 && question.isAnswered(JSON.parse(text) as Record<string, unknown>);
      if (!isRight) throw new Error(`${answer.statusCode} ${text.slice(0, 200)}`);
    },
    close: async () => agent.close(),
  };
}

function known(url: string | undefined): string {
  if (url === undefined) throw new Error('it has no such endpoint');
  return url;
}
