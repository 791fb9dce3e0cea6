import PostalMime from 'postal-mime';
import type { Email } from 'postal-mime';
import { withoutLinks } from '../smtp-failure.ts';

/** Why a mail came back; stored, and shown by the catalog's `mail.bounce.…`. `delayed`: it did not yet. */
export const BOUNCE_CATEGORIES = [
  'no-such-address',
  'mailbox-full',
  'refused',
  'not-reachable',
  'other',
  'delayed',
] as const;
export type BounceCategory = (typeof BOUNCE_CATEGORIES)[number];

/** What a report says of a mail. */
export interface Bounce {
  category: BounceCategory;
  /** What the mail server said, without links, one line; null where the report does not tell. */
  said: string | null;
}

/** A message that came to a bounce address. */
export interface Report {
  /** Its header lines that name whom it is for. */
  addressedTo: string;
  /** Undefined where it is no report of a delivery: an answer by a person, an out-of-office note. */
  bounce: Bounce | undefined;
}

/** A report ends long before; what follows is our own mail, quoted. */
export const REPORT_BYTES = 256 * 1024;
const ADDRESSES: ReadonlySet<string> = new Set(['to', 'delivered-to', 'x-original-to', 'envelope-to']);
/** RFC 3464; RFC 6533 where addresses have letters beyond ASCII. */
const STATUS_PARTS: ReadonlySet<string> = new Set(['message/delivery-status', 'message/global-delivery-status']);

/**
 * Reads a delivery status notification (RFC 3464), also where it does not call itself a report; or what servers write that
 * send none: a text of the mail system with a line `address: 550 reason`.
 */
export async function readReport(message: Uint8Array): Promise<Report> {
  const email = await PostalMime.parse(message.subarray(0, REPORT_BYTES), {
    forceRfc822Attachments: true,
    attachmentEncoding: 'utf8',
    maxNestingDepth: 8,
    maxHeadersSize: 64 * 1024,
  }).catch(() => undefined);
  if (email === undefined) return { addressedTo: '', bounce: undefined };
  const addressedTo = email.headers
    .filter(({ key }) => ADDRESSES.has(key))
    .map(({ value }) => value)
    .join('\n');
  return { addressedTo, bounce: bounceOfStatus(email) ?? bounceOfText(email) };
}

function bounceOfStatus(email: Email): Bounce | undefined {
  for (const { mimeType, content } of email.attachments) {
    if (!STATUS_PARTS.has(mimeType.toLowerCase())) continue;
    const text = typeof content === 'string' ? content : Buffer.from(content as Uint8Array).toString('utf8');
    // The first group is of the mail, each further one of a recipient: ours have one.
    for (const fields of text.split(/\r?\n(?:[ \t]*\r?\n)+/).map(readFields)) {
      const action = fields.get('action')?.toLowerCase();
      const said = saidIn(fields.get('diagnostic-code')) ?? saidInText(email);
      if (action === 'delayed') return { category: 'delayed', said };
      if (action === 'failed') return { category: categoryOf(fields.get('status') ?? '', said ?? ''), said };
    }
  }
  return undefined;
}

/** Fields of a header, their continued lines joined (RFC 5322 2.2.3), by lower-case name. */
function readFields(group: string): Map<string, string> {
  const lines = group.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const colon = line.indexOf(':');
      return colon < 1 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]];
    }),
  );
}

/** `smtp; 550 5.1.1 no such user` without its type. */
function saidIn(diagnostic: string | undefined): string | null {
  const said = withoutLinks((diagnostic ?? '').replace(/^[\w-]+\s*;/, ''));
  return said === '' ? null : said;
}

/** OpenSMTPD gives the reason in the text alone: `address: 550 reason`. */
function saidInText({ text }: Email): string | null {
  const line = /^\s*<?[^\s<>:]+@[^\s<>:]+>?:\s*([45]\d\d[ -].*)$/m.exec(text ?? '')?.[1];
  return line === undefined ? null : withoutLinks(line);
}

/** Only of the mail system itself a text is believed: a note that somebody is away may quote anything. */
function bounceOfText(email: Email): Bounce | undefined {
  const { from, headers } = email;
  if (!/^(?:mailer-daemon|postmaster)@/i.test(from?.address ?? '')) return undefined;
  if (headers.some(({ key, value }) => key === 'auto-submitted' && /^auto-replied/i.test(value))) return undefined;
  const said = saidInText(email);
  if (said === null) return undefined;
  return { category: said.startsWith('4') ? 'delayed' : categoryOf('', said), said };
}

/** Statuses are often 5.0.0 while the server's reply tells more (RFC 3463, RFC 5321 4.2.3). */
function categoryOf(status: string, said: string): BounceCategory {
  for (const text of [said, status]) {
    const [, subject = '', detail = ''] = /\b[245]\.(\d{1,3})\.(\d{1,3})\b/.exec(text) ?? [];
    if (subject === '1') return detail === '7' || detail === '8' ? 'refused' : 'no-such-address';
    if (subject === '2') return detail === '2' ? 'mailbox-full' : 'no-such-address';
    if (subject === '4') return 'not-reachable';
    if (['3', '5', '6', '7'].includes(subject)) return 'refused';
  }
  if (/\b552\b/.test(said)) return 'mailbox-full';
  if (/\b55[0134]\b/.test(said)) return /relay|polic|spam|blocked|sender/i.test(said) ? 'refused' : 'no-such-address';
  return 'other';
}
