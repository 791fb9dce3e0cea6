import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerOptions } from 'smtp-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeTestCertificates } from '../../test/support/certificates.ts';
import type { TestCertificates } from '../../test/support/certificates.ts';
import { createSmtpMailer } from './smtp-mailer.ts';

const from = 'gatehouse@northwind.example';
const clientName = 'sso.northwind.example';
const message = {
  id: '01a22da7-87ab-7b1b-9c2b-d914405d012d',
  to: 'maria@contoso.example',
  subject: 's',
  text: 't',
  html: 'h',
};

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await makeTestCertificates();
});
afterAll(async () => certificates?.remove());

interface Envelope {
  secure: boolean;
  from: string;
  to: string;
  args: unknown;
}

/** A server with a certificate that nobody knows, as one that was just installed. */
async function startServer(
  options: SMTPServerOptions = {},
): Promise<AsyncDisposable & { port: number; taken: Envelope[] }> {
  const taken: Envelope[] = [];
  const server = new SMTPServer({
    authOptional: true,
    cert: certificates.certificate,
    key: certificates.key,
    onAuth: (auth, _session, done) => done(null, { user: auth.username }),
    onData: (stream, session, done) => {
      const { mailFrom, rcptTo } = session.envelope;
      if (mailFrom !== false) {
        taken.push({
          secure: session.secure,
          from: mailFrom.address,
          to: rcptTo[0]?.address ?? '',
          args: mailFrom.args,
        });
      }
      stream.resume().once('end', () => done());
    },
    ...options,
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    taken,
    [Symbol.asyncDispose]: async () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

async function send(url: string, more: { to?: string; returnTo?: string } = {}): Promise<void> {
  await using mailer = createSmtpMailer({ url, from, clientName });
  await mailer.send({ ...message, ...more });
}

it('a server of this machine is spoken to encrypted, with whatever certificate, with a password as well', async () => {
  await using server = await startServer();
  await send(`smtp://127.0.0.1:${server.port}`);
  await send(`smtp://gatehouse:secret@localhost:${server.port}`);
  expect(server.taken.map(({ secure }) => secure)).toEqual([true, true]);
});

it('a server beyond this machine has to prove who it is, unless the connection may as well be open', async () => {
  await using server = await startServer();
  // No loopback address by its name, and one by where it leads.
  const elsewhere = `0.0.0.0:${server.port}`;
  for (const url of [`smtp://${elsewhere}`, `smtp://gatehouse:secret@${elsewhere}`]) {
    await expect(send(url)).rejects.toMatchObject({ fault: 'server', code: 'server-insecure' });
  }
  expect(server.taken).toEqual([]);
  await send(`smtp://${elsewhere}?tls=optional`);
  expect(server.taken).toMatchObject([{ secure: true }]);
});

it('an address beyond ASCII goes only to a server that takes it (RFC 6531 3.2); a domain has a form that all take', async () => {
  await using plain = await startServer({ hideSMTPUTF8: true });
  await using able = await startServer({ hideSMTPUTF8: false });
  await expect(send(`smtp://127.0.0.1:${plain.port}`, { to: 'jürgen@contoso.example' })).rejects.toMatchObject({
    code: 'address-not-ascii',
    fault: 'mail',
  });
  expect(plain.taken).toEqual([]);
  await send(`smtp://127.0.0.1:${plain.port}`, { to: 'maria@käse.example' });
  expect(plain.taken).toHaveLength(1);
  await send(`smtp://127.0.0.1:${able.port}`, { to: 'jürgen@contoso.example' });
  expect(able.taken).toMatchObject([{ to: 'jürgen@contoso.example', args: { SMTPUTF8: true } }]);
});

it('a mail goes back to its own address, and its text does not come along where the server can leave it out', async () => {
  await using server = await startServer({ hideDSN: false });
  await send(`smtp://127.0.0.1:${server.port}`, { returnTo: 'bounces+token@sso.northwind.example' });
  await send(`smtp://127.0.0.1:${server.port}`);
  expect(server.taken).toMatchObject([
    { from: 'bounces+token@sso.northwind.example', args: { RET: 'HDRS', ENVID: message.id } },
    { from, args: { RET: 'HDRS' } },
  ]);
});
