import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { GatheringSocket } from './gathering-socket.ts';

test('what is written while it is corked arrives whole, in order, and as one write', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const arrived = once(server, 'connection').then(async ([peer]) => buffer(peer as GatheringSocket));
  const writes: number[] = [];
  const socket = new (class extends GatheringSocket {
    override _write(chunk: Buffer, encoding: BufferEncoding, done: () => void): void {
      writes.push(chunk.length);
      super._write(chunk, encoding, done);
    }
  })();
  socket.connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(Buffer.from('1'));
  socket.cork();
  for (const text of ['23', '45', '6']) socket.write(Buffer.from(text));
  socket.write('7');
  socket.uncork();
  socket.cork();
  socket.uncork();
  socket.end(Buffer.from('0'));
  expect((await arrived).toString()).toBe('12345670');
  expect(writes).toEqual([1, 6, 1]);
  server.close();
});
