import { COMMAND_ERROR_CODES } from './error-codes/command-error-codes.ts';
import type { ErrorKind } from './error-codes/error-kind.ts';
import type { FieldError } from './field-errors.ts';

/**
 * Every code that may leave the service: its kind and what it means, for `docs/reference/errors.md`.
 * The sentence a visitor reads stands in `texts/en.ts` under `error.<code>`.
 */
export const ERROR_CODES = {
  'input.malformed': [
    'invalid',
    'A request has a field that is missing, of the wrong form or unknown; `errors` names each.',
  ],
  'id.malformed': ['not-found', 'An id in the request is not of the kind expected there.'],
  'request.too-large': ['invalid', 'The request is larger than this address takes.'],
  'authenticator.not-used': ['denied', 'The organization logs in elsewhere; nothing can be enrolled here.'],
  'password.blocked': ['limited', 'Too many wrong passwords in a row; a new password is set by a mailed link.'],
  'request.too-many': ['limited', 'Too many requests; `Retry-After` says in how many seconds to try again.'],
  'service.busy': [
    'limited',
    'Too many requests of others are served at this moment; `Retry-After` says in how many seconds to try again.',
  ],
  'request.cross-site': ['denied', 'A form was posted from a page that is not ours.'],
  'not-found': ['not-found', 'There is nothing at this address, or it is not yours.'],
  'caller.unauthenticated': ['unauthenticated', 'The request carries no valid access token.'],
  'caller.denied': ['denied', 'The caller has no role that allows this.'],
  'caller.stale-factor': ['denied', 'This change asks for a fresh second factor: log in again, then repeat it.'],
  'idempotency.mismatch': ['invalid', 'The `Idempotency-Key` was used before with another body.'],
  'version.conflict': ['conflict', 'Somebody else changed this in the meantime; read it again.'],
  'email.malformed': ['invalid', 'The email address cannot be used.'],
  'organization.not-found': ['not-found', 'No such organization, or it is not yours.'],
  'organization.too-deep': ['invalid', 'Organizations nest at most five deep.'],
  'organization.name-taken': ['conflict', 'An organization of this name exists beside it.'],
  'organization.not-empty': ['conflict', 'The organization manages others; remove or move them first.'],
  'quota.reached': [
    'conflict',
    'The tree of an organization, it and all below it, holds as much of a kind as it may (organizations, users, applications, API resources, mails that administrators cause in a day); the sentence says how many there are, the limit, and who raises it.',
  ],
  'limit.reached': [
    'conflict',
    'One organization or user has as many of these as it may: routed domains, connection templates, API tokens, authenticators. Remove one first.',
  ],
  'quota.reached-above': [
    'conflict',
    'As `quota.reached`, of the tree of an organization above those the caller reaches; what that holds is not told.',
  ],
  'confirmation.wrong': ['invalid', 'The name or address typed to confirm is not the one of what would be removed.'],
  'domain.malformed': ['invalid', 'The mail domain cannot be used.'],
  'domain.not-found': ['not-found', 'The organization has no such domain.'],
  'domain.public': ['invalid', 'A public mail domain cannot belong to one organization.'],
  'domain.suffix': ['invalid', 'A public suffix (`co.uk`) or a reverse zone cannot belong to one organization.'],
  'domain.taken': ['conflict', 'The domain is routed to another organization that the caller administers.'],
  'domain.unavailable': ['conflict', 'The domain cannot be routed; its owner can verify it by DNS.'],
  'domain.too-many': ['conflict', 'The organization verifies as many domains as it may.'],
  'domain.not-waiting': ['conflict', 'The domain does not wait to take effect.'],
  'domain.being-checked': ['conflict', 'A check of this domain is running.'],
  'mail.not-found': ['not-found', 'No such mail, or it was deleted since.'],
  'mail.not-failed': [
    'conflict',
    'The mail was sent, or waits and is tried again by itself; only a failed one is sent again.',
  ],
  'mail.erased': [
    'conflict',
    'The text of the mail is erased, for its link or code was replaced, used or has expired; have a new mail sent.',
  ],
  'user.not-found': ['not-found', 'No such user, or not yours.'],
  'user.exists': ['conflict', 'The organization has a user with this address.'],
  'user.disabled': ['conflict', 'The user is disabled; enable it first.'],
  'user.last-administrator': [
    'conflict',
    'The last administrator of an organization cannot be removed, disabled or given a lower role.',
  ],
  'invitation.not-found': ['not-found', 'No such invitation.'],
  'invitation.expired': ['expired', 'The invitation is older than two days.'],
  'invitation.used': ['expired', 'The invitation was used before.'],
  'invitation.revoked': ['expired', 'The invitation was revoked.'],
  'client-keys.not-found': ['not-found', 'No such keys of this organization.'],
  'client-keys.too-many': ['conflict', 'Ten key sets of this organization wait to be saved with a connection.'],
  'client-secret.none': ['not-found', 'The connection in force has no such client secret of its own.'],
  'client-secret.in-use': ['conflict', 'This is the client secret in use; enter the next one.'],
  'client-secret.untested': ['conflict', 'The next client secret is taken into use once a test with it passed.'],
  'setup-link.not-found': ['not-found', 'No such setup link of this organization.'],
  'setup-link.ended': ['expired', 'The setup link was revoked, has expired, or its draft was handed over before.'],
  'setup-link.too-many': ['conflict', 'The organization has as many open setup links as it may.'],
  'draft.none': [
    'conflict',
    'There is no draft to turn on or discard: it was not handed over, or that was done before.',
  ],
  'draft.another-client': [
    'conflict',
    'The draft is not for the client and provider of the connection in force, or brings no client secret.',
  ],
  'draft.outdated': [
    'conflict',
    'The method in force was changed after the draft was prepared; repeat with `despiteChange` to turn it on all the same.',
  ],
  'template.not-found': ['not-found', 'No such connection template of this organization.'],
  'template.name-taken': ['conflict', 'The organization has a connection template of this name.'],
  'template.in-use': ['conflict', 'Connections use the template, or can still be switched back to.'],
  'template.not-above': [
    'invalid',
    'A template is used by organizations below the one that keeps it, and by no others.',
  ],
  'consent.none': ['not-found', 'The organization was not asked for consent, or its link was revoked.'],
  'consent.not-proven': ['conflict', 'No login of the directory has proven the consent yet.'],
  'consent.on': ['conflict', 'The connection was turned on before; nothing is asked for any more.'],
  'setup.closed': ['conflict', 'Setup was completed before; use `gatehouse recover`.'],
  'login.expired': ['expired', 'The log-in page has expired.'],
  'login.out-of-order': ['invalid', 'The step does not follow from where this login stands.'],
  'login.refused': ['denied', 'The login was refused; the reference code leads an administrator to the reason.'],
  'login.no-account': ['denied', 'Nobody with an account here came back from the identity provider.'],
  'login.full': [
    'denied',
    'A first login would make a user, and the organization has as many as it may; whoever has a user logs in as before.',
  ],
  'login.unmet': [
    'denied',
    'The application demands a stronger proof of who somebody is than the account has (`acr`).',
  ],
  'login.not-found': ['not-found', 'No login has this reference, or it is not yours to see.'],
  'session.missing': ['unauthenticated', 'Nobody is logged in in this browser.'],
  'connection.not-found': ['not-found', 'No such connection.'],
  'role-rule.claim': [
    'invalid',
    'A rule reads a claim that may give no role: people write it, or it speaks of the token.',
  ],
  'role-rule.application': ['invalid', 'A rule names an application that the organization does not use.'],
  'role-rule.root': ['invalid', 'A rule of the root organization would make administrators.'],
  'connection.host-unconfirmed': [
    'invalid',
    'The host of the identity provider is neither well known nor below a verified domain of the organization: repeat with `confirmHost`, the host as it was typed once more.',
  ],
  'pilot.none': ['conflict', 'The connection in force is no pilot: it holds for everybody.'],
  'pilot.no-method-before': [
    'conflict',
    'A pilot needs a method before it, for everybody else; there is none to keep.',
  ],
  'connection.held': [
    'conflict',
    'The connection waits for a confirmation: nobody is sent to its identity provider, also by a test.',
  ],
  'connection.hold-changed': [
    'conflict',
    'The connection is not held, or by another change than the one that was shown; read it again.',
  ],
  'connection.hold-final': [
    'conflict',
    'The identity provider names another issuer: save settings for that one; there is nothing to confirm.',
  ],
  'trial.not-found': ['not-found', 'No such test, or it has ended.'],
  'provider.unreachable': ['upstream', 'The identity provider does not answer.'],
  'provider.faulty': ['upstream', 'The identity provider answers, and reports a fault of its own.'],
  'provider.misconfigured': ['upstream', 'The identity provider or its connection is not set up as it must be.'],
  'provider.refused': ['denied', 'The identity provider refused the login.'],
  'provider.not-assigned': [
    'denied',
    'The identity provider says that the account is not assigned to the application.',
  ],
  'provider.other-directory': ['denied', 'The account belongs to another directory than the organization.'],
  'provider.not-fresh': ['denied', 'The identity provider did not show that the person logged in just now.'],
  'provider.too-large': ['denied', 'What the identity provider says of the person is larger than what is read.'],
  'provider.held': ['denied', 'The identity provider changed in a way that an administrator has to confirm first.'],
  'provider.try-again': [
    'expired',
    'The answer of the identity provider came too late, twice, or to the wrong address.',
  ],
  'identity.taken': ['conflict', 'The account at the identity provider, or the user here, is tied to another one.'],
  'connection.refused': ['upstream', 'The identity provider could not be used as configured; `detail` says why.'],
  'application.not-found': ['not-found', 'No such application, or not yours.'],
  'application.redirect-uri': ['invalid', 'A redirect URI is not acceptable.'],
  'application.no-secret': ['invalid', 'The application has no client secret to replace.'],
  'api-resource.not-found': ['not-found', 'No such API resource, or not yours.'],
  'api-resource.audience-taken': [
    'conflict',
    'The identifier of an API resource is in use, or below a domain that another organization verified.',
  ],
  'application.two-secrets': ['conflict', 'The application has two client secrets: one has to be removed first.'],
  'application.last-secret': ['conflict', 'The last client secret of an application cannot be removed.'],
  'application.secret-not-found': ['not-found', 'No such client secret of this application.'],
  'token.not-found': ['not-found', 'No such API token.'],
  'database.unavailable': ['upstream', 'The database does not answer.'],
  'database.roles': ['invalid', 'The database roles are missing and could not be created.'],
  'database.newer': ['invalid', 'The database schema is newer than this version serves.'],
  'database.too-old': ['invalid', 'PostgreSQL 15 or newer is needed.'],
  'database.encoding': ['invalid', 'The database has an encoding other than UTF8.'],
  'database.occupied': ['invalid', 'The schema holds tables of something else with the names of ours.'],
  'database.other-version': ['invalid', 'The data folder was made by another major version of PostgreSQL.'],
  'database.old-programs': ['upstream', 'The programs of the PostgreSQL that made the data folder are not there.'],
  'database.not-migrated': [
    'invalid',
    'The database lacks migrations of this version and may not be migrated at the start.',
  ],
  'client-document.address': [
    'invalid',
    'A client ID that is a URL has to be https, with a path, without user, fragment, query, percent sign or dot segments, spelled as a browser spells it, and at most 300 characters long.',
  ],
  'client-document.unreachable': [
    'upstream',
    'The document behind the client ID cannot be read: it is answered with status 200 within three seconds, without a redirect, at a public address.',
  ],
  'client-document.too-many': [
    'limited',
    'Documents behind client IDs are read too often at the moment; try again in a minute.',
  ],
  'client-document.malformed': [
    'invalid',
    'The document behind the client ID is no JSON object with `client_id` and 1 to 20 `redirect_uris`, or is too large.',
  ],
  'client-document.client-id': ['invalid', '`client_id` in the document is not the URL the document was read from.'],
  'client-document.authentication': [
    'invalid',
    'The document asks for a client authentication other than `none`, or holds a client secret.',
  ],
  'client-document.redirect-uri': [
    'invalid',
    'A redirect URI in the document is neither of the same origin as the document nor `http` on the own machine.',
  ],
  'unregistered-application.not-allowed': [
    'denied',
    'The organization of the person does not let its people log in to applications that nobody registered, or blocked this one.',
  ],
  'unregistered-application.too-many': [
    'conflict',
    'The organization uses as many applications that nobody registered as it may; one has to be removed first.',
  ],
  'unregistered-application.not-found': ['not-found', 'No such application, or not yours.'],
  ...COMMAND_ERROR_CODES,
  internal: ['upstream', 'A fault of the service; the reference code finds it in the log.'],
} as const satisfies Record<string, readonly [ErrorKind, string]>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** A refused request: a stable code, and details for the visitor and for the log apart from each other. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  /** Values for the placeholders of the public text. */
  readonly values: Record<string, string | number>;
  /** For the log only; may name what the visitor must not learn, never a secret. */
  readonly detail: string | undefined;
  readonly fields: FieldError[];

  constructor(
    code: ErrorCode,
    options: { detail?: string; values?: Record<string, string | number>; fields?: FieldError[]; cause?: unknown } = {},
  ) {
    super(options.detail === undefined ? code : `${code}: ${options.detail}`, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.kind = ERROR_CODES[code][0];
    this.values = options.values ?? {};
    this.detail = options.detail;
    this.fields = options.fields ?? [];
  }
}

/** For a `catch` that answers certain error codes: throws on every other error. */
export function rethrowUnless(error: unknown, ...codes: ErrorCode[]): asserts error is AppError {
  if (!(error instanceof AppError) || !codes.includes(error.code)) throw error;
}
