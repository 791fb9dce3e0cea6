import { createTransport } from 'nodemailer';
import type { SendMailOptions } from 'nodemailer';
import { MailRefused } from './mailer.ts';
import type { Mailer, Message } from './mailer.ts';

const CONNECT_MS = 10_000;
const GREETING_MS = 10_000;
const SILENCE_MS = 30_000;

/**
 * Sends by SMTP. `smtps://user:password@host:465` speaks TLS from the first byte; `smtp://host:587` begins in the open and
 * changes to TLS (STARTTLS) when the server offers it. It must offer it where a password or a host beyond this machine is
 * named, unless the URL ends in `?tls=optional`. Certificates are always checked.
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
    maxConnections: 2,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: GREETING_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(message) {
      try {
        await transport.sendMail(mailOptions(message, options.from));
      } catch (error) {
        throw refusalOf(error);
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
  return {
    from,
    // As an object: in a text a comma would make two recipients of one.
    to: { name: '', address: message.to },
    subject: message.subject,
    text: message.text,
    html: message.html,
    messageId: `<${message.id}@${hostOf(from)}>`,
    // Out-of-office notes to these mails help nobody (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

function hostOf(from: string): string {
  return /@([^\s<>@]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
}

function mustEncrypt(url: URL): boolean {
  if (url.searchParams.get('tls') === 'optional') return false;
  return url.password !== '' || !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}

/** What the server said, with everything that may be a link taken out: it is shown to administrators. */
function refusalOf(error: unknown): MailRefused {
  const reply = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
  const said = error instanceof Error ? error.message : 'unknown failure';
  const message = said
    .replaceAll(/https?:\/\/\S+/g, '…')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 300);
  return new MailRefused(message, {
    permanent: reply >= 500 && reply < 600 && reply !== 535 && reply !== 530,
    cause: error,
  });
}
