import type { Clock, Seconds } from '../../base/clock.ts';
import { after, epochSeconds, MINUTE } from '../../base/clock.ts';
import { formatId, readId } from '../../base/ids.ts';
import type { UserId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';

/** *Try it* logs in to a client of its own beside each application: what it is given is made out to that, never to the application. */
const TRY_CLIENT = 'try.';

/** Path of our own at which its authorization codes arrive: a page of the console. */
export const TRY_REDIRECT_PATH = '/console/tried';

/** How long a ticket opens the authorization endpoint. */
const TICKET_LIFETIME: Seconds = 10 * MINUTE;
const PURPOSE = 'try an application';

export function tryClientOf(clientId: string): string {
  return `${TRY_CLIENT}${clientId}`;
}

/** The client id of the application that a client is for trying; null for every other client. */
export function triedBy(clientId: string): string | null {
  const tried = clientId.startsWith(TRY_CLIENT) ? clientId.slice(TRY_CLIENT.length) : '';
  return readId('app', tried) === undefined ? null : tried;
}

/** What a ticket is bound to: an application, the administrator, and the browser that holds the code verifier (RFC 7636). */
interface TicketFor {
  /** That of the application. */
  clientId: string;
  codeChallenge: string;
}

/** A ticket, with which this administrator alone may try this application, from the browser with this code challenge. */
export function makeTicket(deps: { clock: Clock; secrets: SecretBox }, about: TicketFor & { userId: UserId }): string {
  const ends = epochSeconds(after(deps.clock.now(), TICKET_LIFETIME));
  const user = formatId('usr', about.userId);
  return `${ends}.${user}.${deps.secrets.mac(PURPOSE, saidOf(about, ends, user)).toString('base64url')}`;
}

/** Whose ticket it is; undefined when it is none, is for something else, or has expired. */
export function readTicket(
  deps: { clock: Clock; secrets: SecretBox },
  ticket: string,
  about: TicketFor,
): UserId | undefined {
  const [, ends = '', user = '', mac = ''] = /^(\d{1,12})\.(usr_\w+)\.([\w-]{43})$/.exec(ticket) ?? [];
  if (!deps.secrets.isMac(PURPOSE, saidOf(about, Number(ends), user), Buffer.from(mac, 'base64url'))) return undefined;
  return Number(ends) > epochSeconds(deps.clock.now()) ? readId('usr', user) : undefined;
}

function saidOf({ clientId, codeChallenge }: TicketFor, ends: number, user: string): string {
  return JSON.stringify([clientId, codeChallenge, ends, user]);
}
