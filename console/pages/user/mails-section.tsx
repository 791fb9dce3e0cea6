import '../../texts/users/add-user-mails.ts';
import { Button } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { UserMail } from '../../../src/api/contract/people.ts';
import type { UserDetail } from '../../../src/api/contract/users.ts';
import { shownError, useAnswer, useChange } from '../../api/queries.ts';
import { CardFailure } from '../../parts/card-failure.tsx';
import { Question } from '../../parts/form/question.tsx';
import { DataList, type Column } from '../../parts/list/data-list.tsx';
import { Empty } from '../../parts/list/empty.tsx';
import { TimeFoot } from '../../parts/list/list-foot.tsx';
import { mailKindName } from '../../parts/mail-kind.ts';
import { MailState } from '../../parts/mail-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { toast } from '../../parts/toast.ts';
import { t } from '../../texts/t.ts';

/** So many are on the page at once: it is about the user. */
const SHOWN = 5;

/** The mails that were sent to a user and what became of each; sending a failed one again. Never what they say. */
export function UserMails({ user, mayEdit }: { user: UserDetail; mayEdit: boolean }) {
  const { cursor } = useSearch({ strict: false });
  const [again, setAgain] = useState<UserMail | null>(null);
  const list = useAnswer(
    'listUserMails',
    { params: { organizationId: user.organization.id, userId: user.id }, query: { cursor, limit: SHOWN } },
    { keep: true },
  );
  if (list.error !== null && list.data === undefined) {
    return <CardFailure title={t('user-mails')} error={list.error} again={list.refetch} />;
  }
  return (
    <section className="card-list" aria-labelledby="user-mails">
      <h2 id="user-mails">{t('user-mails')}</h2>
      <DataList
        label={t('user-mails')}
        columns={columns(user, mayEdit ? setAgain : null)}
        rows={list.data?.items}
        rowKey={({ id }) => id}
        stale={list.isPlaceholderData}
        empty={
          <Empty title={t('user-mails.none')} text={t('user-mails.none.text', { name: user.name ?? user.email })} />
        }
      />
      <TimeFoot cursor={cursor} nextCursor={list.data?.nextCursor ?? null} />
      <SendAgain user={user} mail={again} onClose={() => setAgain(null)} />
    </section>
  );
}

function columns(user: UserDetail, onAgain: ((mail: UserMail) => void) | null): Column<UserMail>[] {
  return [
    {
      title: t('user-mails.kind'),
      cell: ({ kind, recipient }) => (
        <span className="row-lines row-address">
          {mailKindName(kind)}
          {recipient !== user.email && <bdi className="soft small">{t('user-mails.to', { recipient })}</bdi>}
        </span>
      ),
    },
    { title: t('state'), cell: (mail) => <MailState mail={mail} /> },
    { title: t('user-mails.written'), cell: ({ createdAt }) => <Moment at={createdAt} /> },
    ...(onAgain === null
      ? []
      : [
          {
            title: t('user-mail.again'),
            actions: true,
            cell: (mail: UserMail) =>
              mail.canBeSentAgain ? (
                <Button
                  variant="default"
                  size="sm"
                  aria-label={t('user-mail.again.label', { kind: mailKindName(mail.kind), recipient: mail.recipient })}
                  onClick={() => onAgain(mail)}
                >
                  {t('user-mail.again')}
                </Button>
              ) : null,
          },
        ]),
  ];
}

function SendAgain({ user, mail, onClose }: { user: UserDetail; mail: UserMail | null; onClose: () => void }) {
  const recipient = mail?.recipient ?? '';
  const send = useChange('sendUserMailAgain', () => {
    toast(t('user-mail.again.done', { recipient }));
    onClose();
  });
  const close = (): void => {
    send.reset();
    onClose();
  };
  const confirm = (): void => {
    if (mail === null) return;
    send.mutate({ params: { organizationId: user.organization.id, userId: user.id, mailId: mail.id } });
  };
  return (
    <Question
      opened={mail !== null}
      title={t('user-mail.again.title')}
      confirm={t('user-mail.again')}
      busy={send.isPending}
      error={shownError(send.error)}
      onConfirm={confirm}
      onClose={close}
    >
      <p>{t('user-mail.again.text', { recipient })}</p>
    </Question>
  );
}
