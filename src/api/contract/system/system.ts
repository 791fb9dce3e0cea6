import { z } from 'zod';
import { route } from '../route.ts';
import { id, instant, organizationName, pageOf, paging } from '../wire.ts';

const bytes = z.int().min(0).describe('Bytes.');
const count = z.int().min(0);

const warning = z
  .object({
    code: z.string().describe('Stable; programs decide on it.'),
    what: z.string(),
    fix: z.string().describe('What to do about it.'),
  })
  .meta({ id: 'SystemWarning' });

const node = z.object({
  id: z.string(),
  version: z.string(),
  hostName: z.string(),
  workers: count.describe('Server processes of its service; each is listed.'),
  startedAt: instant,
  seenAt: instant,
  lost: z.boolean().describe('Not seen for minutes, and it did not say that it stops.'),
});

const jobQueue = z.object({
  kind: z.string(),
  running: count,
  due: count.describe('Their time has come, and no server took them yet.'),
  planned: count.describe('Their time is still to come; work that recurs always has one.'),
  failed: count.describe('Given up.'),
  oldestDueAt: instant.nullable(),
  lastError: z.string().nullable().describe('Why the newest of those given up failed.'),
});
export type JobQueue = z.infer<typeof jobQueue>;

const unknownClientId = z.object({
  clientId: z
    .string()
    .describe('Whole where it has the form of ours; of others the beginning and the length, of a URL its host.'),
  count: count.describe('At least so many requests.'),
  firstAt: instant,
  lastAt: instant,
});
export type UnknownClientId = z.infer<typeof unknownClientId>;
const retentionRun = z.object({
  job: z.string(),
  ranAt: instant.nullable().describe('Null where no server ran it yet.'),
  removed: count.describe('Rows of the last run.'),
  removedInAll: count,
  oldestAt: instant.nullable().describe('Of the oldest row left; null where none is, or where rows end by themselves.'),
});
export type RetentionRun = z.infer<typeof retentionRun>;

const system = z
  .object({
    warnings: z.array(warning).describe('What needs attention; empty where nothing does.'),
    versions: z.object({
      gatehouse: z.string(),
      postgres: z.string(),
      schema: z.string().describe('The last migration that was applied.'),
    }),
    servers: z.array(node).describe('Server processes of the last 7 days, the last seen first.'),
    database: z.object({
      bytes,
      tables: z
        .array(z.object({ name: z.string(), bytes }))
        .describe('The largest, with their indexes and partitions.'),
      connections: z.object({ used: count, most: count }),
      encryption: z.string().nullable().describe('TLS version of the connection; null where it is not encrypted.'),
      local: z.boolean().describe('On this machine.'),
    }),
    mails: z.object({
      waiting: count.describe('Counted to 1,000.'),
      failed: count.describe('Counted to 1,000; of the days that mails are kept.'),
      oldestAt: instant.nullable().describe('When the oldest of those that wait was written.'),
      byServer: z.boolean().describe('False where `SMTP_URL` is not set: mails are files in the data folder.'),
      pause: z
        .object({ since: instant, until: instant, reason: z.string() })
        .nullable()
        .describe('While the mail server takes no mail at all.'),
    }),
    jobs: z.array(jobQueue),
    unknownClientIds: z
      .array(unknownClientId)
      .describe('Of no application, named by requests of the last 30 days; at most 20, the newest first.'),
    retention: z.array(retentionRun).describe('The last runs of the jobs that remove what is over.'),
    signingKeys: z.array(
      z.object({
        kid: z.string(),
        algorithm: z.string(),
        state: z.enum(['next', 'signing', 'old']),
        since: instant,
        until: instant.nullable().describe('When a next one signs, and an old one is removed.'),
      }),
    ),
    masterKeys: z.array(z.string()).describe('Fingerprints; the first seals, all open.'),
    disk: z
      .object({ folder: z.string(), freeBytes: bytes, totalBytes: bytes })
      .nullable()
      .describe('Of the data folder of the server that answers; null where there is none.'),
    backups: z.object({
      runs: z
        .array(
          z.object({
            kind: z.enum(['backup', 'verify']),
            endedAt: instant,
            bytes: bytes.nullable(),
            outcome: z.string().describe('`done`, or an error code.'),
            fileName: z.string(),
          }),
        )
        .describe('The last backup and the last verification of one by `gatehouse backup`.'),
      verifiedAt: instant.nullable().describe('When the newest backup was made that was verified since.'),
      log: z
        .object({ folder: z.string(), archivedAt: instant.nullable(), failing: z.boolean() })
        .nullable()
        .describe('Where the log of the embedded database is archived to; null where it is not.'),
    }),
  })
  .meta({ id: 'System' });
export type System = z.infer<typeof system>;

export const mailState = z.enum(['waiting', 'sent', 'failed', 'bounced']);
const mail = z
  .object({
    id,
    kind: z.string().describe('Which mail, as `invitation`.'),
    recipient: z.string(),
    organization: organizationName.nullable().describe('For whom it is sent; null where for none.'),
    state: z
      .enum(['waiting', 'sent', 'failed', 'bounced', 'withdrawn'])
      .describe(
        '`sent`: the mail server took it. `bounced`: it wrote later that it could not deliver it. `withdrawn`: its link was replaced or revoked before it was sent.',
      ),
    createdAt: instant,
    sentAt: instant.nullable(),
    nextAttemptAt: instant.nullable(),
    attempts: count,
    lastError: z.string().nullable().describe('Why it was not taken: whose fault, and what the mail server said.'),
    canBeSentAgain: z.boolean().describe('Failed, and its link or code is still valid.'),
  })
  .meta({ id: 'Mail' });
export type Mail = z.infer<typeof mail>;

/** Of the whole service, for administrators of the root organization alone. */
export const systemRoutes = {
  getSystem: route('GET', '/system', { summary: 'How the service stands, and what needs attention', output: system }),
  listMails: route('GET', '/system/mails', {
    summary: 'All mails with their delivery states, the newest first; of a search, by address',
    query: z.strictObject({
      ...paging,
      search: z.string().trim().max(100).optional().describe('The beginning of an address.'),
      state: mailState.optional(),
    }),
    output: pageOf(mail, 'Mails'),
  }),
  sendMailAgain: route('POST', '/system/mails/{mailId}/send-again', {
    summary: 'Send a failed mail again, to the same address, while its link or code is valid',
    params: z.strictObject({ mailId: id }),
  }),
  sendTestMail: route('POST', '/system/test-mail', {
    summary: 'Send a test mail to the caller’s own address',
    output: z.object({ recipient: z.string() }).meta({ id: 'TestMail' }),
  }),
};
