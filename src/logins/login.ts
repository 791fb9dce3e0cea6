import { AppError } from '../base/errors.ts';
import type { ErrorCode } from '../base/errors.ts';
import type { FederatedMethod } from '../base/federated-method.ts';
import type { ConnectionId, InvitationId, OrganizationId, UserId } from '../base/ids.ts';
import type { LoginResult } from '../sessions/login-result.ts';

/**
 * The login as a pure state machine: state and event in, next state out. Steps prove something and bring an event;
 * only {@link transition} decides what follows.
 *
 *     began ─┬─> identify ──> address-code ──> choose-organization ─┐
 *            │      │  ^ (another address: from any live state)     │
 *            │      ├──┴────────┬─────────────────┬─────────────────┘
 *            │      v           v                 v
 *            │   password   choose-password   connection-out ──> connection-back
 *            │      │  │        │                 │  └ another-way ─> password
 *            │      │  └──────> enroll <──────────┼────────────────────┤ (no fresh login shown: a factor
 *            │      v           v                 │                    │  of ours, `enroll` or `step-up`)
 *            │   second-factor  recovery-codes    │                    │
 *            │      └───────────┴────────┬────────┼────────────────────┘
 *            ├─> step-up ────────────────┤        v
 *            │                           ├─> switch-user ─┐       refused, expired: from any live state
 *            └─> consent, select-account >└───────────────┴─> finished
 *
 * A login that begins with `consent`, `step-up` or `select-account` is of a person who is logged in in this browser already.
 */
export const STEPS = [
  'identify',
  'address-code',
  'choose-organization',
  'password',
  'connection-out',
  'connection-back',
  'choose-password',
  'enroll',
  'recovery-codes',
  'second-factor',
  'step-up',
  'switch-user',
  'select-account',
  'consent',
  'finished',
  'refused',
  'expired',
] as const;
export type Step = (typeof STEPS)[number];

/** How a user's second factor was proved. */
export type Factor = 'otp' | 'security-key' | 'recovery-code';

/** What was proved, in order. */
export interface Proof {
  kind: 'session' | 'invitation' | 'password' | 'connection' | Factor;
  at: Date;
  /** Of a session: what its own login had proved (RFC 8176). */
  amr?: string[] | undefined;
  acr?: string | undefined;
  /** It was enrolled in this login: nobody knew it before. */
  enrolled?: true | undefined;
}

/** The user a login may end as. Until the proofs are there, nobody has been told anything about this user. */
export interface Subject {
  userId: UserId;
  organizationId: OrganizationId;
}

/** The connection a login goes through, and whose users it may log in. */
export interface ConnectionChoice {
  connectionId: ConnectionId;
  /** The organization of the user; the connection may be its managing organization's. */
  organizationId: OrganizationId;
  method: FederatedMethod;
  /** The invitation redeemed in this browser that led here. */
  invitationId: InvitationId | null;
  /** The previous method may still be used: the connection is unconfirmed. */
  anotherWay: boolean;
}

/** What an identity provider stated about a login there. */
export type Federated = Pick<LoginResult, 'amr' | 'acr' | 'authTime' | 'factorAt' | 'providerSession'>;

/** Where an address leads. */
export type Destination =
  | { kind: 'password'; subject: Subject | null }
  | { kind: 'choose-password'; subject: Subject; invitationId: InvitationId }
  | { kind: 'connection'; choice: ConnectionChoice; subject: Subject | null }
  | { kind: 'address-code' };

export interface Login {
  step: Step;
  /** `emergency`: through `/login/emergency`, for break-glass users whatever their organization's method. */
  mode: 'ordinary' | 'emergency';
  /** The address as typed; shown on the pages that follow. */
  email: string | null;
  subject: Subject | null;
  connection: ConnectionChoice | null;
  invitationId: InvitationId | null;
  proofs: Proof[];
  federated: Federated | null;
  /** A factor of ours is asked beside the provider's login, because that showed no fresh one. */
  ownFactor: boolean;
  refusal: ErrorCode | 'access_denied' | null;
}

