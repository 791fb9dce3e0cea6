import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import type { SendMailOptions } from 'nodemailer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import SMTPPool from 'nodemailer/lib/smtp-pool';
import { MailRefused } from './mailer.ts';
import type { Mailer, Message } from './mailer.ts';
import { readSmtpFailure } from './smtp-failure.ts';

/** Least waits of a client, milliseconds: greeting 5 minutes, and 10 for the reply to the final dot (RFC 5321 4.5.3.2). */
export const SMTP_WAITS = { connect: 2 * 60_000, greeting: 5 * 60_000, silence: 10 * 60_000 } as const;
/** As long as somebody at a terminal waits for it. */
const TRY_WAITS = { connect: 10_000, greeting: 15_000, silence: 15_000 } as const;
/** Connections at once; several servers have each as many. */
const CONNECTIONS = 10;
/** Mail servers count a client's connections, those that nobody uses with the others: such a one is closed soon. */
const IDLE_MS = 5000;
/** How long fewer are made after the server said that there are too many, and how often one mail hears that. */
const FEWER_MS = 10 * 60_000;
const MOST_TRIES = 6;
/** As nodemailer marks a login that was refused. */
const NO_LOGIN = { code: 'EAUTH', command: 'AUTH' } as const;
/** Mails that fail together share one failed attempt to log in. */
const SHARED_FAILURE_MS = 1000;

/**
 * Sends by SMTP. `smtps://user:password@host:465` speaks TLS from the first byte; `smtp://host:587` begins in the open and
 * changes to TLS (STARTTLS) when the server offers it. It must offer it where a password or a host beyond this machine is
 * named, unless the URL ends in `?tls=optional`. Certificates are checked but for a server on this machine, and with
 * `?tls=optional`, where the connection could as well be in the open. Before the first mail, and after a fault
 * of the server, one connection tries the login, so that a wrong password is tried once and not for each waiting mail.
 * A connection that is lost while one mail is sent is the server's fault only if that login then fails, too.
 * @param options.from Address, or `Name <address>`.
 * @param options.clientName What the client calls itself (EHLO): see {@link clientNameOf}.
 */
