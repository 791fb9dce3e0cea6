import { readFile } from 'node:fs/promises';
import { TLSSocket } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import type pg from 'pg';
import { sqlState } from '../../base/database-failure.ts';
import { AppError } from '../../base/errors.ts';
import { isThisMachine } from './database-url.ts';
import type { DatabaseAddress, TlsRequest } from './database-url.ts';

/** How the connections to the database are protected. */
export interface Protection {
  /** As `TLSv1.3`; undefined: clear text. */
  protocol: string | undefined;
  /** What was checked of the server's certificate: nothing, its authority, or its authority and its host name. */
  checked: 'nothing' | 'authority' | 'host';
  /** Clear text was not asked for: the server offers no TLS. */
  fellBack: boolean;
  /** The database is on this machine. */
  local: boolean;
}

/**
 * What the driver is given for an address, the first choice first. There is a second one for `prefer` alone: clear text.
 * @throws setting.wrong when a file of the TLS parameters cannot be read
 */
export async function connectionChoices(address: DatabaseAddress): Promise<pg.ClientConfig[]> {
  const { tls, applicationName, ...place } = address;
  const configWith = (ssl: false | ConnectionOptions): pg.ClientConfig => ({
    ...place,
    ...(applicationName === undefined ? {} : { application_name: applicationName }),
    ssl,
    ...(ssl === false ? {} : { enableChannelBinding: tls.channelBinding }),
    ...(ssl !== false && tls.direct ? { sslnegotiation: 'direct' } : {}),
  });
  // A Unix socket has no TLS, whatever sslmode says (libpq, "SSL Support").
  if (tls.mode === 'disable' || address.host.startsWith('/')) return [configWith(false)];
  const encrypted = configWith(await tlsOptions(tls));
  return tls.mode === 'prefer' ? [encrypted, configWith(false)] : [encrypted];
}

async function tlsOptions(request: TlsRequest): Promise<ConnectionOptions> {
  const { rootCertificate, certificate, key } = request;
  const own =
    certificate === undefined || key === undefined
      ? {}
      : { cert: await pem('sslcert', certificate), key: await pem('sslkey', key) };
  const checked = checkedBy(request);
  if (checked === 'nothing') return { ...own, rejectUnauthorized: false };
  const ca =
    rootCertificate === undefined || rootCertificate === 'system'
      ? {}
      : { ca: await pem('sslrootcert', rootCertificate) };
  return {
    ...own,
    ...ca,
    rejectUnauthorized: true,
    ...(checked === 'authority' ? { checkServerIdentity: () => undefined } : {}),
  };
}

/** `require` with a file of authorities means `verify-ca`, as in libpq. */
function checkedBy({ mode, rootCertificate }: TlsRequest): Protection['checked'] {
  if (mode === 'verify-full') return 'host';
  if (mode === 'verify-ca' || (mode === 'require' && rootCertificate !== undefined)) return 'authority';
  return 'nothing';
}

async function pem(parameter: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const detail = `DATABASE_URL has ${parameter}, a file that cannot be read (${(cause as { code?: string }).code}).`;
    throw new AppError('setting.wrong', { detail, values: { name: 'DATABASE_URL' }, cause });
  }
}

/** How an open connection to an address is protected. */
export function protectionOf(client: pg.Client, { tls, host }: DatabaseAddress): Protection {
  const { stream } = (client as unknown as { connection: { stream: unknown } }).connection;
  const protocol = stream instanceof TLSSocket ? (stream.getProtocol() ?? 'TLS') : undefined;
  return {
    protocol,
    checked: protocol === undefined ? 'nothing' : checkedBy(tls),
    fellBack: protocol === undefined && tls.mode === 'prefer',
    local: isThisMachine(host),
  };
}

/**
 * Whether a server that answered so may take the next choice: it has no TLS, TLS with it fails, or its rules admit clear
 * text alone (28000).
 */
export function refusesTls(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return sqlState(error) === '28000' || /^(?:EPROTO|ERR_SSL)/.test(code) || SAYS_NO.test(message);
}

/** The driver's words for the two answers to an SSLRequest that are no `S` (protocol, "SSL Session Encryption"). */
const SAYS_NO = /does not support SSL connections|error establishing an SSL connection/;

/** The sentence for a connection that failed by its TLS; undefined for another reason. */
export function explainTls(error: unknown): string | undefined {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (SAYS_NO.test(message)) return 'The database offers no TLS, which sslmode of DATABASE_URL demands.';
  if (!/CERT|ISSUER|SIGNATURE/.test(code)) return undefined;
  return `The certificate of the database is refused: ${message} (${code}). Compare host and sslrootcert of DATABASE_URL.`;
}
