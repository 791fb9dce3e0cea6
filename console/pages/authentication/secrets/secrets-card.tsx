import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import type { ClientSecrets } from '../../../../src/api/contract/connections/client-secrets.ts';
import { shownError, useAnswer, useChange } from '../../../api/queries.ts';
import { Card } from '../../../parts/card.tsx';
import { CardFailure } from '../../../parts/card-failure.tsx';
import { FormProblem } from '../../../parts/form/form-problem.tsx';
import { Question } from '../../../parts/form/question.tsx';
import { StateChip } from '../../../parts/state-chip.tsx';
import { toast } from '../../../parts/toast.ts';
import { calendarDateOf, dayOf, moment, t } from '../../../texts/t.ts';
import { TrialResult } from '../trial/trial-result.tsx';
import { useTrial } from '../trial/use-trial.ts';
import { NextSecretForm } from './next-secret-form.tsx';

type Asked = 'next' | 'previous' | 'delete';

/** The client secrets of the connection in force: which is in use, the next one with its test, and the way back. */
export function SecretsCard({ organizationId, mayEdit }: { organizationId: string; mayEdit: boolean }) {
  const params = { organizationId };
  // A test may be run in another window, or by somebody it was mailed to.
  const waits = (data: ClientSecrets | undefined): boolean => data?.next?.testedAt === null;
  const { data, error, refetch } = useAnswer('getClientSecrets', { params }, { again: waits });
  const [entering, setEntering] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const trial = useTrial(organizationId);
  const close = (): void => {
    use.reset();
    deletion.reset();
    setAsked(null);
  };
  const use = useChange('useClientSecret', () => {
    trial.forget();
    setAsked(null);
    toast(t('client-secrets.done.use'));
  });
  const deletion = useChange('deleteNextSecret', () => {
    trial.forget();
    setAsked(null);
    toast(t('client-secrets.done.delete'));
  });
  if (data === undefined) return <CardFailure title={t('client-secrets.title')} error={error} again={refetch} />;
  const { inUse, next, previous } = data;
  const action = (
    <Button variant="default" size="sm" onClick={() => setEntering(true)}>
      {t(next === null ? 'client-secrets.enter' : 'client-secrets.enter.other')}
    </Button>
  );
  return (
    <Card title={t('client-secrets.title')} actions={mayEdit ? action : undefined}>
      <p className="soft">{t('client-secrets.lead')}</p>
      <ul className="keys">
        <li>
          <span>
            <strong>{t('credential.state.in-use')}</strong> <Facts since={inUse.setAt} until={inUse.expiresAt} />
          </span>
        </li>
        {next !== null && (
          <li>
            <span>
              <strong>{t('credential.state.next')}</strong> <Facts since={next.setAt} until={next.expiresOn} />{' '}
              <StateChip tone={next.testedAt === null ? 'idle' : 'good'}>
                {next.testedAt === null
                  ? t('client-secrets.untested')
                  : t('client-secrets.tested', { at: moment(new Date(next.testedAt)) })}
              </StateChip>
            </span>
            <p>{t(next.testedAt === null ? 'client-secrets.next.untested' : 'client-secrets.next.tested')}</p>
            {mayEdit && (
              <div className="form-actions">
                {next.testedAt !== null && (
                  <Button size="sm" onClick={() => setAsked('next')}>
                    {t('credential.use.next')}
                  </Button>
                )}
                <Button
                  variant="default"
                  size="sm"
                  loading={trial.beginning}
                  onClick={() => trial.begin(null, { nextSecret: true })}
                >
                  {t('client-secrets.test')}
                </Button>
                <Button variant="default" size="sm" onClick={() => setAsked('delete')}>
                  {t('client-secrets.delete')}
                </Button>
              </div>
            )}
            <FormProblem error={shownError(trial.error)} />
            {trial.current !== undefined && (
              <TrialResult trial={trial.current} run={trial.current.run} url={trial.url} />
            )}
          </li>
        )}
        {previous !== null && (
          <li>
            <span>
              <strong>{t('credential.state.previous')}</strong>{' '}
              <Facts since={previous.setAt} until={previous.expiresOn} />
            </span>
            {mayEdit && (
              <p>
                <Button variant="default" size="sm" onClick={() => setAsked('previous')}>
                  {t('credential.use.previous')}
                </Button>
              </p>
            )}
          </li>
        )}
      </ul>
      <Modal
        opened={entering}
        onClose={() => setEntering(false)}
        title={t('client-secrets.enter.title')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {entering && (
          <NextSecretForm
            organizationId={organizationId}
            onDone={() => trial.forget()}
            onClose={() => setEntering(false)}
          />
        )}
      </Modal>
      {asked === 'delete' ? (
        <Question
          opened
          danger
          title={t('client-secrets.delete.title')}
          confirm={t('client-secrets.delete')}
          busy={deletion.isPending}
          error={shownError(deletion.error)}
          onConfirm={() => deletion.mutate({ params })}
          onClose={close}
        >
          <p>{t('client-secrets.delete.text')}</p>
        </Question>
      ) : (
        <Question
          opened={asked !== null}
          title={t(asked === 'previous' ? 'client-secrets.use.title.previous' : 'client-secrets.use.title')}
          confirm={t(asked === 'previous' ? 'credential.use.previous' : 'credential.use.next')}
          busy={use.isPending}
          error={shownError(use.error)}
          onConfirm={() => use.mutate({ params, body: { secret: asked === 'previous' ? 'previous' : 'next' } })}
          onClose={close}
        >
          <p>{t('client-secrets.use.text')}</p>
        </Question>
      )}
    </Card>
  );
}

/** When a client secret was entered and until when it is valid. */
function Facts({ since, until }: { since: string | null; until: string | null }) {
  return (
    <span className="soft">
      {since !== null && t('client-secrets.set', { day: dayOf(new Date(since)) })}
      {since !== null && ' · '}
      {until === null ? t('client-secrets.until.unknown') : t('client-secrets.until', { day: calendarDateOf(until) })}
    </span>
  );
}
