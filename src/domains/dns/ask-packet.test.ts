import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { expect, it, onTestFinished } from 'vitest';
import { askPacket } from './ask-packet.ts';

it('a server that says nothing is not waited for once the time of the whole check is over', async () => {
  const silent = createSocket('udp4');
  onTestFinished(() => void silent.close());
  silent.bind(0, '127.0.0.1');
  await once(silent, 'listening');
  const server = { address: '127.0.0.1', port: silent.address().port };
  const answer = await askPacket(server, { name: 'contoso.example', type: 'NS' }, AbortSignal.abort());
  expect(answer).toBeUndefined();
});
