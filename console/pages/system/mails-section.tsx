import { Button } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { mailState, type Mail } from '../../../src/api/contract/system/system.ts';
import { shownError, useAnswer, useChange, useMe } from '../../api/queries.ts';
import { CardFailure } from '../../parts/card-failure.tsx';
import { Question } from '../../parts/form/question.tsx';
import { DataList, type Column } from '../../parts/list/data-list.tsx';
import { FilterChoice } from '../../parts/list/filter-choice.tsx';
import { Empty, NoMatch } from '../../parts/list/empty.tsx';
import { TimeFoot } from '../../parts/list/list-foot.tsx';
import { SearchField } from '../../parts/list/search-field.tsx';
import { mailKindName } from '../../parts/mail-kind.ts';
import { MailState } from '../../parts/mail-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { toast } from '../../parts/toast.ts';
import { t } from '../../texts/t.ts';

const place = getRouteApi('/system');

/** All mails and what became of them; a test mail; sending a failed one again. */
export function MailsSection({ byServer }: { byServer: boolean }) {
  const { search, state, cursor } = place.useSearch();
  const navigate = useNavigate({ from: '/system' });
  const [again, setAgain] = useState<Mail | null>(null);
  const [testing, setTesting] = useState(false);
  const list = useAnswer(
    'listMails',
    { query: { search, state, cursor, limit: 20 } },
    { keep: true, again: (data) => data?.items.some(isOnItsWay) === true },
  );
  const onSearch = useCallback(
    (text: string) =>
      void navigate({ search: (old) => ({ state: old.state, search: text || undefined }), replace: true }),
    [navigate],
  );
  const filtered = search !== undefined || state !== undefined;
  if (list.error !== null && list.data === undefined) {
    return <CardFailure title={t('system.mails')} error={list.error} again={list.refetch} />;
  }
  return (
    <section className="card-list" aria-labelledby="system-mails">
      <h2 id="system-mails">{t('system.mails')}</h2>
      <div className="filters">
        <SearchField label={t('system.mails.search')} value={search ?? ''} onSearch={onSearch} />
        <FilterChoice
          label={t('state')}
          value={state}
          unchosen={t('system.mails.any')}
          options={mailState.options.map((value) => ({ value, label: t(`mail-state.${value}`) }))}
          onChoose={(chosen) => void navigate({ search: (old) => ({ search: old.search, state: chosen }) })}
        />
        <div className="filters-clear">
          <Button variant="default" onClick={() => setTesting(true)}>
            {t('system.test')}
          </Button>
        </div>
      </div>
      <DataList
        label={t('system.mails')}
        columns={columns(setAgain)}
        rows={list.data?.items}
        rowKey={({ id }) => id}
        stale={list.isPlaceholderData}
        empty={
          filtered ? (
            <NoMatch onClear={() => void navigate({ search: {} })} />
          ) : (
            <Empty title={t('system.mails.none')} text={t('system.mails.none.text')} />
          )
        }
      />
      <TimeFoot cursor={cursor} nextCursor={list.data?.nextCursor ?? null} />
      <SendAgain mail={again} onClose={() => setAgain(null)} />
      <TestMail opened={testing} byServer={byServer} onClose={() => setTesting(false)} />
    </section>
  );
}

/** Written a moment ago and not tried yet: its state changes by itself. */
function isOnItsWay({ state, attempts, lastError }: Mail): boolean {
  return state === 'waiting' && attempts === 0 && lastError === null;
}

function columns(onAgain: (mail: Mail) => void): Column<Mail>[] {
  return [
    {
      title: t('system.mails.to'),
      cell: ({ recipient, organization }) => (
        <span className="row-lines row-address">
          <bdi dir="ltr">{recipient}</bdi>
          {organization !== null && (
            <span className="soft small">{t('system.mails.for', { organization: organization.name })}</span>
          )}
        </span>
      ),
    },
    { title: t('system.mails.kind'), cell: ({ kind }) => mailKindName(kind) },
    { title: t('state'), cell: (mail) => <MailState mail={mail} /> },
    { title: t('system.mails.written'), cell: ({ createdAt }) => <Moment at={createdAt} /> },
    {
      title: t('system.mails.again'),
      actions: true,
      cell: (mail) =>
        mail.canBeSentAgain ? (
          <Button
            variant="default"
            size="sm"
            aria-label={t('system.mails.again.label', { recipient: mail.recipient })}
            onClick={() => onAgain(mail)}
          >
            {t('system.mails.again')}
          </Button>
        ) : null,
    },
  ];
}

function SendAgain({ mail, onClose }: { mail: Mail | null; onClose: () => void }) {
  const send = useChange('sendMailAgain', () => {
    toast(t('system.mails.again.done', { recipient: mail?.recipient ?? '' }));
    onClose();
  });
  const close = (): void => {
    send.reset();
    onClose();
  };
  return (
    <Question
      opened={mail !== null}
      title={t('system.mails.again.title')}
      confirm={t('system.mails.again')}
      busy={send.isPending}
      error={shownError(send.error)}
      onConfirm={() => mail !== null && send.mutate({ params: { mailId: mail.id } })}
      onClose={close}
    >
      <p>{t('system.mails.again.text', { recipient: mail?.recipient ?? '' })}</p>
    </Question>
  );
}

function TestMail({ opened, byServer, onClose }: { opened: boolean; byServer: boolean; onClose: () => void }) {
  const email = useMe().user?.email ?? '';
  const navigate = useNavigate({ from: '/system' });
  const send = useChange('sendTestMail', ({ recipient }) => {
    toast(t('system.test.done', { email: recipient }));
    onClose();
    void navigate({ search: {}, resetScroll: false });
  });
  const close = (): void => {
    send.reset();
    onClose();
  };
  return (
    <Question
      opened={opened}
      title={t('system.test.title')}
      confirm={t('system.test.confirm')}
      busy={send.isPending}
      error={shownError(send.error)}
      onConfirm={() => send.mutate({})}
      onClose={close}
    >
      <p>{t('system.test.text', { email })}</p>
      {!byServer && <p>{t('system.test.folder')}</p>}
    </Question>
  );
}