export type LoginEvent =
  /** `email` is null when a link named the organization and nobody typed an address. */
  | { kind: 'identified'; email: string | null; to: Destination }
  | { kind: 'password-proved'; at: Date; factors: boolean }
  | { kind: 'password-chosen'; at: Date }
  | { kind: 'enrolled'; factor: 'otp' | 'security-key'; at: Date; codes: boolean }
  | { kind: 'factor-proved'; factor: Factor; at: Date }
  | {
      kind: 'connection-proved';
      subject: Subject;
      at: Date;
      federated: Federated;
      /** A factor of ours that has to follow. */
      ownFactor?: 'step-up' | 'enroll' | undefined;
    }
  | { kind: 'organization-chosen' | 'another-way'; to: Destination }
  | { kind: 'refused'; code: ErrorCode | 'access_denied' }
  | { kind: 'address-proved' | 'codes-kept' | 'came-back' | 'switched' | 'consented' | 'account-kept' }
  | { kind: 'started-over' | 'expired' };

/** What a login begins from. */
export interface Beginning {
  /** `step-up`: a fresh factor of the user logged in here; `consent`: only what an application may know; `select-account`: as whom. */
  kind: 'identify' | 'step-up' | 'consent' | 'select-account';
  mode: Login['mode'];
  /** Of the session in this browser, and what its login had proved. */
  subject: Subject | null;
  amr?: string[];
  acr?: string | undefined;
  /** Of a session that was made through a connection: it stays one of that connection. */
  through?: { connection: ConnectionChoice; federated: Federated };
  email: string | null;
  at: Date;
}

/** The first state. Only a subject from this browser's own session may begin past `identify`. */
export function begin(from: Beginning): Login {
  const fresh: Login = {
    step: 'identify',
    mode: from.mode,
    email: from.email,
    subject: null,
    connection: null,
    invitationId: null,
    proofs: [],
    federated: null,
    ownFactor: false,
    refusal: null,
  };
  if (from.kind === 'identify' || from.subject === null) return fresh;
  const { kind: step, subject, at, amr = [], acr, through } = from;
  const proofs: Proof[] = [{ kind: 'session', at, amr, acr }];
  return { ...fresh, step, subject, proofs, ...(through && { ...through, ownFactor: true }) };
}

/** States an event may come in; `live` is every state a person can still go on from. */
const LIVE: readonly Step[] = STEPS.filter((step) => step !== 'finished' && step !== 'expired');
const COMES_IN: Record<LoginEvent['kind'], readonly Step[]> = {
  identified: LIVE,
  'address-proved': ['address-code'],
  'organization-chosen': ['choose-organization'],
  'password-proved': ['password'],
  'password-chosen': ['choose-password'],
  enrolled: ['enroll'],
  'codes-kept': ['recovery-codes'],
  'factor-proved': ['second-factor', 'step-up'],
  'came-back': ['connection-out'],
  'connection-proved': ['connection-back'],
  'another-way': ['connection-out', 'connection-back'],
  switched: ['switch-user'],
  consented: ['consent'],
  'account-kept': ['select-account'],
  'started-over': LIVE,
  refused: LIVE,
  expired: LIVE,
};

/**
 * The state after an event.
 * @param session who is logged in in this browser at this moment; another user than the subject is asked about
 * @throws login.out-of-order when the event does not come in this state
 */
