import { MailRefused } from './mailer.ts';
import type { MailFailureCode } from './mailer.ts';

/** What nodemailer's errors carry. */
interface SmtpError {
  /** `EAUTH`, `ETLS`, `ECONNECTION`, `ETIMEDOUT`, … */
  code?: unknown;
  /** The command that was answered: `CONN`, `EHLO`, `STARTTLS`, `AUTH …`, `MAIL FROM`, `RCPT TO`, `DATA`. */
  command?: unknown;
  responseCode?: unknown;
  response?: unknown;
  /** Where TLS failed: of a certificate, as `CERT_HAS_EXPIRED`. */
  originalCode?: unknown;
  /** Where TLS failed otherwise: `SSL routines`. */
  library?: unknown;
}

/**
 * What a failed attempt means (RFC 5321 4.2.1; enhanced status codes RFC 3463). A reply before `RCPT` is never about the
 * mail: the server takes none at the moment. Only a reply that names this recipient or this content is final; anything
 * else is tried again.
 */
export function readSmtpFailure(error: unknown): MailRefused {
  const { code, command, responseCode, response, originalCode, library } = (
    error instanceof Error ? error : {}
  ) as SmtpError;
  const said = typeof response === 'string' && response !== '' ? withoutLinks(response) : null;
  const about = { said, cause: error };
  const stage = typeof command === 'string' ? command : 'CONN';
  if (stage !== 'RCPT TO' && stage !== 'DATA') {
    // The library refuses an address it cannot put on the wire before it says anything to the server.
    if (stage === 'API' && code === 'EENVELOPE')
      return new MailRefused('recipient-refused', { ...about, fault: 'mail' });
    const tls = library === 'SSL routines' || CERTIFICATE.test(String(originalCode));
    return new MailRefused(tls ? 'server-insecure' : serverCode(String(code), stage, said), {
      ...about,
      fault: 'server',
    });
  }
  const reply = Number(responseCode);
  if (!(reply >= 500 && reply < 600)) return new MailRefused('passing', { ...about, fault: 'passing' });
  const enhanced = /\b5\.(\d{1,3})\.(\d{1,3})\b/.exec(said ?? '');
  const final =
    stage === 'RCPT TO' ? namesRecipient(reply, enhanced, said ?? '') : namesMail(reply, enhanced, said ?? '');
  if (!final) return new MailRefused('passing', { ...about, fault: 'passing' });
  return new MailRefused(stage === 'RCPT TO' ? 'recipient-refused' : 'content-refused', { ...about, fault: 'mail' });
}

/** Codes of Node for a certificate that is not believed. */
const CERTIFICATE = /CERT|SELF_SIGNED|LEAF_SIGNATURE|^ERR_(?:TLS|SSL)/;

function serverCode(code: string, stage: string, said: string | null): MailFailureCode {
  if (code === 'EAUTH') return 'server-login';
  if (code === 'ETLS' || stage === 'STARTTLS') return 'server-insecure';
  return said === null ? 'server-unreachable' : 'server-refused';
}

/** X.1.* is about the address (X.1.7 and X.1.8 about the sender's), X.2.* about the mailbox; RFC 5321 4.2.3 without a code. */
function namesRecipient(reply: number, enhanced: RegExpExecArray | null, said: string): boolean {
  if (enhanced !== null) {
    const [, subject, detail] = enhanced;
    if (subject === '1') return detail !== '7' && detail !== '8';
    // X.5.0 and X.0.0 say no more than the reply itself.
    if (subject !== '0' && subject !== '5') return subject === '2';
  }
  return [550, 551, 553].includes(reply) && !/relay|limit|too many|sender|quota for (?:today|this hour)/i.test(said);
}

/** Of this mail alone (Exim gives no code), unlike a mailbox or a disk that is full. */
const TOO_BIG = /^552[ -](?:message|mail|data)\b.{0,20}\b(?:size|big|large|long)\b/i;

/** After the data everything is about this mail, but X.3.* (but X.3.4, too big) and X.4.*: the server's disk, its network. */
function namesMail(reply: number, enhanced: RegExpExecArray | null, said: string): boolean {
  if (enhanced === null) return (reply !== 552 || TOO_BIG.test(said)) && reply !== 503;
  const [, subject, detail] = enhanced;
  return subject === '3' ? detail === '4' : subject !== '4';
}

/** Whatever may be a link taken out, one line: it is shown to administrators. */
export function withoutLinks(reply: string): string {
  return reply
    .replaceAll(/https?:\/\/\S+/g, '…')
    .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, 300);
}
