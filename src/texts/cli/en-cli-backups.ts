/** What `gatehouse backup …` and `gatehouse restore` say to the operator. */
export const cliBackups = {
  'cli.backup': 'write a backup of the database to FILE, while the service runs',
  'cli.backup.file': 'the backup file',
  'cli.backup.overwrite': 'replace FILE where it exists',
  'cli.backup.logical': 'write the rows instead of the files: for another PostgreSQL, or another major version',
  'cli.backup.rows': 'Backing up: {done}',
  'cli.backup.done':
    'Backed up to {file}: {size} of the database as of {moment}. It does not hold the master key: keep that apart.',
  'cli.backup.progress': 'Backing up: {done} of {total}',
  'cli.backup.verify':
    'restore FILE into a folder of its own, start it, compare it with what was backed up, and remove it',
  'cli.backup.verify.done':
    '{file} can be restored: {rows, number} rows in {tables} tables, {events, plural, one {# event} other {# events}} of the audit log as they were sealed, and the master key opens what is sealed. It took {seconds, plural, one {# second} other {# seconds}}. {log, plural, =0 {} one {After it # file of archived log was replayed. } other {After it # files of archived log were replayed. }}Restored now, what happened since {moment} would be lost ({age}).',
  'cli.backup.verify.progress': 'Verifying: {done} of {total}',
  'cli.backup.verify.second':
    'Another “gatehouse backup verify” (process {pid}) runs on this data folder: wait until it has ended.',
  'cli.backup.age':
    '{hours, plural, =0 {} one {# hour } other {# hours }}{minutes, plural, one {# minute} other {# minutes}}',
  'cli.restore':
    'put the database of a backup into the data folder; what was given before is void, as sessions and links',
  'cli.restore.replace': 'move the database that is there aside',
  'cli.restore.serving': 'The service (process {pid}) runs on {folder}: stop it first.',
  'cli.restore.rows': 'Restoring: {done}',
  'cli.restore.progress': 'Restoring: {done} of {total}',
  'cli.restore.done':
    'Restored as of {moment}. {sessions, plural, one {# session} other {# sessions}} and all links, codes and tokens from before are void; passwords and second factors hold.',
  'cli.restore.aside': 'The database from before is in {folder}; remove it when you no longer need it.',
  'cli.restore.by-log':
    'The archived log was replayed up to there; the last change before is of {last}. What was done later is lost.',
  'cli.restore.archiving':
    'Its log is archived to {folder} again from the next start on: back up then, since moments to come need a backup that is made after this one.',
  'cli.restore.to': 'replay archived log up to this moment, as 2026-11-30T17:45:00+01:00 (needs a time zone)',
  'cli.restore.wal':
    'folder of the archived log, else the one this data folder archives to; without --to all of it is replayed',

  'cli.wal':
    'archive the log of the embedded database to FOLDER continuously, so that at most a minute is lost; with “verify”: replay it',
  'cli.wal.off': 'archive no log any more',
  'cli.wal.forget': 'remove archived log that no restore of FILE, or of a backup made after it, needs',
  'cli.wal.one-thing': 'one at a time: a FILE to write, --wal, --no-wal or --forget-before',
  'cli.wal.verified':
    'replay all archived log after the backup, too; of this folder, else of the one this data folder archives to',
  'cli.wal.inside': 'it lies within {folder}, or its name has a line break',
  'cli.wal.archiving':
    'The log is archived to {folder}, at the latest {seconds} seconds after something was written, also after restarts. Now write a backup: archived log goes on where a backup ends.',
  'cli.wal.restart':
    'From its next start on the database archives its log to {folder}: restart the service, then write a backup. Until then nothing is archived there.',
  'cli.wal.same-disk': 'It is on the disk of the data folder, and lost with it: another disk or machine is better.',
  'cli.wal.none': 'No log was archived.',
  'cli.wal.stopped': 'From its next start on the database archives no log. What is in {folder} stays.',
  'cli.wal.forgotten':
    'Removed {files, plural, one {# file} other {# files}} of archived log ({size}) from before {file}.',
  'cli.not-a-moment': 'It must be a moment with its time zone, as 2026-11-30T17:45:00Z or 2026-11-30T18:45:00+01:00.',
} as const;
