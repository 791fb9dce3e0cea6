import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Connection } from '../../../src/api/contract/authentication.ts';
import { shownError, useChange } from '../../api/queries.ts';
import { CopyValue } from '../../parts/copy-value.tsx';
import { ExplainedFailure } from '../../parts/explained-failure.tsx';
import { Question } from '../../parts/form/question.tsx';
import { Notice } from '../../parts/notice.tsx';
import { toast } from '../../parts/toast.ts';
import { moment, t } from '../../texts/t.ts';

type Hold = NonNullable<Connection['hold']>;

/** What changed at the provider, why nobody is sent there, and what to do about it. */
export function HoldNotice({
  hold,
  before = false,
  organizationId,
  mayEdit,
}: {
  hold: Hold;
  /** It is the provider of the method before that changed. */
  before?: boolean;
  organizationId: string;
  mayEdit: boolean;
}) {
  return (
    <Notice tone="bad">
      <p>
        <strong>{t(before ? 'hold.title.before' : 'hold.title')}</strong>{' '}
        {t('hold.since', { since: moment(new Date(hold.since)) })}
      </p>
      <Changes hold={hold} />
      <p>{t('hold.why')}</p>
      <p>
        {t('hold.theirs')} {!hold.confirmable && t('hold.settings')}
      </p>
      {mayEdit && hold.confirmable && <Confirm hold={hold} organizationId={organizationId} />}
      <p className="small soft">{t('hold.emergency')}</p>
      <CopyValue value={new URL('/login/emergency', window.location.origin).href} name={t('hold.emergency')} />
    </Notice>
  );
}

function Changes({ hold }: { hold: Hold }) {
  return (
    <ul>
      {hold.changes.map((change) => (
        <li key={change} className="wrap-anywhere">
          {change}
        </li>
      ))}
    </ul>
  );
}

function Confirm({ hold, organizationId }: { hold: Hold; organizationId: string }) {
  const [asking, setAsking] = useState(false);
  const confirm = useChange('confirmProvider', () => {
    setAsking(false);
    toast(t('hold.confirm.done'));
  });
  const close = (): void => {
    confirm.reset();
    setAsking(false);
  };
  return (
    <>
      <p>
        <Button size="sm" onClick={() => setAsking(true)}>
          {t('hold.confirm')}
        </Button>
      </p>
      <Question
        opened={asking}
        title={t('hold.confirm.title')}
        confirm={t('hold.confirm')}
        busy={confirm.isPending}
        error={shownError(confirm.error)}
        onConfirm={() => confirm.mutate({ params: { organizationId }, body: { hold: hold.id } })}
        onClose={close}
      >
        <Changes hold={hold} />
        <p>{t('hold.confirm.text')}</p>
      </Question>
    </>
  );
}

/** That what the provider publishes could not be read again: logins go on with what was read last. */
export function ReadingNotice({ connection }: { connection: Connection }) {
  const { fault } = connection.providerRead;
  return fault === null ? null : <ExplainedFailure title={t('provider-read.fault')} explanation={fault} tone="warn" />;
}
