import { readConnectionStepState } from './connection-step-state.ts';
import type { ConnectionStepState } from './connection-step-state.ts';
import { saveStepState } from '../save-step-state.ts';
import type { LoginContext } from '../login-context.ts';
import type { Shell } from '../pages/layout.ts';
import type { AttemptLimit } from '../../authenticators/verify-authenticator.ts';
import type { Clock } from '../../base/clock.ts';
import { after, HOUR, MINUTE } from '../../base/clock.ts';
import { randomDigits } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Claims } from '../../connections/claims.ts';
import type { Binding } from '../../connections/bind-identity.ts';
import type { Database } from '../../db/database.ts';
import { composeMail } from '../../mail/compose.ts';
import { postMail } from '../../mail/post-mail.ts';
import type { User } from '../../users/user.ts';

interface Deps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  rateLimit: AttemptLimit;
  shell: Shell;
}

/** What a code from the user's mailbox proves after a provider's login. */
export interface AskedCode {
  /** To bind the subject to the user; to enroll the user's first factor of ours. A code for one is none for the other. */
  purpose: 'binding' | 'enrolment';
  user: User;
  /** The very subject that came back. */
  key: Binding['key'];
  claims: Claims;
}

const CODE_LIFETIME = 10 * MINUTE;
const MOST_TRIES = 5;
const CODES = { name: 'binding-code', points: 6, seconds: HOUR };

/**
 * Mails a code to the user's address; only the newest counts, in this login alone.
 * @throws request.too-many
 */
export async function mailCode(deps: Deps, context: LoginContext, asked: AskedCode): Promise<LoginContext> {
  const { user, purpose } = asked;
  await deps.rateLimit.consume(CODES, user.id);
  const { t } = deps.shell;
  const code = randomDigits(6);
  const kind = purpose === 'binding' ? ('binding-code' as const) : ('enrolment-code' as const);
  const mail = composeMail(t, {
    subject: t(`mail.${kind}.subject`, { code }),
    heading: t(`mail.${kind}.heading`),
    paragraphs: [t(`mail.${kind}.lead`, { came: asked.claims.displayAddress ?? '–' })],
    code,
    notes: [t('mail.binding-code.valid'), t(`mail.${kind}.ignore`)],
  });
  const expiresAt = after(deps.clock.now(), CODE_LIFETIME);
  const connection: ConnectionStepState = {
    ...readConnectionStepState(context.state.stepState.connection),
    code: {
      mac: deps.secrets.mac(macPurpose(asked), provedBy(context, asked, code)).toString('base64url'),
      expiresAt,
      attempts: 0,
    },
  };
  return saveStepState(deps, context, { ...context.state.stepState, connection }, async (tx) =>
    postMail(
      { ...deps, db: tx },
      {
        ...mail,
        kind,
        recipient: user.email,
        organizationId: user.organizationId,
        userId: user.id,
        carries: { replaceKey: `binding-code ${context.row.id}`, expiresAt, urgent: true },
      },
    ),
  );
}

/** Whether what was typed is the code mailed in this login for this purpose; a wrong one is counted, five end it. */
export async function takeCode(deps: Deps, context: LoginContext, asked: AskedCode, given: string): Promise<boolean> {
  const before = readConnectionStepState(context.state.stepState.connection);
  const typed = given.replaceAll(/[\s-]/g, '');
  const { code } = before;
  if (code === undefined) return false;
  const live = code.expiresAt > deps.clock.now() && code.attempts < MOST_TRIES;
  const mac = Buffer.from(code.mac, 'base64url');
  if (live && deps.secrets.isMac(macPurpose(asked), provedBy(context, asked, typed), mac)) return true;
  const connection = { ...before, code: { ...code, attempts: code.attempts + 1 } };
  const failed = { factor: asked.purpose === 'binding' ? 'binding-code' : 'enrolment-code' };
  await saveStepState(deps, context, { ...context.state.stepState, connection }, undefined, failed);
  return false;
}

/** Of the key that codes are stored under. */
function macPurpose({ purpose }: AskedCode): string {
  return `${purpose} code`;
}

/** A code names all it proves: this login, this user and mailbox, and the very subject that came back. */
function provedBy(context: LoginContext, { user, key }: AskedCode, code: string): string {
  const { connectionId, issuer, directoryId, subject } = key;
  return JSON.stringify([context.row.id, user.id, user.emailKey, connectionId, issuer, directoryId, subject, code]);
}
