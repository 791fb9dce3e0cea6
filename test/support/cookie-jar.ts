/** A cookie as a browser keeps it. Ports do not separate cookies, as in real browsers. */
export interface Cookie {
  name: string;
  value: string;
  host: string;
  hostOnly: boolean;
  path: string;
  secure: boolean;
  httpOnly: boolean;
  sameSite: 'none' | 'lax' | 'strict';
  expiresAt: Date | undefined;
}

/** A top-level navigation: what decides which cookies travel. */
export interface Navigation {
  url: URL;
  method: string;
  /** The page whose form or link started it; absent for a typed address. */
  initiator?: URL | undefined;
}

/** The cookies of one browser, by the rules of RFC 6265bis that matter to a login. */
export interface CookieJar {
  store(url: URL, setCookie: readonly string[]): void;
  headerFor(navigation: Navigation): string | undefined;
  all(): readonly Cookie[];
  get(url: URL, name: string): Cookie | undefined;
  remove(host: string, name: string): void;
  clear(): void;
}

/** Whether two addresses belong to one site: same scheme and same registrable name (or address). */
export function isSameSite(one: URL, other: URL): boolean {
  return one.protocol === other.protocol && siteOf(one.hostname) === siteOf(other.hostname);
}

function siteOf(host: string): string {
  if (/^[\d.]+$/.test(host) || host.startsWith('[')) return host;
  return host.split('.').slice(-2).join('.');
}

/** `Secure` cookies travel over TLS and, as in Chromium, over plain http to this machine. */
function isTrustworthy(url: URL): boolean {
  return url.protocol === 'https:' || url.hostname === 'localhost' || url.hostname.startsWith('127.');
}

function defaultPath(url: URL): string {
  const end = url.pathname.lastIndexOf('/');
  return end <= 0 ? '/' : url.pathname.slice(0, end);
}

function pathMatches(path: string, cookiePath: string): boolean {
  if (path === cookiePath) return true;
  if (!path.startsWith(cookiePath)) return false;
  return cookiePath.endsWith('/') || path[cookiePath.length] === '/';
}

function hostMatches(host: string, cookie: Cookie): boolean {
  return host === cookie.host || (!cookie.hostOnly && host.endsWith(`.${cookie.host}`));
}

/** One `Set-Cookie` header read for the address it came from; undefined where a browser refuses it. */
export function parseSetCookie(header: string, url: URL, now: Date): Cookie | undefined {
  const [pair = '', ...attributes] = header.split(';');
  const at = pair.indexOf('=');
  if (at < 1) return undefined;
  const cookie: Cookie = {
    name: pair.slice(0, at).trim(),
    value: pair.slice(at + 1).trim(),
    host: url.hostname,
    hostOnly: true,
    path: defaultPath(url),
    secure: false,
    httpOnly: false,
    sameSite: 'lax',
    expiresAt: undefined,
  };
  let maxAge: number | undefined;
  for (const attribute of attributes) {
    const [rawKey = '', ...rest] = attribute.split('=');
    const value = rest.join('=').trim();
    const key = rawKey.trim().toLowerCase();
    if (key === 'path' && value.startsWith('/')) cookie.path = value;
    else if (key === 'secure') cookie.secure = true;
    else if (key === 'httponly') cookie.httpOnly = true;
    else if (key === 'max-age') maxAge = Number(value);
    else if (key === 'expires') cookie.expiresAt = new Date(value);
    else if (key === 'samesite' && /^(none|lax|strict)$/i.test(value)) {
      cookie.sameSite = value.toLowerCase() as Cookie['sameSite'];
    } else if (key === 'domain' && value) {
      cookie.host = value.replace(/^\./, '').toLowerCase();
      cookie.hostOnly = false;
    }
  }
  if (maxAge !== undefined && !Number.isNaN(maxAge)) cookie.expiresAt = new Date(now.getTime() + maxAge * 1000);
  return isAcceptable(cookie, url) ? cookie : undefined;
}

function isAcceptable(cookie: Cookie, url: URL): boolean {
  if (url.hostname !== cookie.host && !url.hostname.endsWith(`.${cookie.host}`)) return false;
  if (cookie.secure && !isTrustworthy(url)) return false;
  if (cookie.sameSite === 'none' && !cookie.secure) return false;
  if (cookie.name.startsWith('__Secure-') && !cookie.secure) return false;
  if (cookie.name.startsWith('__Host-')) return cookie.secure && cookie.path === '/' && cookie.hostOnly;
  return true;
}

function sameSiteAllows(cookie: Cookie, { url, method, initiator }: Navigation): boolean {
  if (cookie.sameSite === 'none' || initiator === undefined || isSameSite(initiator, url)) return true;
  return cookie.sameSite === 'lax' && method === 'GET';
}

/** An empty jar; `now` decides what has expired. */
export function createCookieJar(now: () => Date): CookieJar {
  let cookies: Cookie[] = [];
  const isLive = (cookie: Cookie): boolean => cookie.expiresAt === undefined || cookie.expiresAt > now();
  const visible = (url: URL): Cookie[] =>
    cookies.filter(
      (cookie) =>
        isLive(cookie) &&
        hostMatches(url.hostname, cookie) &&
        pathMatches(url.pathname, cookie.path) &&
        (!cookie.secure || isTrustworthy(url)),
    );
  return {
    store(url, setCookie) {
      for (const header of setCookie) {
        const cookie = parseSetCookie(header, url, now());
        if (cookie === undefined) continue;
        const isOther = (old: Cookie): boolean =>
          old.name !== cookie.name || old.host !== cookie.host || old.path !== cookie.path;
        cookies = cookies.filter(isOther);
        if (isLive(cookie)) cookies.push(cookie);
      }
    },
    headerFor(navigation) {
      const sent = visible(navigation.url)
        .filter((cookie) => sameSiteAllows(cookie, navigation))
        .sort((one, other) => other.path.length - one.path.length);
      return sent.length === 0 ? undefined : sent.map(({ name, value }) => `${name}=${value}`).join('; ');
    },
    all: () => cookies.filter(isLive),
    get: (url, name) => visible(url).find((cookie) => cookie.name === name),
    remove(host, name) {
      cookies = cookies.filter((cookie) => cookie.host !== host || cookie.name !== name);
    },
    clear() {
      cookies = [];
    },
  };
}
