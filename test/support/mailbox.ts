import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { simpleParser, type AddressObject } from 'mailparser';
import { parse } from 'node-html-parser';
import { SMTPServer } from 'smtp-server';

/** A mail as its reader sees it. */
export interface Mail {
  /** Envelope recipients. */
  to: string[];
  /** Envelope sender: where it comes back to. */
  returnPath: string;
  from: string;
  subject: string;
  text: string;
  html: string;
  headers: ReadonlyMap<string, unknown>;
  raw: string;
}

/** What to wait for: every part given must fit. */
export interface MailWanted {
  to?: string;
  subject?: string | RegExp;
  /** How long to wait before failing; a guard, not a measurement. */
  timeoutMs?: number;
}

/** A mail server that keeps what it is given. */
export interface Mailbox {
  /** `smtp://127.0.0.1:<port>` */
  url: string;
  /** Every mail received, oldest first. */
  mails: readonly Mail[];
  /** The oldest fitting mail that no earlier call has returned; waits for it. */
  waitForMail(wanted: MailWanted): Promise<Mail>;
  /** From now on this recipient is refused with a permanent error (550), or with a passing one (451). */
  refuse(recipient: string, passing?: boolean): void;
  /** From now on every mail is answered so at this stage of the session, as `554 5.7.1 relay access denied`. */
  fail(stage: 'greeting' | 'login' | 'sender' | 'recipient' | 'data', reply: string): void;
  /** How often a client tried to log in. */
  readonly logins: number;
  /** Recipients of this domain are answered only after the returned function is called. */
  hold(domain: string): () => void;
  /** Accepts everybody again. */
  acceptAll(): void;
  clear(): void;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Links of a mail, the HTML part's first, each once. */
export function linksIn(mail: Mail): string[] {
  const fromHtml = parse(mail.html)
    .querySelectorAll('a[href]')
    .map((link) => link.getAttribute('href') ?? '');
  const fromText = mail.text.match(/https?:\/\/[^\s<>"')\]]+/g) ?? [];
  return [...new Set([...fromHtml, ...fromText.map((link) => link.replace(/[.,;]+$/, ''))])];
}

/** The address behind a mail's button or link with this text. */
export function linkNamed(mail: Mail, text: string): string {
  const links = parse(mail.html).querySelectorAll('a[href]');
  const found = links.find((link) => link.textContent.replace(/\s+/g, ' ').trim() === text);
  const address = found?.getAttribute('href');
  if (address === undefined) throw new Error(`the mail "${mail.subject}" has no link "${text}"`);
  return address;
}

/** A one-time code of this many digits that stands alone in the mail's text. */
export function codeIn(mail: Mail, digits = 6): string {
  const found = new RegExp(`(?<!\\d)\\d{${digits}}(?!\\d)`).exec(mail.text);
  if (found === null) throw new Error(`the mail "${mail.subject}" has no code of ${digits} digits`);
  return found[0];
}

interface Waiter {
  fits: (mail: Mail) => boolean;
  give: (mail: Mail) => void;
}

/** Starts a mail server on a free loopback port. */
export async function startMailbox(): Promise<Mailbox> {
  const mails: Mail[] = [];
  const handedOut = new WeakSet<Mail>();
  const waiters = new Set<Waiter>();
  const refused = new Map<string, number>();
  const failures = new Map<string, string>();
  const held = new Map<string, Promise<void>>();
  let logins = 0;
  const failureAt = (stage: string): Error | undefined => {
    const reply = failures.get(stage);
    if (reply === undefined) return undefined;
    return Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) });
  };

  /** Undefined when kept, else what the sender is told. */
  const keep = async (
    stream: AsyncIterable<Buffer>,
    recipients: string[],
    returnPath: string,
  ): Promise<Error | undefined> => {
    try {
      const mail = { ...(await readMail(stream, recipients)), returnPath };
      mails.push(mail);
      [...waiters].find((waiter) => waiter.fits(mail))?.give(mail);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  };

  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    onConnect: (_session, done) => done(failureAt('greeting')),
    onAuth: (auth, _session, done) => {
      logins += 1;
      const failure = failureAt('login');
      if (failure === undefined) return done(null, { user: auth.username });
      done(failure);
    },
    onMailFrom: (_address, _session, done) => done(failureAt('sender')),
    onRcptTo: ({ address }, _session, done) => {
      const code = refused.get(address.toLowerCase());
      if (code === undefined) {
        const domain = address.slice(address.indexOf('@') + 1).toLowerCase();
        void (async () => {
          await held.get(domain);
          done(failureAt('recipient'));
        })();
        return;
      }
      done(Object.assign(new Error(code === 550 ? 'no such mailbox' : 'try again later'), { responseCode: code }));
    },
    onData: (stream, session, done) => {
      const recipients = session.envelope.rcptTo.map(({ address }) => address);
      const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address;
      void (async () => {
        const failure = failureAt('data');
        if (failure === undefined) return done(await keep(stream, recipients, from));
        for await (const _chunk of stream) continue;
        done(failure);
      })();
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  server.on('error', () => undefined); // a client that hangs up is not the mailbox's trouble
  const { port } = server.server.address() as AddressInfo;

  const stop = async (): Promise<void> => {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    waitForMail: (wanted) => {
      const fits = (mail: Mail): boolean => !handedOut.has(mail) && isWanted(mail, wanted);
      const there = mails.find(fits);
      if (there !== undefined) {
        handedOut.add(there);
        return Promise.resolve(there);
      }
      return new Promise((resolve, reject) => {
        const guard = setTimeout(() => {
          waiters.delete(waiter);
          const seen = mails.map((mail) => `"${mail.subject}" to ${mail.to.join(', ')}`).join('; ') || 'none';
          reject(new Error(`no mail ${String(wanted.subject ?? '')} to ${wanted.to ?? 'anybody'}; received: ${seen}`));
        }, wanted.timeoutMs ?? 60_000);
        const waiter: Waiter = {
          fits,
          give: (mail) => {
            clearTimeout(guard);
            waiters.delete(waiter);
            handedOut.add(mail);
            resolve(mail);
          },
        };
        waiters.add(waiter);
      });
    },
    refuse: (recipient, passing = false) => void refused.set(recipient.toLowerCase(), passing ? 451 : 550),
    fail: (stage, reply) => void failures.set(stage, reply),
    get logins() {
      return logins;
    },
    hold(domain) {
      const { promise, resolve } = Promise.withResolvers<void>();
      held.set(domain, promise);
      return () => {
        held.delete(domain);
        resolve();
      };
    },
    acceptAll: () => {
      refused.clear();
      failures.clear();
    },
    clear: () => void mails.splice(0),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function readMail(stream: AsyncIterable<Buffer>, recipients: string[]): Promise<Omit<Mail, 'returnPath'>> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const raw = Buffer.concat(chunks);
  const parsed = await simpleParser(raw);
  const from: AddressObject | undefined = parsed.from;
  return {
    to: recipients,
    from: from?.text ?? '',
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html || '',
    headers: parsed.headers,
    raw: raw.toString('utf8'),
  };
}

function isWanted(mail: Mail, { to, subject }: MailWanted): boolean {
  if (to !== undefined && !mail.to.some((recipient) => recipient.toLowerCase() === to.toLowerCase())) return false;
  if (subject === undefined) return true;
  return typeof subject === 'string' ? mail.subject.includes(subject) : subject.test(mail.subject);
}
