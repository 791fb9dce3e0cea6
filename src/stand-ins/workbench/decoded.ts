import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { JournalEntry } from '../small-server.ts';

/** One request and its answer, as a person reads them. */
export interface DecodedExchange {
  title: string;
  /** What was sent and answered, name by name; long values are cut. */
  asked: [name: string, value: string][];
  answered: [name: string, value: string][];
  /** The signed tokens in it: header and claims. */
  tokens: { header: unknown; claims: unknown }[];
}

const MOST_SHOWN_CHARACTERS = 300;
const JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;
/** Headers that say who asks. */
const HEADERS = ['authorization', 'origin', 'user-agent'];

/** Takes a request of the journal apart. */
export function decodeExchange({ method, path, query, form, headers, answer }: JournalEntry): DecodedExchange {
  const ofHeaders = HEADERS.flatMap((name): [string, string][] =>
    headers[name] === undefined ? [] : [[name, plainCredential(headers[name])]],
  );
  const answered: [string, string][] = [];
  if (answer?.location !== undefined) answered.push(...parametersOf(answer.location));
  else if (answer !== undefined) answered.push(...membersOf(answer.body));
  const carried = [...Object.values(query), ...Object.values(form ?? {}), answer?.location ?? '', answer?.body ?? ''];
  return {
    title: `${method} ${path} → ${answer?.status ?? '…'}`,
    asked: [...Object.entries(query), ...Object.entries(form ?? {}), ...ofHeaders].map(cut),
    answered: answered.map(cut),
    tokens: [...new Set(carried.flatMap((text) => text.match(JWT) ?? []))].flatMap(decodeToken),
  };
}

/** `Basic` as name and password, which no eye decodes. */
function plainCredential(value: string): string {
  const [scheme, encoded = ''] = value.split(' ');
  return scheme === 'Basic' ? `Basic ${Buffer.from(encoded, 'base64').toString()}` : value;
}

function parametersOf(location: string): [string, string][] {
  const url = URL.parse(location, 'http://127.0.0.1');
  if (url === null) return [['location', location]];
  const parameters = [...url.searchParams, ...new URLSearchParams(url.hash.slice(1))];
  return [['location', location.replace(/[?#].*$/s, '')], ...parameters];
}

/** Members of a JSON answer, fields of a form post; of any other page its title. */
function membersOf(body: string): [string, string][] {
  const json = parsed(body);
  if (typeof json === 'object' && json !== null) {
    return Object.entries(json).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
  }
  const fields = [...body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  if (fields.length > 0) return fields.map(([, name = '', value = '']) => [name, value]);
  const title = /<title>([^<]*)<\/title>/.exec(body)?.[1];
  return title === undefined ? [] : [['page', title]];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function decodeToken(token: string): DecodedExchange['tokens'] {
  try {
    return [{ header: decodeProtectedHeader(token), claims: decodeJwt(token) }];
  } catch {
    return [];
  }
}

function cut([name, value]: [string, string]): [string, string] {
  return [name, value.length > MOST_SHOWN_CHARACTERS ? `${value.slice(0, MOST_SHOWN_CHARACTERS)}…` : value];
}
