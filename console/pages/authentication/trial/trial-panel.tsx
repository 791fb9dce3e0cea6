import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Trial } from '../../../../src/api/contract/connections/trials.ts';
import { shownError, useAnswer, useChange } from '../../../api/queries.ts';
import { Card } from '../../../parts/card.tsx';
import { FormProblem } from '../../../parts/form/form-problem.tsx';
import { Question } from '../../../parts/form/question.tsx';
import { Skeleton } from '../../../parts/list/data-list.tsx';
import { Empty } from '../../../parts/list/empty.tsx';
import { Moment } from '../../../parts/moment.tsx';
import { StateChip, type Tone } from '../../../parts/state-chip.tsx';
import { toast } from '../../../parts/toast.ts';
import { moment, t, type TextKey } from '../../../texts/t.ts';
import { PageFailure } from '../../states.tsx';
import { MailTrial } from './mail-trial.tsx';
import { TrialResult, type TrialRun } from './trial-result.tsx';
import { useTrial } from './use-trial.ts';

/** Section *Tests*: begins one of the connection in force, and lists those that have not ended. */
export function TrialPanel({ organizationId, canBegin }: { organizationId: string; canBegin: boolean }) {
  const [cursor, setCursor] = useState<string | undefined>();
  const query = cursor === undefined ? {} : { cursor };
  const { data, error, refetch } = useAnswer('listTrials', { params: { organizationId }, query }, { keep: true });
  const trial = useTrial(organizationId);
  const [ending, setEnding] = useState<Trial | null>(null);
  const end = useChange('endTrial', () => {
    toast(t('trial.end.done'));
    trial.forget();
    setEnding(null);
  });
  if (error !== null && data === undefined) return <PageFailure error={error} reset={() => void refetch()} />;
  const listed = data?.items.filter(({ id }) => id !== trial.current?.id);
  // Without a connection there is nothing to begin here, and most often nothing to show.
  if (!canBegin && cursor === undefined && listed?.length === 0) return null;
  const button = (
    <Button variant="default" size="sm" loading={trial.beginning} onClick={() => trial.begin(null)}>
      {t('trial.test')}
    </Button>
  );
  return (
    <Card title={t('trials')} actions={canBegin ? button : undefined}>
      <FormProblem error={shownError(trial.error)} />
      {trial.current !== undefined && (
        <>
          <TrialResult trial={trial.current} run={trial.current.run} url={trial.url} />
          <MailTrial organizationId={organizationId} trial={trial.current} />
        </>
      )}
      {listed === undefined ? (
        <Skeleton width={260} />
      ) : listed.length === 0 && trial.current === undefined ? (
        <Empty title={t('trials.none')} text={t('trials.none.text')} />
      ) : (
        <ul className="trial-list">
          {listed.map((one) => (
            <li key={one.id}>
              <ListedTrial organizationId={organizationId} trial={one} onEnd={() => setEnding(one)} />
            </li>
          ))}
        </ul>
      )}
      {(cursor !== undefined || data?.nextCursor) && (
        <p className="trial-pages">
          {cursor !== undefined && (
            <button type="button" className="as-link" onClick={() => setCursor(undefined)}>
              {t('paging.first')}
            </button>
          )}{' '}
          {data?.nextCursor && (
            <button type="button" className="as-link" onClick={() => setCursor(data.nextCursor ?? undefined)}>
              {t('paging.next')}
            </button>
          )}
        </p>
      )}
      <Question
        opened={ending !== null}
        title={t('trial.end.title')}
        confirm={t('trial.end')}
        danger
        busy={end.isPending}
        error={shownError(end.error)}
        onConfirm={() => end.mutate({ params: { organizationId, trialId: ending?.id ?? '' } })}
        onClose={() => {
          end.reset();
          setEnding(null);
        }}
      >
        {t('trial.end.text')}
      </Question>
    </Card>
  );
}

const STATES: Record<TrialRun['state'], readonly [Tone, TextKey]> = {
  ready: ['idle', 'trial.state.ready'],
  sent: ['warn', 'trial.state.sent'],
  passed: ['good', 'trial.state.passed'],
  failed: ['bad', 'trial.state.failed'],
};

function ListedTrial({ organizationId, trial, onEnd }: { organizationId: string; trial: Trial; onEnd: () => void }) {
  const kind = t(
    trial.nextSecret ? 'trial.of-next-secret' : trial.inForce ? 'trial.of-connection' : 'trial.of-settings',
  );
  return (
    <details>
      <summary>
        {kind} <span className="soft">{t('trial.by', { who: trial.begunBy ?? '–' })}</span>{' '}
        <Moment at={trial.begunAt} />{' '}
        {[trial.run, ...trial.mailed].map((run, place) => (
          <RunChip key={run.recipient ?? String(place)} run={run} />
        ))}
      </summary>
      {[trial.run, ...trial.mailed].map((run, place) => (
        // oxlint-disable-next-line react/no-array-index-key -- runs are never moved, and one person may get two
        <div key={place} className="trial-run">
          <h3>{run.recipient ?? trial.begunBy ?? t('trial')}</h3>
          {run.state === 'ready' ? (
            <p className="soft">{t('trial.not-begun', { until: moment(new Date(run.expiresAt)) })}</p>
          ) : (
            <TrialResult trial={trial} run={run} url={undefined} />
          )}
        </div>
      ))}
      <MailTrial organizationId={organizationId} trial={trial} />
      <p>
        <button type="button" className="as-link" onClick={onEnd}>
          {t('trial.end')}
        </button>
      </p>
    </details>
  );
}

function RunChip({ run }: { run: TrialRun }) {
  const [tone, key] = STATES[run.state];
  return <StateChip tone={tone}>{run.recipient === null ? t(key) : `${run.recipient}: ${t(key)}`}</StateChip>;
}