export function transition(login: Login, event: LoginEvent, session: Subject | null): Login {
  if (!COMES_IN[event.kind].includes(login.step)) {
    throw new AppError('login.out-of-order', { detail: `${event.kind} in ${login.step}` });
  }
  switch (event.kind) {
    case 'started-over':
      return reset(login, null);
    case 'identified':
      return lead(reset(login, event.email), event.to);
    case 'organization-chosen':
      if (event.to.kind === 'address-code') throw outOfOrder(login, event);
      return lead(login, event.to);
    case 'another-way':
      if (login.connection?.anotherWay !== true || event.to.kind === 'address-code') throw outOfOrder(login, event);
      return lead(reset(login, login.email), event.to);
    case 'address-proved':
      return { ...login, step: 'choose-organization' };
    case 'password-proved':
      if (login.subject === null) throw outOfOrder(login, event);
      return { ...prove(login, 'password', event.at), step: event.factors ? 'second-factor' : 'enroll' };
    case 'password-chosen':
      if (login.subject === null || login.invitationId === null) throw outOfOrder(login, event);
      return { ...prove(prove(login, 'invitation', event.at), 'password', event.at), step: 'enroll' };
    case 'enrolled': {
      const proved = prove(login, event.factor, event.at, true);
      return event.codes ? { ...proved, step: 'recovery-codes' } : finish(proved, session);
    }
    case 'codes-kept':
      return finish(login, session);
    case 'factor-proved':
      return finish(prove(login, event.factor, event.at), session);
    case 'came-back':
      return { ...login, step: 'connection-back' };
    case 'connection-proved':
      if (event.subject.organizationId !== login.connection?.organizationId) throw outOfOrder(login, event);
      return afterConnection(login, event, session);
    case 'switched':
    case 'consented':
    case 'account-kept':
      return { ...login, step: 'finished' };
    case 'refused':
      return { ...login, step: 'refused', refusal: event.code };
    case 'expired':
      return { ...login, step: 'expired' };
  }
}

/** Whether the proofs satisfy the method; checked before every state that finishes. */
export function isProved(login: Login): boolean {
  const has = (...kinds: Proof['kind'][]): boolean => login.proofs.some((proof) => kinds.includes(proof.kind));
  if (login.subject === null) return false;
  const factor = has('otp', 'security-key', 'recovery-code');
  if (login.connection !== null) {
    if (login.federated === null) return false;
    return login.ownFactor ? has('connection', 'session') && factor : has('connection');
  }
  return (has('password') || has('session')) && factor;
}

function afterConnection(
  login: Login,
  event: Extract<LoginEvent, { kind: 'connection-proved' }>,
  session: Subject | null,
): Login {
  const { subject, federated, ownFactor } = event;
  const proved = { ...prove(login, 'connection', event.at), subject, federated };
  return ownFactor === undefined ? finish(proved, session) : { ...proved, ownFactor: true, step: ownFactor };
}

/** Everything is proved: finished, unless another user is logged in in this browser. */
function finish(login: Login, session: Subject | null): Login {
  if (!isProved(login)) throw new Error(`a login without its proofs cannot finish: ${login.step}`);
  if (session !== null && session.userId !== login.subject?.userId) return { ...login, step: 'switch-user' };
  return { ...login, step: 'finished' };
}

/** Back to the first step: what was proved for one address does not count for another. */
function reset(login: Login, email: string | null): Login {
  const ownSession = login.proofs.some((proof) => proof.kind === 'session');
  const mode = ownSession ? 'ordinary' : login.mode;
  return begin({ kind: 'identify', mode, subject: null, email, at: new Date(0) });
}

function lead(login: Login, to: Destination): Login {
  // Emergency access is a password and a factor of ours, for everyone the same.
  if (login.mode === 'emergency' && to.kind !== 'password') throw new AppError('login.out-of-order');
  switch (to.kind) {
    case 'address-code':
      return { ...login, step: 'address-code' };
    case 'password':
      return { ...login, step: 'password', subject: to.subject };
    case 'choose-password':
      return { ...login, step: 'choose-password', subject: to.subject, invitationId: to.invitationId };
    case 'connection':
      return {
        ...login,
        step: 'connection-out',
        subject: to.subject,
        connection: to.choice,
        invitationId: to.choice.invitationId,
      };
  }
}

function prove(login: Login, kind: Proof['kind'], at: Date, enrolled?: true): Login {
  return { ...login, proofs: [...login.proofs, { kind, at, ...(enrolled && { enrolled }) }] };
}

function outOfOrder(login: Login, event: LoginEvent): AppError {
  return new AppError('login.out-of-order', { detail: `${event.kind} in ${login.step}` });
}
