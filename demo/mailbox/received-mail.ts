import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A mail as it came in. */
export interface ReceivedMail {
  /** Counted from 1; its address on the page. */
  number: number;
  to: readonly string[];
  from: string;
  subject: string;
  receivedAt: Date;
  /** Undefined when the mail has no such part. */
  html: string | undefined;
  text: string | undefined;
}

const MOST = 500;
const MOST_BYTES = 5 * 1024 * 1024;

/** A mail server that accepts everything for everybody and keeps the newest mails. */
export async function receiveMail(where: { host: string; port: number }): Promise<{
  mails: readonly ReceivedMail[];
  url: string;
}> {
  const mails: ReceivedMail[] = [];
  let count = 0;

  const keep = async (stream: AsyncIterable<Buffer>, to: string[]): Promise<Error | undefined> => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      const { from, subject = '', html, text } = await simpleParser(Buffer.concat(chunks));
      count += 1;
      const parts = { html: html === false ? undefined : html, text };
      mails.unshift({ number: count, to, from: from?.text ?? '', subject, receivedAt: new Date(), ...parts });
      mails.splice(MOST);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  };

  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    size: MOST_BYTES,
    onAuth: (auth, _session, done) => done(null, { user: auth.username }),
    onData: (stream, session, done) => {
      const to = session.envelope.rcptTo.map(({ address }) => address);
      void (async () => done(await keep(stream, to)))();
    },
  });
  server.on('error', () => undefined); // a client that hangs up is not the mailbox's trouble
  server.listen(where.port, where.host);
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return { mails, url: `smtp://${where.host}:${port}` };
}
