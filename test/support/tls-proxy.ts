import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestCertificates } from './certificates.ts';

/** A load balancer's TLS end: https in front, plain http behind. */
export interface TlsProxy {
  /** `https://<name>:<port>` */
  url: string;
  port: number;
  /** Where requests go from now on; until then, and while nobody listens there, 502. */
  forwardTo(port: number, host?: string): void;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a proxy on a free port. Two names make two sites: `localhost` for Gatehouse (WebAuthn needs a name),
 * `127.0.0.2` for providers.
 */
export async function startTlsProxy(certificates: TestCertificates, name = 'localhost'): Promise<TlsProxy> {
  const agent = new Agent({ keepAlive: true });
  let target: { host: string; port: number } | undefined;

  const server = createServer({ key: certificates.key, cert: certificates.certificate }, (incoming, outgoing) => {
    if (target === undefined) return badGateway(outgoing);
    const { method = 'GET', url: path = '/' } = incoming;
    const onward = request({ ...target, agent, method, path, headers: forwardedHeaders(incoming) }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      answer.on('error', () => outgoing.destroy());
    });
    onward.on('error', () => (outgoing.headersSent ? outgoing.destroy() : badGateway(outgoing)));
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  const host = name === 'localhost' ? '127.0.0.1' : name;
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    agent.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `https://${name}:${port}`,
    port,
    forwardTo: (onwardPort, onwardHost = '127.0.0.1') => {
      target = { host: onwardHost, port: onwardPort };
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** The client's headers, its own claims about forwarding replaced by the truth. */
function forwardedHeaders({ headers, socket }: IncomingMessage): IncomingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => name !== 'forwarded' && !name.startsWith('x-forwarded-'));
  return {
    ...Object.fromEntries(kept),
    'x-forwarded-for': socket.remoteAddress ?? '',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': headers.host ?? '',
  };
}

function badGateway(outgoing: ServerResponse): void {
  outgoing.writeHead(502, { 'content-type': 'text/plain' }).end('nobody listens behind this proxy');
}
