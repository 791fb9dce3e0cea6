import { byKey, pageFrom, readCursor } from '../cursor.ts';
import type { Handler } from '../handler.ts';
import { bounceSentence, failureSentence, instant } from '../present.ts';
import { which } from './user-detail.ts';
import { formatId, parseId } from '../../../base/ids.ts';
import { listMailsOfUser, sendMailOfUserAgain } from '../../../users/mails-of-user.ts';

/** What became of the mails to a user. */
export const listUserMails: Handler<'listUserMails'> = async ({ deps, caller, params, query }) => {
  const place = readCursor(byKey, query.cursor)?.[0];
  const mails = await listMailsOfUser(deps, caller, {
    ...which(params),
    after: place === undefined ? undefined : parseId('mai', place),
    limit: query.limit + 1,
  });
  return pageFrom(mails, query.limit, {
    total: null,
    place: ({ id }) => [formatId('mai', id)],
    item: ({ id, kind, recipient, state, canBeSentAgain, errorCode, bounceCategory, ...mail }) => ({
      id: formatId('mai', id),
      kind,
      recipient,
      state,
      createdAt: instant(mail.createdAt),
      sentAt: instant(mail.sentAt),
      nextAttemptAt: instant(mail.nextAttemptAt),
      // What the mail server said may name others; whose fault it is says what to do.
      lastError:
        failureSentence(deps.t, { errorCode, lastError: null }) ??
        bounceSentence(deps.t, bounceCategory && { category: bounceCategory, said: null }),
      canBeSentAgain,
    }),
  });
};

/** *Send again*. */
export const sendUserMailAgain: Handler<'sendUserMailAgain'> = async ({ deps, caller, params }) => {
  await sendMailOfUserAgain(deps, caller, { ...which(params), mailId: parseId('mai', params.mailId) });
  return undefined;
};
