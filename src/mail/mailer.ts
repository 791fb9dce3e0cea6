/** A mail ready to be sent: one recipient, plain text and HTML saying the same. */
export interface Message {
  /** Stays the same over all attempts, so that a mail server may see a repetition. */
  id: string;
  /** One address. */
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** Brings a mail out of the house. */
export interface Mailer extends AsyncDisposable {
  /**
   * Resolves once the mail was taken over.
   * @throws MailRefused
   */
  send(message: Message): Promise<void>;
}

/** Why a mail was not taken over. */
export class MailRefused extends Error {
  /** The mail server said that trying again is of no use (a reply of 500 to 599). */
  readonly permanent: boolean;

  constructor(message: string, options: { permanent: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'MailRefused';
    this.permanent = options.permanent;
  }
}
