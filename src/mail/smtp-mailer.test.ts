import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect, it } from 'vitest';
import { startMailbox } from '../../test/support/mailbox.ts';
import { clientNameOf, createSmtpMailer, tryMailServer } from './smtp-mailer.ts';

const from = 'Gatehouse <gatehouse@northwind.example>';
const clientName = 'sso.northwind.example';
const message = { id: 'a', to: 'maria@contoso.example', subject: 's', text: 't', html: 'h' };

/** A mail server without extensions, so without a login; `atEnd` answers the final dot of a mail. */
async function startPlainServer(
  atEnd: (socket: Socket) => void,
  options: { greets?: (socket: Socket) => boolean } = {},
): Promise<AsyncDisposable & { url: (user: string) => string; commands: string[]; refuseAll: () => void }> {
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let inMail = false;
    let text = '';
    socket.on('error', () => undefined);
    if (options.greets?.(socket) === false) return;
    socket.on('data', (chunk) => {
      const lines = (text + chunk.toString('latin1')).split('\r\n');
      text = lines.pop()!;
      for (const line of lines) {
        if (inMail) {
          if (line !== '.') continue;
          inMail = false;
          atEnd(socket);
          continue;
        }
        commands.push(line);
        inMail = line === 'DATA';
        socket.write(inMail ? '354 go on\r\n' : '250 mx.northwind.example\r\n');
      }
    });
    socket.write('220 mx.northwind.example ESMTP\r\n');
  });
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: (user) => `smtp://${user}127.0.0.1:${port}?tls=optional`,
    commands,
    refuseAll: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
    [Symbol.asyncDispose]: stop,
  };
}

it('no mail leaves without the login that the settings name, when the server offers none', async () => {
  await using server = await startPlainServer((socket) => socket.write('250 taken\r\n'));
  await using mailer = createSmtpMailer({ url: server.url('gatehouse:secret@'), from, clientName });
  await expect(mailer.send(message)).rejects.toMatchObject({ code: 'server-login', fault: 'server' });
  expect(server.commands.filter((line) => /^(MAIL|AUTH)/.test(line))).toEqual([]);
  await using open = createSmtpMailer({ url: server.url(''), from, clientName });
  await open.send(message);
});

it('a connection that is lost at the end of one mail is no fault of the server while it takes others', async () => {
  await using server = await startPlainServer((socket) => socket.destroy());
  await using mailer = createSmtpMailer({ url: server.url(''), from, clientName });
  await expect(mailer.send(message)).rejects.toMatchObject({ code: 'passing', fault: 'passing' });
});

it('a connection that is lost because the server went is the fault of the server', async () => {
  await using server = await startPlainServer(() => server.refuseAll());
  await using mailer = createSmtpMailer({ url: server.url(''), from, clientName });
  await expect(mailer.send(message)).rejects.toMatchObject({ code: 'server-unreachable', fault: 'server' });
});

it('a mail names its sender whatever the product is called', async () => {
  await using mailbox = await startMailbox();
  for (const name of ['Gatehouse: Log in', 'Northwind, Inc.', 'Contoso (Test) "quoted"']) {
    await using mailer = createSmtpMailer({
      url: mailbox.url,
      from: `${name} <gatehouse@northwind.example>`,
      clientName,
    });
    await mailer.send({ id: 'a', to: 'maria@contoso.example', subject: 's', text: 't', html: 'h' });
    expect(mailbox.mails.at(-1)?.headers.get('from')).toMatchObject({
      value: [{ address: 'gatehouse@northwind.example', name }],
    });
  }
});

it('a client calls itself by the host of the public URL, and writes domains as A-labels', async () => {
  await using server = await startPlainServer((socket) => socket.write('250 taken\r\n'));
  await using mailer = createSmtpMailer({ url: server.url(''), from, clientName });
  await mailer.send(message);
  expect(server.commands.filter((line) => /^(EHLO|HELO)/.test(line))).toContain('EHLO sso.northwind.example');
  await mailer.send({ ...message, to: 'maria@käse.example' });
  expect(server.commands).toContain('RCPT TO:<maria@xn--kse-qla.example>');
  const name = (url: string): string => clientNameOf(new URL(url));
  expect(name('https://sso.northwind.example:8443')).toBe('sso.northwind.example');
  expect(name('http://127.0.0.1:3000')).toBe('[127.0.0.1]');
  expect(name('http://[::1]:3000')).toBe('[IPv6:::1]');
});

it('a server that is tried is told no sender and no recipient, and its refusals are named', async () => {
  await using mailbox = await startMailbox();
  await expect(tryMailServer({ url: mailbox.url, clientName })).resolves.toMatchObject({
    host: new URL(mailbox.url).host,
    encrypted: false,
    loggedIn: false,
  });
  await using server = await startPlainServer((socket) => socket.write('250 taken\r\n'));
  await tryMailServer({ url: server.url(''), clientName });
  expect(server.commands.filter((line) => /^(MAIL|RCPT|DATA)/.test(line))).toEqual([]);
  mailbox.fail('greeting', '554 no service here');
  await expect(tryMailServer({ url: mailbox.url, clientName })).rejects.toMatchObject({
    code: 'server-refused',
    said: '554 no service here',
  });
  await expect(tryMailServer({ url: 'smtp://127.0.0.1:1', clientName })).rejects.toMatchObject({
    code: 'server-unreachable',
  });
});

it('a server that takes one connection at a time gets all mails over it, one after the other', async () => {
  let [open, refused] = [0, 0];
  await using server = await startPlainServer((socket) => socket.write('250 taken\r\n'), {
    greets: (socket) => {
      if (open > 0) {
        refused += 1;
        socket.end('421 4.7.0 mx.northwind.example too many connections\r\n');
        return false;
      }
      open += 1;
      socket.once('close', () => (open -= 1));
      return true;
    },
  });
  await using mailer = createSmtpMailer({ url: server.url(''), from, clientName });
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
  await Promise.all(ids.map(async (id) => mailer.send({ ...message, id })));
  expect(refused).toBeGreaterThan(0);
  expect(server.commands.filter((line) => line === 'DATA')).toHaveLength(ids.length);
});

it('a connection that nobody uses is not kept: servers count it', async () => {
  const closed: boolean[] = [];
  await using server = await startPlainServer((socket) => {
    socket.once('close', () => closed.push(true));
    socket.write('250 taken\r\n');
  });
  await using mailer = createSmtpMailer({ url: server.url(''), from, clientName });
  await mailer.send(message);
  await expect.poll(() => closed, { timeout: 30_000 }).toEqual([true]);
});
