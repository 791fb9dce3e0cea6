import { z } from 'zod';
import type { Login, Step } from './login.ts';
import type { OrganizationId } from '../base/ids.ts';

/** By what an address leads where it does, in the order of `findDestination`; then what leads there without an address. */
export const DESTINATION_RULES = [
  'invitation',
  'application',
  'last-choice',
  'verified-domain',
  'routed-account',
  'one-account',
  'several-accounts',
  'routed-domain',
  'root-account',
  'unproven-account',
  'nobody',
  'link',
  'emergency',
] as const;
export type DestinationRule = (typeof DESTINATION_RULES)[number];

/** What an entry of a trace tells: listed claims, counts, names and codes; never a token, code, state, nonce or password. */
export interface TraceDetail {
  /** `began`: the first step. */
  step?: Step;
  /** `began`, `identified`, …: by which rule the address led where it did. */
  rule?: DestinationRule;
  /** Where a pilot decided which method holds. */
  pilot?: 'inside' | 'outside';
  /** Where it led; null for an address that no organization decides about. */
  organizationId?: OrganizationId | null;
  /** The address as typed. */
  email?: string | null;
  /** `sent`: where the browser was sent, and the listed parameters of that request; with `code` where it was sent once more. */
  endpoint?: string;
  sent?: Readonly<Record<string, string>>;
  /** `came-back`: the issuer, and the claims a connector lists. */
  issuer?: string;
  claims?: Readonly<Record<string, string>>;
  /** `came-back`: what a source that supplements the claims failed by. */
  supplement?: unknown;
  /** `came-back`: claims that an administrator chose and that gave nothing. */
  unmapped?: unknown;
  /** `failed`, `asked-again`, `refused`: the code it is explained by, and the values of its sentences. */
  code?: string;
  values?: unknown;
  /** What went wrong, in words for the log. */
  detail?: string;
  /** Why a person who was proved is not let in. */
  why?: string | undefined;
  /** What the provider called its error, what it wrote about it, and the number its support asks for. */
  providerCode?: string | null;
  said?: string | null;
  correlationId?: string | null;
  /** Whether the failure counts against the connection, and whether it made it go back to the method before. */
  counted?: boolean;
  reverted?: boolean;
  /** `failed`: what was given wrong. */
  factor?: string;
  /** `connection-proved`: what the rules of the connection decided about roles. */
  roles?: unknown;
}

/** One entry of a login's trace, for the administrator. */
export interface TraceEntry {
  /** ISO 8601. */
  at: string;
  event: string;
  step?: string;
  /** The organization it speaks about, once one is known: administrators of others do not read it. */
  organizationId?: OrganizationId | null;
  detail?: TraceDetail;
}

/** Entries a trace keeps, the newest: a person may start over any number of times. */
export const MOST_ENTRIES = 50;

/** The trace with one entry more. */
export function withEntry(trace: readonly TraceEntry[], entry: TraceEntry): TraceEntry[] {
  return [...trace, entry].slice(-MOST_ENTRIES);
}

/** The organization a login belongs to: of its user or connection, else the one its address led to. */
export function organizationOf(login: Login, trace: readonly TraceEntry[]): OrganizationId | null {
  return login.subject?.organizationId ?? login.connection?.organizationId ?? trace.at(-1)?.organizationId ?? null;
}

const text = z.string();
const texts = z.record(z.string(), z.string());
const detail = z
  .object({
    step: z.custom<Step>((value) => typeof value === 'string'),
    rule: z.enum(DESTINATION_RULES),
    pilot: z.enum(['inside', 'outside']),
    organizationId: z.custom<OrganizationId>((value) => typeof value === 'string').nullable(),
    email: text.nullable(),
    endpoint: text,
    sent: texts,
    issuer: text,
    claims: texts,
    unmapped: z.array(z.object({ fault: text, values: z.unknown() })),
    code: text,
    values: z.unknown(),
    detail: text,
    why: text,
    providerCode: text.nullable(),
    said: text.nullable(),
    correlationId: text.nullable(),
    counted: z.boolean(),
    reverted: z.boolean(),
    factor: text,
    roles: z.unknown(),
  })
  .partial();
const entry = z.object({
  at: z.iso.datetime(),
  event: text,
  step: text.optional(),
  organizationId: z
    .custom<OrganizationId>((value) => typeof value === 'string')
    .nullish()
    .transform((value) => value ?? null),
  detail: detail.default({}).catch({}),
});

/** An entry as it is read. */
export type ReadEntry = z.output<typeof entry>;

/** Reads a stored trace; entries that another version of the service wrote in another form are left out. */
export function readTrace(stored: unknown): ReadEntry[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((one) => {
    const parsed = entry.safeParse(one);
    return parsed.success ? [parsed.data] : [];
  });
}
