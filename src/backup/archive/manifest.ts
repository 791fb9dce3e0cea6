import { z } from 'zod';

/**
 * The form of a backup file: a tar (POSIX.1-2001) in one Zstandard frame (RFC 8878) with its checksum. The first entry,
 * {@link MARK_NAME}, names the form; the last, {@link MANIFEST_NAME}, says what all others have to be. Whatever a server of
 * this version could not read needs a higher number.
 */
export const ARCHIVE_FORMAT = 1;
/** The first entry: JSON `{ "format": 1 }`. */
export const MARK_NAME = 'gatehouse-backup.json';
/** The last entry: JSON, see {@link Manifest}. */
export const MANIFEST_NAME = 'manifest.json';

/** The first entry of a backup file. */
export const Mark = z.object({ format: z.int().positive() });

const Count = z.int().nonnegative();

/** Where the audit log of an organization stood: whoever keeps it sees whether the newest seals were cut off since. */
const AuditCheckpoint = z.object({
  /** The organization's id, as it stands in the database. */
  organizationId: z.string(),
  /** Number of its newest seal among those of all organizations. */
  number: Count,
  /** SHA-256 of that seal, hexadecimal. */
  digest: z.string(),
});

/** What was backed up, without the list of entries. */
export const BackupFacts = z.object({
  /** `embedded`: the files of a PostgreSQL server and its log. `logical`: the rows of our tables. */
  kind: z.enum(['embedded', 'logical']),
  /** The version of Gatehouse that wrote it. */
  version: z.string(),
  /** The newest migration of the database, as `0001-ground`. */
  schemaVersion: z.string(),
  /** The version of PostgreSQL, as `18.4`. */
  postgresVersion: z.string(),
  /** The moment the backup shows, ISO 8601 in UTC. */
  takenAt: z.iso.datetime(),
  /** Rows of each table at that moment; a partitioned table counts once. */
  rows: z.record(z.string(), Count),
  /** Where the audit logs stood at that moment, by organization. */
  auditCheckpoints: z.array(AuditCheckpoint),
  /** Of kind `embedded`. */
  embedded: z
    .object({
      /** Folders of the database, some of which are empty. */
      folders: z.array(z.string()),
      /** Where in the log (LSN) the moment is: replay ends before it. */
      until: z.string().regex(/^[0-9A-F]+\/[0-9A-F]+$/),
      /** Where its log is archived, if it is: the line, and the first and last segment that are in the backup itself. */
      log: z
        .object({
          line: z.string().regex(/^\d+-[0-9a-f]{8}$/),
          first: z.string().regex(/^[0-9A-F]{24}$/),
          last: z.string().regex(/^[0-9A-F]{24}$/),
        })
        .optional(),
    })
    .optional(),
});
export type BackupFacts = z.infer<typeof BackupFacts>;

/** The last entry of a backup file: what was backed up, and every entry between the first and this one, in their order. */
export const Manifest = BackupFacts.extend({
  format: z.literal(ARCHIVE_FORMAT),
  /** SHA-256 is hexadecimal. */
  entries: z.array(z.object({ name: z.string(), bytes: Count, sha256: z.string() })),
});
export type Manifest = z.infer<typeof Manifest>;
