/**
 * Mails. Written into the outbox in the transaction that causes them, sent by jobs:
 *
 *   postMail → mail_outbox (body sealed) and a job of kind `mail.urgent` or `mail`
 *     → sendMail → mailer: taken: body erased
 *                        · fault of the server: all mails wait (mail_pause), one is tried after growing delays
 *                        · fault of the mail: given up; sent again by hand while its link is valid (queue/)
 *                        · passing: tried again by the job's back-off, until the mail expires
 *
 * mailer.ts: message, failures · compose.ts: layout · post-mail.ts: writes · post-notice.ts, recipient-limit.ts: how many
 * to one recipient · send-mail.ts: job handlers · smtp-mailer.ts, smtp-failure.ts: SMTP (RFC 5321) · folder-mailer.ts: files · create-mailer.ts:
 * which of the two · queue/: what the operator sees of it, *Send again* ·
 * bounces/: mails that come back · outbox-store.ts, pause-store.ts: SQL.
 */

/** A mail ready to be sent: one recipient, plain text and HTML saying the same. */
export interface Message {
  /** The same over all attempts; becomes the Message-ID, so that a repetition can be seen. */
  id: string;
  /** One address. */
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Where it comes back to when it cannot be delivered; to its sender without this. */
  returnTo?: string;
}

/** Takes mails out of the service. */
export interface Mailer extends AsyncDisposable {
  /**
   * Resolves once the mail server took the mail over.
   * @throws MailRefused
   */
  send(message: Message): Promise<void>;
}

/** Why a mail was not taken; stored, and shown by the catalog's `mail.failure.…`. */
export const MAIL_FAILURES = [
  'server-unreachable',
  'server-insecure',
  'server-login',
  'server-refused',
  'folder-not-writable',
  'recipient-refused',
  'address-not-ascii',
  'content-refused',
  'passing',
  'not-prepared',
  'expired',
  'restored',
] as const;
export type MailFailureCode = (typeof MAIL_FAILURES)[number];

/** What a failure says about other mails: the server takes none, this mail is never taken, or it is tried again. */
export type MailFault = 'server' | 'mail' | 'passing';

/** A mail was not taken over. */
export class MailRefused extends Error {
  readonly code: MailFailureCode;
  readonly fault: MailFault;
  /** What the mail server said, without links; null when it said nothing. */
  readonly said: string | null;

  constructor(code: MailFailureCode, options: { fault: MailFault; said?: string | null; cause?: unknown }) {
    super(options.said ?? code, { cause: options.cause });
    this.name = 'MailRefused';
    this.code = code;
    this.fault = options.fault;
    this.said = options.said ?? null;
  }
}
