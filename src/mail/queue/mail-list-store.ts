import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { MailId, OrganizationId, UserId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';
import { MOST_COUNTED } from '../../db/search-sql.ts';
import type { BounceCategory } from '../bounces/read-report.ts';
import type { MailFailureCode } from '../mailer.ts';

/** What became of a mail. `bounced`: the mail server took it and wrote later that it could not deliver it. `withdrawn`: its link was replaced, used up or revoked before it was sent. */
export type MailState = 'waiting' | 'sent' | 'failed' | 'bounced' | 'withdrawn';

/** A mail as the operator sees it: never what it says. */
export interface ListedMail {
  id: MailId;
  kind: string;
  recipient: string;
  /** For whom it is sent; null where it is not sent for an organization. */
  organization: { id: OrganizationId; name: string } | null;
  state: MailState;
  createdAt: Date;
  sentAt: Date | null;
  failedAt: Date | null;
  nextAttemptAt: Date | null;
  attempts: number;
  errorCode: MailFailureCode | null;
  lastError: string | null;
  /** Why it came back after it was sent, or did not arrive yet. */
  bounceCategory: BounceCategory | null;
  bounceSaid: string | null;
  /** Failed, and its text is still there: it can be sent again. */
  canBeSentAgain: boolean;
}

/** Where a page of mails ended: by a search at an address and a mail, otherwise at a mail. */
export interface MailPlace {
  recipient: string | null;
  id: MailId;
}

const STATES: Record<Exclude<MailState, 'withdrawn'>, RawBuilder<boolean>> = {
  bounced: sql`mail_outbox.bounced_at is not null`,
  waiting: sql`(mail_outbox.sealed_message is not null and mail_outbox.failed_at is null)`,
  sent: sql`(mail_outbox.sent_at is not null and mail_outbox.bounced_at is null)`,
  failed: sql`mail_outbox.failed_at is not null`,
};

/**
 * A page of the mails of all organizations or of one user, the newest first; of a search, by address. Only who runs the whole
 * service, or may see that user, is shown them: the callers see to that.
 */
export async function selectMails(
  db: Database,
  filter: {
    /** The beginning of an address. */
    search: string | undefined;
    state: Exclude<MailState, 'withdrawn'> | undefined;
    /** To whom they are sent. */
    userId?: UserId | undefined;
    after: MailPlace | undefined;
    now: Date;
    limit: number;
  },
): Promise<ListedMail[]> {
  const { search, state, userId, after, now, limit } = filter;
  const recipient = sql<string>`lower(mail_outbox.recipient) collate "C"`;
  const page = db
    .selectFrom('mailOutbox')
    .selectAll('mailOutbox')
    .$if(userId !== undefined, (query) => query.where('mailOutbox.userId', '=', userId ?? null))
    .$if(state !== undefined, (query) => query.where(STATES[state ?? 'sent']))
    .$if(search !== undefined, (query) =>
      query
        .where(sql<boolean>`${recipient} >= lower(${search}) collate "C"`)
        .where(sql<boolean>`${recipient} < lower(${search}) collate "C" || chr(1114111)`)
        .$if(after !== undefined, (query) =>
          query.where(
            sql<boolean>`(${recipient}, mail_outbox.id) > (${after?.recipient ?? ''} collate "C", ${after?.id ?? null}::uuid)`,
          ),
        )
        .orderBy(recipient)
        .orderBy('mailOutbox.id'),
    )
    .$if(search === undefined, (query) =>
      query
        .$if(after !== undefined, (query) => query.where('mailOutbox.id', '<', after?.id ?? null))
        .orderBy('mailOutbox.id', 'desc'),
    )
    .limit(limit);
  const rows = await db
    .selectFrom(page.as('mail'))
    .leftJoin('organization', 'organization.id', 'mail.organizationId')
    .leftJoin('job', (join) =>
      join.on('job.uniqueKey', '=', sql`mail.id::text`).on('job.kind', 'in', ['mail', 'mail.urgent']),
    )
    .leftJoin('mailPause', (join) => join.on(WAITS))
    .select([
      'mail.id',
      'mail.kind',
      'mail.recipient',
      'mail.organizationId',
      'organization.name as organizationName',
      'mail.createdAt',
      'mail.sentAt',
      'mail.failedAt',
      'mail.attempts',
      sql<BounceCategory | null>`mail.bounce_category`.as('bounceCategory'),
      'mail.bounceSaid',
      sql<MailState>`case when mail.failed_at is not null then 'failed' when mail.bounced_at is not null then 'bounced' when mail.sent_at is not null then 'sent'
        when mail.sealed_message is not null then 'waiting' else 'withdrawn' end`.as('state'),
      sql<Date | null>`case when ${WAITS} then greatest(job.due_at, mail_pause.until) end`.as('nextAttemptAt'),
      sql<MailFailureCode | null>`coalesce(mail_pause.error_code, mail.error_code)`.as('errorCode'),
      sql<string | null>`case when mail_pause.id is null then mail.last_error else mail_pause.last_error end`.as(
        'lastError',
      ),
      sql<boolean>`(mail.failed_at is not null and mail.sealed_message is not null and mail.expires_at > ${now})`.as(
        'canBeSentAgain',
      ),
    ])
    .$if(search === undefined, (query) => query.orderBy('mail.id', 'desc'))
    .$if(search !== undefined, (query) => query.orderBy(sql`lower(mail.recipient) collate "C"`).orderBy('mail.id'))
    .execute();
  return rows.map(({ organizationId, organizationName, ...mail }) => ({
    ...mail,
    organization:
      organizationId === null || organizationName === null ? null : { id: organizationId, name: organizationName },
  }));
}

const WAITS = sql<boolean>`(mail.sealed_message is not null and mail.failed_at is null)`;

/** A mail that is to be sent again, locked until the transaction ends. Over all organizations. */
export async function lockMail(db: Database, id: MailId) {
  return db
    .selectFrom('mailOutbox')
    .select([
      'id',
      'organizationId',
      'userId',
      'recipient',
      'kind',
      'urgent',
      'failedAt',
      'expiresAt',
      sql<boolean>`sealed_message is null`.as('erased'),
    ])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/**
 * A failed mail waits again; the earlier failure is forgotten. Should the job that failed not have ended yet, no second one is
 * written: `next_attempt_at` lets `enqueueOldMails` write it. By the mail's id alone.
 */
export async function unmarkFailed(db: Database, id: MailId, now: Date): Promise<void> {
  await db
    .updateTable('mailOutbox')
    .set({ failedAt: null, errorCode: null, lastError: null, nextAttemptAt: now })
    .where('id', '=', id)
    .execute();
}

/** How many mails wait and since when the oldest does, how many failed (counted to {@link MOST_COUNTED}), and the pause if there is one. */
export async function selectQueue(db: Database, lately: Date): Promise<MailQueue> {
  const { rows } = await sql<{
    waiting: string;
    oldest: Date | null;
    failed: string;
    failedLately: string;
    since: Date | null;
    until: Date | null;
    errorCode: MailFailureCode | null;
    lastError: string | null;
  }>`select
      (select count(*) from (select from mail_outbox where sealed_message is not null and failed_at is null limit ${MOST_COUNTED}) w) as waiting,
      (select created_at from mail_outbox where sealed_message is not null and failed_at is null order by id limit 1) as oldest,
      (select count(*) from (select from mail_outbox where failed_at is not null limit ${MOST_COUNTED}) f) as failed,
      (select count(*) from (select from mail_outbox where failed_at > ${lately} limit ${MOST_COUNTED}) f) as failed_lately,
      pause.since, pause.until, pause.error_code, pause.last_error
    from (values (1)) as one left join mail_pause pause on true`.execute(db);
  const { waiting, oldest, failed, failedLately, since, until, errorCode, lastError } = rows[0]!;
  return {
    waiting: Number(waiting),
    oldestAt: oldest,
    failed: Number(failed),
    failedLately: Number(failedLately),
    pause: since === null || until === null || errorCode === null ? null : { since, until, errorCode, lastError },
  };
}

/** The outbox in figures. */
export interface MailQueue {
  waiting: number;
  /** When the oldest of those that wait was written. */
  oldestAt: Date | null;
  failed: number;
  /** Of these, within a day. */
  failedLately: number;
  pause: { since: Date; until: Date; errorCode: MailFailureCode; lastError: string | null } | null;
}
