import { z } from 'zod';
import { pageFrom, readCursor } from '../cursor.ts';
import type { Handler } from '../handler.ts';
import { bounceSentence, failureSentence, instant, nameOut } from '../present.ts';
import { formatId, parseId } from '../../../base/ids.ts';
import type { MailId } from '../../../base/ids.ts';
import { listAllMails, sendAgain, sendTestMail as postTestMail } from '../../../system/mails.ts';
import type { System } from '../../contract/system/system.ts';
import type { BackupState } from '../../../system/backups/read-backups.ts';
import { readSystem } from '../../../system/read-system.ts';
import { tellWarning } from '../../../system/tell-warning.ts';

/** Place of a mail: the address where it was searched for, and the mail. */
const place = z.tuple([z.string().max(320), z.uuid()]);

/** How the service stands. */
export const getSystem: Handler<'getSystem'> = async ({ deps, caller }) => {
  const { versions, nodes, database, mails, jobs, ...system } = await readSystem(deps, caller);
  const { pause } = mails;
  const { version: postgres, ...facts } = database;
  return {
    warnings: system.warnings.map((warning) => tellWarning(deps.t, warning)),
    versions: { gatehouse: versions.gatehouse, postgres, schema: versions.schema },
    servers: nodes.map((node) => ({
      ...node,
      startedAt: instant(node.startedAt),
      seenAt: instant(node.seenAt),
    })),
    database: facts,
    mails: {
      waiting: mails.waiting,
      failed: mails.failed,
      oldestAt: instant(mails.oldestAt),
      byServer: mails.byServer,
      pause: pause && {
        since: instant(pause.since),
        until: instant(pause.until),
        reason: failureSentence(deps.t, pause) ?? '',
      },
    },
    jobs: jobs.map(({ failedLately: _lately, ...queue }) => ({ ...queue, oldestDueAt: instant(queue.oldestDueAt) })),
    unknownClientIds: system.unknownClientIds.map((unknown) => ({
      ...unknown,
      firstAt: instant(unknown.firstAt),
      lastAt: instant(unknown.lastAt),
    })),
    retention: system.retention.map((run) => ({
      ...run,
      ranAt: instant(run.ranAt),
      oldestAt: instant(run.oldestAt),
    })),
    signingKeys: system.signingKeys.map((key) => ({
      ...key,
      since: instant(key.since),
      until: instant(key.until),
    })),
    masterKeys: [...system.masterKeys],
    disk: system.disk,
    backups: backupsOut(system.backups),
  };
};

function backupsOut({ runs, verifiedAt, log }: BackupState): System['backups'] {
  return {
    runs: runs.map(({ kind, endedAt, bytes, outcome, fileName }) => {
      return { kind, endedAt: instant(endedAt), bytes, outcome, fileName };
    }),
    verifiedAt: instant(verifiedAt),
    log: log && { folder: log.folder, archivedAt: instant(log.archivedAt), failing: log.failing || !log.active },
  };
}

/** All mails. */
export const listMails: Handler<'listMails'> = async ({ deps, caller, query }) => {
  const after = readCursor(place, query.cursor);
  const mails = await listAllMails(deps, caller, {
    search: query.search,
    state: query.state,
    after: after && { recipient: after[0], id: after[1] as MailId },
    limit: query.limit + 1,
  });
  return pageFrom(mails, query.limit, {
    total: null,
    place: ({ recipient, id }) => [recipient.toLowerCase(), id],
    item: ({ id, organization, failedAt: _failedAt, errorCode, lastError, bounceCategory, bounceSaid, ...mail }) => ({
      ...mail,
      id: formatId('mai', id),
      organization: organization && nameOut(organization.id, organization.name),
      createdAt: instant(mail.createdAt),
      sentAt: instant(mail.sentAt),
      nextAttemptAt: instant(mail.nextAttemptAt),
      lastError:
        failureSentence(deps.t, { errorCode, lastError }) ??
        bounceSentence(deps.t, bounceCategory && { category: bounceCategory, said: bounceSaid }),
    }),
  });
};

/** *Send again*. */
export const sendMailAgain: Handler<'sendMailAgain'> = async ({ deps, caller, params }) => {
  await sendAgain(deps, caller, parseId('mai', params.mailId));
  return undefined;
};

/** *Send a test mail*. */
export const sendTestMail: Handler<'sendTestMail'> = async ({ deps, caller }) => ({
  recipient: await postTestMail(deps, caller),
});
