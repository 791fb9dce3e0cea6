import { z } from 'zod';
import { isLoopbackHost, readAllowedHosts } from './connectors/outgoing/allowed-hosts.ts';
import { readDatabaseUrl } from './db/connection/database-url.ts';

/** One setting, for the generated reference. */
export interface Setting {
  name: string;
  /** What holds without it, in words where it is not a plain value. */
  fallback: string;
  /** What it is, with its unit; one line. */
  description: string;
}

/** A setting that is declared, beside its name. */
interface Declared<T> extends Omit<Setting, 'name'> {
  schema: z.ZodType<T, string>;
}
/** Declares one. */
export const setting = <T>(fallback: string, description: string, schema: z.ZodType<T, string>): Declared<T> => ({
  fallback,
  description,
  schema,
});

/** A whole number of at most nine digits. */
export const wholeNumber = (low: number, high: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${low} to ${high}`)
    .transform(Number)
    .refine((value) => value >= low && value <= high, `must be a whole number from ${low} to ${high}`);

/** Entries, separated by commas; empty ones are left out. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ''),
);

/** Hosts as {@link readAllowedHosts} reads them. */
export const hosts = list.superRefine((entries, context) => {
  try {
    readAllowedHosts(entries);
  } catch (error) {
    context.addIssue(`is not understood: ${error instanceof Error ? error.message : ''}`);
  }
});

const url = z
  .string()
  .refine((text) => URL.canParse(text), 'must be a URL')
  .transform((text) => new URL(text));

/** Scheme, host and port of a URL alone. */
export const origin = url
  .refine((value) => value.protocol === 'https:' || value.protocol === 'http:', 'must begin with https://')
  .refine(
    (value) => value.pathname === '/' && value.search + value.hash + value.username + value.password === '',
    'must be scheme, host and port alone',
  );

/** Keys of 32 bytes in base64, the newest first. */
export const masterKeys = list
  .transform((texts) => texts.map((text) => Buffer.from(text, 'base64')))
  .refine(
    (keys) => keys.length > 0 && keys.every((key) => key.length === 32),
    'must be 32 bytes in base64, or several, separated by commas',
  );

/** Cost of a password hash, as `19/2/1`: MiB, passes, lanes. */
export const argon2 = z
  .string()
  .regex(/^\d{1,4}\/\d{1,2}\/\d{1,2}$/, 'must be MiB/passes/lanes, as 19/2/1')
  .transform((text) => text.split('/').map(Number) as [number, number, number])
  .refine(([memory, passes, lanes]) => memory >= 8 && passes >= 1 && lanes >= 1, 'must be at least 8/1/1')
  .transform(([memory, passes, lanes]) => ({ memoryKib: memory * 1024, passes, lanes }));

export const onOff = z.enum(['on', 'off'], 'must be on or off').transform((text) => text === 'on');
export const text = (most: number) => z.string().max(most, `must have at most ${most} characters`);

/** A URL has IPv6 addresses in brackets, a socket has them without: people paste both. */
export const listenAddress = text(255).transform((given) => given.replace(/^\[([^[\]]*)\]$/, '$1'));

export const smtpUrl = z.string().regex(/^smtps?:\/\/./, 'must begin with smtp:// or smtps://');
export const mailFrom = z
  .string()
  .regex(/^([^<>\r\n]+ )?<?[^\s<>@]+@[^\s<>@]+>?$/, 'must be an address, or a name and an <address>');

/** A public URL: what browsers are sent to. */
export const publicOrigin = origin.refine(
  (value) => value.protocol === 'https:' || isLoopbackHost(value.hostname),
  'must begin with https:// unless its host is this machine (localhost, 127.0.0.1)',
);

export const databaseUrl = z.string().superRefine((text, context) => {
  const read = readDatabaseUrl(text);
  if ('fault' in read) context.addIssue(read.fault);
});

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export const logLevel = z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`);
