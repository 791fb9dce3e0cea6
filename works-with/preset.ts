/**
 * How a program by other people is connected as an application: data alone. *Register application* in the console shows it filled
 * in, `docs/works-with/` is made from it, and `npm run peers` pastes the same text into the program and drives it. What a
 * person typed is checked before it is filled in, so no format needs escaping.
 */

/** How a text is to be read; for its colours and its name. */
export type Format =
  | 'env'
  | 'ini'
  | 'toml'
  | 'yaml'
  | 'json'
  | 'python'
  | 'properties'
  | 'apache'
  | 'javascript'
  | 'java'
  | 'shell';

/** What is pasted into one file there, or entered in one of its pages. `{...}` is filled in, see {@link Values}. */
export interface Block {
  /** Where it belongs: a file (`/etc/miniflux.conf`) or a place (*Administration → Authentication*). */
  where: string;
  format: Format;
  text: string;
}

/** Something besides its address that only the person knows. */
export interface Question {
  /** The name it is filled in by: `{realm}`. */
  id: string;
  label: string;
  /** One sentence; what it decides. */
  help: string;
  /** What most people leave. */
  initial: string;
}

/** What to register here: the fields of *Register application*, by the names of the API. Addresses begin with `{app}`. */
export interface Registration {
  kind: 'web' | 'browser' | 'native';
  redirectUris: readonly string[];
  postLogoutRedirectUris?: readonly string[];
  backchannelLogoutUri?: string;
  initiateLoginUri?: string;
  clientAuthentication?: 'client_secret_basic' | 'client_secret_post';
  /** Left out: RS256, as the form has it. */
  signingAlgorithm?: 'ES256';
  refreshTokens?: true;
  /** Only where the program cannot send a code challenge at all. */
  withoutPkce?: true;
}

export interface ApplicationPreset {
  /** Its folder's name. */
  id: string;
  name: string;
  /** The version that was driven. */
  version: string;
  /** What people look for besides its name: `kanban`, `monitoring`. */
  words: readonly string[];
  /** Two letters for its tile; marks of others are theirs. */
  mark: string;
  /** One sentence: what it is. */
  about: string;
  /** An address as one would type it: `https://rss.northwind.example`. */
  example: string;
  questions?: readonly Question[];
  registration: Registration;
  there: readonly Block[];
  /** What to know: PKCE that is to be switched on, an address it needs, what it keys people on; a sentence each. */
  notes: readonly string[];
  /** How to see that it works; one sentence. */
  then: string;
  /** What single sign-on there cannot do; a sentence each. */
  lacks: readonly string[];
}

/** What is filled in for `{...}`. */
export interface Values extends Readonly<Record<string, string>> {
  /** Its address, without a slash at the end. */
  app: string;
  /** Host and port of it. */
  appHost: string;
  /** Our public URL, without a slash at the end. */
  issuer: string;
  /** Host and port of it. */
  issuerHost: string;
  /** The discovery document's address. */
  discovery: string;
  clientId: string;
  clientSecret: string;
  /** 32 random bytes in hex, where a program wants a secret of its own; made where it is shown. `{random16}` is half of it. */
  random: string;
}

/** What a value may consist of: nothing that ends a quoted string, a line or an element in any of the formats. */
const PLAIN = /^[\w.~:/@%+=-]*$/;

/** Whether a value can be filled in as it is. */
export function isPlain(value: string): boolean {
  return PLAIN.test(value);
}

/**
 * Fills values into a text of a preset; a name that is not known stays, for texts that hold braces of their own.
 * @throws Error when a value holds more than plain characters
 */
export function fillIn(text: string, given: Readonly<Record<string, string>>): string {
  const { random } = given;
  const values = random === undefined ? given : { ...given, random16: random.slice(0, random.length / 2) };
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    if (!Object.hasOwn(values, name)) return whole;
    const value = values[name]!;
    if (!isPlain(value)) throw new Error(`the value of ${name} holds characters that cannot be filled in`);
    return value;
  });
}

/** What is to be registered, with the values filled in. */
export function fillRegistration(registration: Registration, values: Readonly<Record<string, string>>): Registration {
  return JSON.parse(JSON.stringify(registration), (_key, value: unknown) =>
    typeof value === 'string' ? fillIn(value, values) : value,
  ) as Registration;
}

/**
 * Reads the address of a program as a person types it.
 * @returns it without a slash at the end, or null when it is no plain http(s) address
 */
export function readAddress(typed: string): { app: string; appHost: string } | null {
  const url = URL.parse(typed.trim());
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '')
    return null;
  const app = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  return isPlain(app) ? { app, appHost: url.host } : null;
}
