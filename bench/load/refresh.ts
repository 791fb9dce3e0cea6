import { Agent } from 'undici';
import { redeemRefreshToken, type Tokens } from './code-flow.ts';
import type { Flow } from './flow.ts';
import type { Target } from './target.ts';

/**
 * A refresh token is redeemed and replaced by the one that comes back (RFC 6749 6, rotation by RFC 9700 4.14.2): one
 * request. Each token is used by one flow at a time; whoever waited longest is next.
 * @param logIn gets tokens for the same application, without anybody being asked
 * @param families how many refresh tokens take turns
 */
export function createRefresh(target: Target, logIn: (worker: number) => Promise<Tokens>, families: number): Flow {
  const agent = new Agent({ connections: 256, pipelining: 1 });
  const idle: string[] = [];
  const begin = async (number: number): Promise<string> => {
    const { refreshToken } = await logIn(number);
    if (refreshToken === undefined) throw new Error('the application gets no refresh token');
    return refreshToken;
  };
  return {
    async prepare() {
      while (idle.length < families) idle.push(await begin(idle.length));
    },
    async run(worker) {
      // One that failed is gone: the next turn begins another.
      const token = idle.shift() ?? (await begin(worker));
      const { refreshToken } = await redeemRefreshToken(agent, target, token);
      if (refreshToken === undefined || refreshToken === token) throw new Error('the refresh token was not replaced');
      idle.push(refreshToken);
    },
    close: async () => agent.close(),
  };
}
