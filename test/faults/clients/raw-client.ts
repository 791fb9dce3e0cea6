import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** A connection of a client that is no browser, and what the service did with it. */
export interface RawClient {
  socket: Socket;
  /** Status of the first answer; `closed` where the connection ended without one. Settles when it has either. */
  answered: Promise<string>;
  /** Settles when the connection is over. */
  closed: Promise<void>;
}

/** Connects to the service; nothing is sent. */
export async function openRawClient(port: number): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1');
  const { promise: answered, resolve } = Promise.withResolvers<string>();
  const closed = new Promise<void>((over) => void socket.once('close', () => over()));
  let said = '';
  socket.on('data', (bytes) => {
    said += bytes.toString('latin1');
    const status = /^HTTP\/1\.1 (\d{3})/.exec(said)?.[1];
    if (status !== undefined) resolve(status);
  });
  socket.on('error', () => undefined);
  void closed.then(() => resolve('closed'));
  await new Promise<void>((open, fail) => void socket.once('connect', open).once('error', fail));
  return { socket, answered, closed };
}