export function createSmtpMailer(options: { url: string; from: string; clientName: string }): Mailer {
  const { server, auth } = readServer(options.url, options.clientName, SMTP_WAITS);
  const pool = new SMTPPool({
    ...server,
    ...(auth === undefined ? {} : { auth }),
    maxConnections: CONNECTIONS,
    idleTimeout: IDLE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const transport = createTransport(pool);
  let sending = 0;
  /** Sends; where the server takes no further connection beside those we have, over one of them. */
  const sendByPool = async (mail: SendMailOptions): Promise<void> => {
    sending += 1;
    try {
      for (let tries = 1; ; tries += 1) {
        try {
          return void (await transport.sendMail(mail));
        } catch (error) {
          if (!isTooManyConnections(error) || sending === 1 || tries === MOST_TRIES) throw error;
          if (pool.options.maxConnections === CONNECTIONS) {
            setTimeout(() => (pool.options.maxConnections = CONNECTIONS), FEWER_MS).unref();
          }
          pool.options.maxConnections = Math.max(1, Math.floor(pool.options.maxConnections / 2));
        }
      }
    } finally {
      sending -= 1;
    }
  };
  let login: Promise<Greeted> | undefined;
  const forgetLogin = (failed: Promise<unknown> | undefined): void => {
    if (login === failed) login = undefined;
  };
  const logIn = async (): Promise<void> => {
    login ??= tryLogin(server, auth);
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
      let loggedIn: Promise<unknown> | undefined;
      try {
        await logIn();
        loggedIn = login;
        const { takesUtf8 } = await login!;
        if (!takesUtf8 && !isAscii(message.to)) throw new MailRefused('address-not-ascii', { fault: 'mail' });
        await sendByPool({ ...mailOptions(message, options.from), ...returnOf(message) });
      } catch (error) {
        const refused = error instanceof MailRefused ? error : readSmtpFailure(error);
        if (refused.fault !== 'server') throw refused;
        forgetLogin(loggedIn);
        if (loggedIn === undefined || refused.said !== null) throw refused;
        // Lost without a reply, at any stage: nodemailer names `CONN` even when it was after the mail's last byte.
        await logIn().catch((fault: unknown) => {
          throw readSmtpFailure(fault);
        });
        throw new MailRefused('passing', { fault: 'passing', cause: error });
      }
    },
    async [Symbol.asyncDispose]() {
      transport.close();
    },
  };
}

/** Refused before a word of ours, with 421: the server takes no further connection at the moment (RFC 5321 4.2.3, 3.8). */
function isTooManyConnections(error: unknown): boolean {
  const { command, responseCode } = error as { command?: unknown; responseCode?: unknown };
  return responseCode === 421 && (command === 'CONN' || command === undefined);
}

/**
 * Speaks to the mail server as before a mail, and leaves: connects, changes to TLS, logs in where the URL has a password.
 * Somebody waits for the answer, so it is given up after some seconds.
 * @throws MailRefused
 */
export async function tryMailServer(options: { url: string; clientName: string }): Promise<MailServer> {
  const { server, auth } = readServer(options.url, options.clientName, TRY_WAITS);
  try {
    const { encrypted } = await tryLogin(server, auth);
    return { host: `${server.host}:${server.port}`, encrypted, loggedIn: auth !== undefined };
  } catch (error) {
    throw readSmtpFailure(error);
  }
}

/** A mail server that was spoken to. */
export interface MailServer {
  /** `host:port`. */
  host: string;
  encrypted: boolean;
  loggedIn: boolean;
}

/**
 * What a client calls itself: the public URL's host, an address as a literal (RFC 5321 4.1.4, 4.1.3). The machine's own name
 * often has no dot in it, and filters punish that.
 */
export function clientNameOf(publicUrl: URL): string {
  const host = publicUrl.hostname;
  if (isIP(host) === 4) return `[${host}]`;
  return host.startsWith('[') ? `[IPv6:${host.slice(1)}` : host;
}

type Server = NonNullable<ConstructorParameters<typeof SMTPConnection>[0]> & { host: string; port: number };

function readServer(
  text: string,
  clientName: string,
  waits: { connect: number; greeting: number; silence: number },
): { server: Server; auth: { user: string; pass: string } | undefined } {
  const url = new URL(text);
  const secure = url.protocol === 'smtps:';
  const server = {
    name: clientName,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && mustEncrypt(url),
    // What never leaves this machine, or may be in the open anyway, is encrypted for whoever listens, whatever its certificate.
    tls: { rejectUnauthorized: !isLocal(url) && !mayBeOpen(url) },
    connectionTimeout: waits.connect,
    greetingTimeout: waits.greeting,
    socketTimeout: waits.silence,
  };
  const auth =
    url.username === ''
      ? undefined
      : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
  return { server, auth };
}

/** What a server answered before a mail. */
interface Greeted {
  encrypted: boolean;
  /** Takes addresses with letters beyond ASCII (RFC 6531). */
  takesUtf8: boolean;
}

/** An IDN domain is sent as A-labels (RFC 5890); what stands before the @ has no such form. */
function isAscii(address: string): boolean {
  return /^[\x20-\x7e]*$/.test(address.slice(0, address.lastIndexOf('@')));
}

/**
 * The envelope: where it comes back to, and that its text does not come along, for it may hold a link (RFC 3461, where the
 * server offers it).
 */
function returnOf({ id, to, returnTo }: Message): SendMailOptions {
  const dsn = { id, return: 'headers' as const, notify: ['failure' as const, 'delay' as const], recipient: to };
  return {
    dsn: returnTo === undefined ? { id, return: 'headers' } : dsn,
    ...(returnTo === undefined ? {} : { envelope: { from: returnTo, to } }),
  };
}

/**
 * Connects, logs in where `auth` is given, and leaves; returns whether the connection was encrypted. nodemailer's own `verify` says yes without trying the password
 * where the server offers no login, and would send the mails without one.
 */
async function tryLogin(server: Server, auth: { user: string; pass: string } | undefined): Promise<Greeted> {
  const connection = new SMTPConnection(server);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const settle = (error?: Error | null): void => (error ? reject(error) : resolve());
  let takesUtf8 = false;
  connection.on('error', reject);
  connection.once('end', () => reject(new Error('the mail server closed the connection')));
  connection.connect((error) => {
    takesUtf8 = /^250[- ]SMTPUTF8\b/im.test(connection.lastServerResponse || '');
    if (error || auth === undefined) settle(error);
    else if (connection.allowsAuth) connection.login(auth, settle);
    else reject(Object.assign(new Error('the mail server offers no login (RFC 4954 section 3)'), NO_LOGIN));
  });
  try {
    await promise;
    connection.quit();
    return { encrypted: connection.secure, takesUtf8 };
  } catch (error) {
    connection.close();
    throw error;
  }
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
  return !mayBeOpen(url) && (url.password !== '' || !isLocal(url));
}

function mayBeOpen(url: URL): boolean {
  return url.searchParams.get('tls') === 'optional';
}

/** A mail server of this machine: often with the certificate that its package made. */
function isLocal(url: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}
