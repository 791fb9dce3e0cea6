/** What `sslmode` asks for, as PostgreSQL's documentation defines it (libpq, "SSL Support"); `allow` is not honoured. */
export type TlsMode = (typeof TLS_MODES)[number];
const TLS_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/** What a connection string asks of TLS. */
export interface TlsRequest {
  mode: TlsMode;
  /** A file of authorities in PEM, or `system`. */
  rootCertificate: string | undefined;
  /** Files of our own certificate and its key. */
  certificate: string | undefined;
  key: string | undefined;
  /** TLS from the first byte (PostgreSQL 17 and newer). */
  direct: boolean;
  /** Whether SCRAM is bound to the server's certificate where the server offers it (RFC 5929, tls-server-end-point). */
  channelBinding: boolean;
}

/** A connection string, read and checked. Holds the password: never logged. */
export interface DatabaseAddress {
  /** Name, address, or folder of a Unix socket. */
  host: string;
  port: number;
  user: string | undefined;
  password: string | undefined;
  database: string | undefined;
  /** Command-line options for the session, as `-c search_path=gatehouse`. */
  options: string | undefined;
  applicationName: string | undefined;
  tls: TlsRequest;
}

/** The parameters we honour; any other is refused, since ignoring one that protects would go unnoticed. */
const PARAMETERS = [
  'host',
  'port',
  'user',
  'password',
  'dbname',
  'options',
  'application_name',
  'ssl',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'sslnegotiation',
  'channel_binding',
  'uselibpqcompat',
] as const;
type Parameter = (typeof PARAMETERS)[number];
type Parameters = Partial<Record<Parameter, string>>;

/** What is wrong with a connection string, as a sentence goes on after its name. */
class Fault extends Error {}

/**
 * Reads a connection string (libpq, "Connection URIs"). `fault` says what is wrong with it, as the end of a sentence that
 * begins with its name; it never repeats the password.
 */
export function readDatabaseUrl(text: string): { address: DatabaseAddress } | { fault: string } {
  try {
    return { address: parse(text) };
  } catch (error) {
    if (error instanceof Fault) return { fault: error.message };
    throw error;
  }
}

