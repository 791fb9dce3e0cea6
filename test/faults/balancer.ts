import { Agent, createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';

const CHECK_MS = 1000;

/** A load balancer as there are many: asks `/readyz` once a second, never repeats a request. */
export interface Balancer {
  url: string;
  /** Ports that are ready at this moment. */
  ready(): number[];
  stop(): Promise<void>;
}

/** Starts a balancer on `port` before servers on these ports of 127.0.0.1. */
export async function startBalancer(port: number, servers: readonly number[]): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true });
  const ready = new Set<number>();
  let turn = 0;

  const check = async (server: number): Promise<void> => {
    const good = await fetch(`http://127.0.0.1:${server}/readyz`, { signal: AbortSignal.timeout(CHECK_MS * 2) }).then(
      async (answer) => {
        await answer.arrayBuffer();
        return answer.ok;
      },
      () => false,
    );
    if (good) ready.add(server);
    else ready.delete(server);
  };
  const timer = setInterval(() => void Promise.all(servers.map(check)), CHECK_MS);

  const pass = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const choice = [...ready];
    turn += 1;
    const server = choice[turn % choice.length];
    if (server === undefined) return void outgoing.writeHead(502).end();
    const { method, url: path, headers } = incoming;
    const onward = request({ host: '127.0.0.1', port: server, agent, method, path, headers }, (answer) => {
      // Hop by hop: what the server says of its connection is not for the client.
      const { connection: _connection, 'keep-alive': _keepAlive, ...rest } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, rest);
      answer.pipe(outgoing);
    });
    onward.on('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()));
    incoming.pipe(onward);
  };
  const server = createServer(pass).listen(port, '127.0.0.1');
  await once(server, 'listening');
  await Promise.all(servers.map(check));
  return {
    url: `http://localhost:${port}`,
    ready: () => [...ready],
    async stop() {
      clearInterval(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}
