import { z } from 'zod';
import { MULTI_FACTOR, PHISHING_RESISTANT } from '../sessions/authentication-context.ts';
import type { LoginResult } from '../sessions/login-result.ts';
import { STEPS, isProved } from './login.ts';
import type { Factor, Login, Proof } from './login.ts';
import type { FederatedMethod } from '../base/federated-method.ts';
import type { ConnectionId, InvitationId, OrganizationId, UserId } from '../base/ids.ts';
import { toStorableJson } from '../base/outside-text.ts';

/** Where a login stands: the machine's state, and what its present step remembers. */
export interface LoginState {
  login: Login;
  /** What the present step remembers between two requests; gone when the step changes. Nothing redeemable in clear. */
  stepState: StepState;
}

/** The column `login.state`. */
export interface StoredState {
  state: LoginState;
  /** Once finished; the OpenID Provider reads it. */
  result: LoginResult | null;
  /** What the user allowed the application in this login. */
  consent: { scope: string } | null;
}

export interface StepState {
  /** `address-code`: the code that was mailed, as HMAC, until when, and how often it was tried. */
  addressCode?: { mac: string; expiresAt: Date; attempts: number };
  /** `enroll`: the authenticator app's seed, sealed (base64url), until its first code proves it. */
  sealedSeed?: string;
  /** `enroll`, `second-factor`, `step-up`: the kind that was chosen among several. */
  using?: Factor;
  /** `enroll`, `second-factor`, `step-up`: the WebAuthn challenge last given out. */
  challenge?: string;
  /** `recovery-codes`: the new set, sealed, until its owner says it is kept. */
  sealedCodes?: string;
  /** How often in a row this step was got wrong. */
  misses?: number;
  /** `connection-out`, `connection-back`: what the connection's steps remember. */
  connection?: unknown;
}

const id = <T extends string>() => z.custom<T>((value) => typeof value === 'string');
const instant = z.coerce.date();

const federated = z.object({
  amr: z.array(z.string()),
  acr: z.string().nullable(),
  authTime: instant.nullable(),
  factorAt: instant.nullable(),
  providerSession: z
    .object({
      sid: z.string().nullable(),
      endsAt: instant.nullable(),
      // Taken out where the login ends.
      logoutHint: z.string().nullable().default(null),
    })
    .nullable()
    .default(null),
});

const login = z.object({
  step: z.enum(STEPS),
  mode: z.enum(['ordinary', 'emergency']),
  email: z.string().nullable(),
  subject: z.object({ userId: id<UserId>(), organizationId: id<OrganizationId>() }).nullable(),
  connection: z
    .object({
      connectionId: id<ConnectionId>(),
      organizationId: id<OrganizationId>(),
      method: id<FederatedMethod>(),
      invitationId: id<InvitationId>().nullable(),
      anotherWay: z.boolean(),
    })
    .nullable(),
  invitationId: id<InvitationId>().nullable(),
  proofs: z.array(
    z.object({
      kind: z.enum(['session', 'invitation', 'password', 'connection', 'otp', 'security-key', 'recovery-code']),
      at: instant,
      amr: z.array(z.string()).optional(),
      acr: z.string().optional(),
      enrolled: z.literal(true).optional(),
    }),
  ),
  federated: federated.nullable(),
  ownFactor: z.boolean().default(false),
  refusal: z.custom<Login['refusal']>((value) => value === null || typeof value === 'string'),
});

const stored = z.object({
  login: login.optional(),
  stepState: z
    .object({
      addressCode: z.object({ mac: z.string(), expiresAt: instant, attempts: z.number() }),
      sealedSeed: z.string(),
      using: z.enum(['otp', 'security-key', 'recovery-code']),
      challenge: z.string(),
      sealedCodes: z.string(),
      misses: z.number(),
      connection: z.unknown(),
    })
    .partial()
    .default({}),
  result: z
    .object({
      userId: id<UserId>(),
      organizationId: id<OrganizationId>(),
      method: id<'built-in' | FederatedMethod>(),
      connectionId: id<ConnectionId>().nullable(),
      emergency: z.boolean(),
      withinSession: z.boolean().default(false),
    })
    .extend(federated.shape)
    .nullable()
    .default(null),
  consent: z.object({ scope: z.string() }).nullable().default(null),
});

/**
 * Reads `login.state`. No state: no step was taken yet (the OpenID Provider wrote an empty object), or another version of
 * the service wrote it; such a login begins again.
 */
export function readState(value: unknown): Pick<StoredState, 'result' | 'consent'> & { state: LoginState | undefined } {
  const parsed = stored.safeParse(value);
  if (!parsed.success) return { state: undefined, result: null, consent: null };
  const { login: machine, stepState, result, consent } = parsed.data;
  return { state: machine === undefined ? undefined : ({ login: machine, stepState } as LoginState), result, consent };
}

/** `login.state` as JSON; instants as ISO 8601. */
export function writeState({ state, result, consent }: StoredState): string {
  return toStorableJson({ ...state, result, consent });
}

const AMR: Partial<Record<Proof['kind'], string>> = {
  password: 'pwd',
  otp: 'otp',
  'security-key': 'hwk',
  'recovery-code': 'otp',
};

/**
 * What a finished login proved, or null where nothing new was (consent alone).
 * Authentication Methods References by RFC 8176; a recovery code is a one-time password there.
 */
export function toLoginResult(value: Login): LoginResult | null {
  if (value.step !== 'finished' || value.subject === null || !isProved(value)) return null;
  const { connection, federated: stated, subject } = value;
  const emergency = value.mode === 'emergency';
  const own = value.proofs.filter((proof) => AMR[proof.kind] !== undefined);
  if (connection !== null && stated !== null) {
    const { method, connectionId } = connection;
    return {
      ...subject,
      method,
      connectionId,
      emergency,
      ...stated,
      // A factor of ours is added; it takes the place of nothing the provider stated.
      amr: [...new Set([...stated.amr, ...own.map((proof) => AMR[proof.kind]!)])],
      factorAt: own.at(-1)?.at ?? stated.factorAt,
      withinSession: !value.proofs.some(({ kind }) => kind === 'connection'),
    };
  }
  const stood = value.proofs.flatMap((proof) => proof.amr ?? []).filter((one) => one !== 'mfa');
  const amr = [...new Set([...stood, ...own.map((proof) => AMR[proof.kind]!)])];
  const last = own.at(-1)!.at;
  return {
    ...subject,
    method: 'built-in',
    connectionId: null,
    amr: amr.length > 1 ? [...amr, 'mfa'] : amr,
    acr: acrOf(value.proofs),
    authTime: last,
    factorAt: last,
    emergency,
    providerSession: null,
    withinSession: false,
  };
}

/**
 * What a login of ours reached. A security key that was enrolled on the way resists no phishing: whoever has the password
 * and meets somebody without a factor could have enrolled it.
 */
function acrOf(proofs: readonly Proof[]): string {
  const keyed = proofs.some(({ kind, enrolled }) => kind === 'security-key' && enrolled !== true);
  const stood = proofs.some(({ acr }) => acr === PHISHING_RESISTANT);
  return keyed || stood ? PHISHING_RESISTANT : MULTI_FACTOR;
}
