import { createTransport } from 'nodemailer';
import type { SendMailOptions } from 'nodemailer';
import type { Mailer, Message } from './mailer.ts';
import { readSmtpFailure } from './smtp-failure.ts';

/** Least waits of a client, milliseconds: greeting 5 minutes, and 10 for the reply to the final dot (RFC 5321 4.5.3.2). */
export const SMTP_WAITS = { connect: 2 * 60_000, greeting: 5 * 60_000, silence: 10 * 60_000 } as const;
/** Connections at once; several servers have each as many. */
const CONNECTIONS = 10;
/** Mails that fail together share one failed attempt to log in. */
const SHARED_FAILURE_MS = 1000;

/**
 * Sends by SMTP. `smtps://user:password@host:465` speaks TLS from the first byte; `smtp://host:587` begins in the open and
 * changes to TLS (STARTTLS) when the server offers it. It must offer it where a password or a host beyond this machine is
 * named, unless the URL ends in `?tls=optional`. Certificates are always checked. Before the first mail, and after a fault
 * of the server, one connection tries the login, so that a wrong password is tried once and not for each waiting mail.
 * @param options.from Address, or `Name <address>`.
 */
export function createSmtpMailer(options: { url: string; from: string }): Mailer {
  const url = new URL(options.url);
  const secure = url.protocol === 'smtps:';
  const transport = createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && mustEncrypt(url),
    ...(url.username === ''
      ? {}
      : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    pool: true,
    maxConnections: CONNECTIONS,
    connectionTimeout: SMTP_WAITS.connect,
    greetingTimeout: SMTP_WAITS.greeting,
    socketTimeout: SMTP_WAITS.silence,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  let login: Promise<unknown> | undefined;
  const forgetLogin = (failed: Promise<unknown> | undefined): void => {
    if (login === failed) login = undefined;
  };
  const logIn = async (): Promise<void> => {
    login ??= transport.verify();
    const attempt = login;
    try {
      await attempt;
    } catch (error) {
      setTimeout(() => forgetLogin(attempt), SHARED_FAILURE_MS).unref();
      throw error;
    }
  };
  return {
    async send(message) {
      try {
        await logIn();
        await transport.sendMail(mailOptions(message, options.from));
      } catch (error) {
        const refused = readSmtpFailure(error);
        if (refused.fault === 'server') forgetLogin(login);
        throw refused;
      }
    },
    async [Symbol.asyncDispose]() {
      transport.close();
    },
  };
}

/** A mail as it would leave (RFC 5322): what the folder keeps. */
export async function renderMessage(message: Message, from: string): Promise<Buffer> {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const sent = await transport.sendMail(mailOptions(message, from));
  if (!Buffer.isBuffer(sent.message)) throw new Error('a mail was not rendered');
  return sent.message;
}

function mailOptions(message: Message, from: string): SendMailOptions {
  const sender = readSender(from);
  return {
    // As objects: in a text a colon would make a group of a name, a comma two recipients of one (RFC 5322 3.4).
    from: sender,
    to: { name: '', address: message.to },
    subject: message.subject,
    text: message.text,
    html: message.html,
    messageId: `<${message.id}@${sender.address.split('@').at(-1) ?? 'localhost'}>`,
    // Out-of-office notes to these mails help nobody (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

/** `Name <address>`, `"Name" <address>` or an address alone. */
function readSender(from: string): { name: string; address: string } {
  const named = /^(.*?)\s*<([^<>]+)>\s*$/.exec(from);
  if (named === null) return { name: '', address: from.trim() };
  const [, name = '', address = ''] = named;
  return { name: name.replace(/^"(.*)"$/, '$1'), address };
}

function mustEncrypt(url: URL): boolean {
  if (url.searchParams.get('tls') === 'optional') return false;
  return url.password !== '' || !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}
