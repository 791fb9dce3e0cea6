/** What needs attention, on the page *System* and in gatehouse status: what it is, and what to do. */
export const system = {
  'system.warning.disk-low': 'The disk of the data folder {folder} is nearly full: {free} are free.',
  'system.fix.disk-low': 'Make room, or move the data folder to a larger disk. Nobody can log in when it is full.',
  'system.warning.schema-behind': 'The database lacks migrations of this version: {names}.',
  'system.fix.schema-behind': 'Run gatehouse migrate.',
  'system.warning.database-open': 'The connection to the database leaves this machine and is not encrypted.',
  'system.fix.database-open': 'Turn TLS on at the database, and set sslmode=verify-full in DATABASE_URL.',
  'system.warning.backup-failed':
    'The last {kind, select, verify {verification of a backup} other {backup}} failed ({file}: {reason}).',
  'system.fix.backup-failed':
    'Run it again by hand: “gatehouse backup FILE”, then “gatehouse backup verify FILE” say what is wrong. The table of error codes tells of {reason}.',
  'system.warning.backup-old':
    '{verified, select, yes {The newest backup that was verified is of {since}} other {No backup was verified since the first one, of {since}}}: more than {days, plural, one {a day} other {# days}} ago.',
  'system.fix.backup-old':
    'Look why the nightly timer did not run, or run “gatehouse backup FILE” and “gatehouse backup verify FILE”. GATEHOUSE_BACKUP_DAYS sets how old it may be.',
  'system.warning.log-failing':
    'The log of the database does not arrive in {folder} since {since}: what is written from then on would be lost with this machine.',
  'system.fix.log-failing':
    'Look at the end of postgres.log in the data folder: the disk may be full, not mounted, or closed to the account of the database. Nothing is lost as long as this machine lives: the log is kept, fills its disk meanwhile, and is archived once that works.',
  'system.warning.log-waits':
    'The log of the database is not archived yet to {folder}: the database was started before.',
  'system.fix.log-waits': 'Restart the service, then write a backup.',
  'system.warning.connections-low': '{used, number} of the {most, number} connections of the database are in use.',
  'system.fix.connections-low':
    'Raise max_connections of the database, or lower GATEHOUSE_WORKERS: a server that finds no connection cannot start.',
  'system.warning.clocks':
    'The clocks of this server and of the database differ by {seconds, plural, one {one second} other {# seconds}}.',
  'system.fix.clocks':
    'Turn on time synchronisation (NTP) on both: links and codes expire early or late, and applications refuse tokens.',
  'system.warning.partitions': 'The tables {tables} have no partition for today.',
  'system.fix.partitions':
    'A server makes them every hour. Look into the log for why it could not, and run gatehouse doctor.',
  'system.warning.servers-lost':
    '{count, plural, one {A server process} other {# server processes}} on {hosts} ended without saying so, or cannot reach the database.',
  'system.fix.servers-lost':
    'Look at the machine and the end of its log. Where it is gone for good, nothing is to be done: it is forgotten after 7 days.',
  'system.warning.versions-differ': 'Servers of different versions run: {versions}.',
  'system.fix.versions-differ': 'That is fine while you update. Otherwise update the older ones.',
  'system.warning.mails-paused': 'No mail is sent since {since}. {reason}',
  'system.fix.mails-paused':
    'Run gatehouse doctor, which speaks to the mail server, and mend SMTP_URL or the server. Everything that waits is sent then.',
  'system.warning.mails-failed':
    '{count, plural, one {One mail was} other {# mails were}} refused by the mail server within a day, and given up.',
  'system.fix.mails-failed':
    'The list of mails says why. Send it again where the mailbox was full; where the address is wrong, change it on the page of the user and have a new mail sent.',
  'system.warning.mails-to-folder':
    'No mail leaves this service: each becomes a file in the folder mail of the data folder.',
  'system.fix.mails-to-folder': 'Set SMTP_URL and MAIL_FROM before people are invited.',
  'system.warning.jobs-late':
    '{count, plural, one {One job waits} other {# jobs wait}} for a server to take {count, plural, one {it} other {them}}, the oldest for {minutes, plural, one {one minute} other {# minutes}}.',
  'system.fix.jobs-late': 'Servers take jobs every moment. Look into their log, and whether the machine is overloaded.',
  'system.warning.jobs-given-up':
    '{count, plural, one {One job was} other {# jobs were}} given up within a day, after many attempts: {kinds}.',
  'system.fix.jobs-given-up':
    'The table of background work says why. Where an application did not take a logout notice, tell its developers.',
  'system.warning.credentials-expire':
    '{count, plural, one {One secret or certificate} other {# secrets and certificates}} at identity providers {count, plural, one {expires} other {expire}} within {days, number} days, or {count, plural, one {has} other {have}}.',
  'system.fix.credentials-expire': 'Secrets and certificates, in the console, says which. Replace them there.',

  'cli.doctor.mail': 'The mail server {host} answers; the connection is {how}, without a login.',
  'cli.doctor.mail.login': 'The mail server {host} answers and takes the login; the connection is {how}.',
  'cli.doctor.mail.encrypted': 'encrypted',
  'cli.doctor.mail.open': 'not encrypted',
  'cli.doctor.mail.folder': 'No mail server is set (SMTP_URL): mails are files in {folder}.',
  'cli.doctor.mail.unreachable':
    'The mail server {host} does not answer ({said}). Check host and port of SMTP_URL, and whether a firewall is between: providers of machines often close port 25; 587 or 465 are for mails of programs.',
  'cli.doctor.mail.insecure':
    'The connection to the mail server {host} cannot be encrypted ({said}). Use the host name that stands in its certificate; where the certificate is of your own authority, name that in NODE_EXTRA_CA_CERTS. A server that offers no TLS wants ?tls=optional in SMTP_URL, and no password.',
  'cli.doctor.mail.login-refused':
    'The mail server {host} refuses the login (“{said}”). Check user and password of SMTP_URL; characters as @ and / are written %40 and %2F there, and some providers want a password made for programs.',
  'cli.doctor.mail.refused':
    'The mail server {host} takes no mail at the moment: {said} Its operator knows why; mails wait meanwhile.',

  'cli.status': 'Show versions, servers, database, mails, jobs, keys and what needs attention',
  'cli.status.versions': 'Gatehouse {gatehouse}, PostgreSQL {postgres}, schema {schema}',
  'cli.status.server':
    'Server {host}: {version}, since {since}, seen {seen}{lost, select, yes { (not there any more)} other {}}',
  'cli.status.no-server': 'No server runs.',
  'cli.status.database':
    'Database: {size}, {used, number} of {most, number} connections in use, {encryption, select, none {not encrypted} other {{encryption}}}',
  'cli.status.tables': 'Largest tables: {tables}',
  'cli.status.mails':
    'Mails: {waiting, plural, =0 {none waits} one {one waits} other {# wait}}, {failed, plural, =0 {none failed} one {one failed} other {# failed}}',
  'cli.status.jobs':
    'Jobs: {running, number} run, {due, number} due, {planned, number} planned, {failed, plural, =0 {none given up} other {# given up}}',
  'cli.status.retention':
    'Retention: {ran, select, no {not run yet} other {the last runs removed {removed, plural, =0 {no row} one {one row} other {# rows}}}}',
  'cli.status.oldest': '  {job}: the oldest left is of {oldest}',
  'cli.status.signing-key':
    'Signing key {algorithm}, {state, select, next {published, signs from {at} on} old {published until {at}} other {signs since {at}}}',
  'cli.status.master-keys': 'Master keys: {versions} (the first seals)',
  'cli.status.disk': 'Disk of {folder}: {free} of {total} free',
  'cli.status.backup':
    'Last {kind, select, verify {verification of a backup} other {backup}}: {file}, {at}, {outcome, select, done {done} other {failed ({outcome})}}',
  'cli.status.no-backup':
    'No backup was made here: “gatehouse backup FILE” makes one, “gatehouse backup verify FILE” proves it.',
  'cli.status.log': 'Log: archived to {folder}, {at, select, none {nothing yet} other {last at {at}}}',
  'cli.doctor.backup.verified': 'The newest backup that was verified is of {at}.',
  'cli.doctor.backup.none':
    'No backup was verified here yet: “gatehouse backup FILE”, then “gatehouse backup verify FILE”.',
  'cli.doctor.log': 'The log of the database is archived to {folder}.',
  'cli.status.warning': '! {what} {fix}',
  'cli.status.fine': 'Nothing needs attention.',
} as const;