/** Whether a host is this machine: a Unix socket, `localhost` or a loopback address. */
export function isThisMachine(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function parse(text: string): DatabaseAddress {
  if (!/^postgres(?:ql)?:\/\//.test(text)) throw new Fault('must begin with postgres://');
  if (/\s/.test(text)) throw new Fault('holds a blank: write it as %20');
  const parts = /^postgres(?:ql)?:\/\/(?:([^@/?#]*)@)?([^@/?#]*)(?:\/([^@/?#]*))?(?:\?([^#]*))?$/.exec(text);
  if (parts === null) {
    throw new Fault(
      'cannot be read: in user and password write # as %23, / as %2F, ? as %3F, @ as %40, : as %3A, % as %25',
    );
  }
  const [, login, place = '', path = '', query = ''] = parts;
  const given = readParameters(query);
  const [user, ...password] = login?.split(':') ?? [];
  const { host, port } = readPlace(place);
  const chosenHost = given.host ?? (host === '' ? 'localhost' : host);
  if (chosenHost.includes(',')) throw new Fault('names several hosts: name one, that of the primary');
  return {
    host: chosenHost,
    port: readPort(given.port ?? port),
    user: given.user ?? decoded(user),
    password: given.password ?? (password.length === 0 ? undefined : decoded(password.join(':'))),
    database: given.dbname ?? decoded(path),
    options: given.options,
    applicationName: given.application_name,
    tls: readTls(given, chosenHost),
  };
}

function readParameters(query: string): Parameters {
  const given: Parameters = {};
  for (const pair of query.split('&').filter((each) => each !== '')) {
    const [name, ...value] = pair.split('=');
    const parameter = PARAMETERS.find((each) => each === name);
    if (parameter === undefined) throw new Fault(`has the parameter ${plain(name)}, which is not honoured: remove it`);
    if (given[parameter] !== undefined) throw new Fault(`has the parameter ${parameter} twice`);
    given[parameter] = decoded(value.join('=')) ?? '';
  }
  return given;
}

/** Host and port as written: `name`, `name:5432`, `[::1]:5432`, `%2Frun%2Fpostgresql`. */
function readPlace(place: string): { host: string; port: string | undefined } {
  if (place.includes(',')) throw new Fault('names several hosts: name one, that of the primary');
  const parts = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]*)(?::([^:]*))?$/.exec(place);
  if (parts === null) throw new Fault('has a host that cannot be read: write an IPv6 address in brackets');
  const [, host = '', port] = parts;
  return { host: decoded(host.replace(/^\[(.*)\]$/, '$1')) ?? '', port: port === '' ? undefined : port };
}

function readPort(text: string | undefined): number {
  if (text === undefined) return 5432;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new Fault('has a port that is no number from 1 to 65535');
  return port;
}

/** Without `sslmode`: `prefer`, as in psql, but `disable` on this machine; `verify-full` with `sslrootcert=system`. */
function readTls(given: Parameters, host: string): TlsRequest {
  // What the driver's own warning told people to add; our modes mean what libpq's do.
  if ((given.uselibpqcompat ?? 'true') !== 'true') throw new Fault('must not say uselibpqcompat=false: remove it');
  if ((given.ssl ?? 'true') !== 'true') throw new Fault('has a parameter ssl other than true: use sslmode');
  const binding = given.channel_binding ?? 'disable';
  if (binding !== 'disable' && binding !== 'prefer') {
    throw new Fault(
      `has channel_binding=${plain(binding)}, which cannot be held: remove it, sslmode=verify-full checks the server`,
    );
  }
  const system = given.sslrootcert === 'system';
  const byDefault = isThisMachine(host) ? 'disable' : 'prefer';
  const wanted = given.sslmode ?? (system ? 'verify-full' : given.ssl === 'true' ? 'require' : byDefault);
  const mode = TLS_MODES.find((each) => each === wanted);
  if (mode === undefined) {
    throw new Fault(`has sslmode=${plain(wanted)}, which is not honoured: use one of ${TLS_MODES.join(', ')}`);
  }
  const refuse = (when: boolean, why: string): void => {
    if (when) throw new Fault(why);
  };
  const weak = mode === 'disable' || mode === 'prefer';
  refuse(system && mode !== 'verify-full', 'has sslrootcert=system, which needs sslmode=verify-full');
  refuse(
    weak && given.sslrootcert !== undefined,
    'has sslrootcert, which needs sslmode=verify-full, verify-ca or require',
  );
  refuse(
    mode === 'verify-ca' && given.sslrootcert === undefined,
    'has sslmode=verify-ca, which needs sslrootcert, the file of the authority',
  );
  refuse((given.sslcert === undefined) !== (given.sslkey === undefined), 'must have sslcert and sslkey together');
  const negotiation = given.sslnegotiation ?? 'postgres';
  refuse(!['postgres', 'direct'].includes(negotiation), 'has an sslnegotiation that is neither postgres nor direct');
  refuse(weak && negotiation === 'direct', 'has sslnegotiation=direct, which needs sslmode=require or stricter');
  return {
    mode,
    rootCertificate: given.sslrootcert,
    certificate: given.sslcert,
    key: given.sslkey,
    direct: negotiation === 'direct',
    channelBinding: binding === 'prefer',
  };
}

/** Percent-decoded; undefined for an empty text. */
function decoded(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Fault('holds a % that encodes nothing: write it as %25');
  }
}

/** A name or word of the string, safe to print: what it is not could be a piece of the password. */
function plain(text = ''): string {
  return /^[\w-]{1,40}$/.test(text) ? text : '(unreadable)';
}
