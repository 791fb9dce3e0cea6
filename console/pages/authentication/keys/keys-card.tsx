import { Button } from '@mantine/core';
import { useState } from 'react';
import { useAnswer, useChange, shownError } from '../../../api/queries.ts';
import { Card } from '../../../parts/card.tsx';
import { CardFailure } from '../../../parts/card-failure.tsx';
import { FormProblem } from '../../../parts/form/form-problem.tsx';
import { Question } from '../../../parts/form/question.tsx';
import { toast } from '../../../parts/toast.ts';
import { dayOf, t } from '../../../texts/t.ts';
import type { Cloud } from '../settings-values.ts';
import { Certificate, KeyFacts } from './key-fields.tsx';

/** The keys of the connection in force: which is in use, the next one, and the way back. */
export function KeysCard({
  organizationId,
  id,
  cloud,
  mayEdit,
}: {
  organizationId: string;
  id: string;
  cloud: Cloud | '';
  mayEdit: boolean;
}) {
  const params = { organizationId, clientKeysId: id };
  const { data, error, refetch } = useAnswer('getClientKeys', { params });
  const next = useChange('addNextKey', () => toast(t('client-keys.done.next')));
  const [asking, setAsking] = useState<string | null>(null);
  const use = useChange('useClientKey', () => {
    setAsking(null);
    toast(t('client-keys.done.use'));
  });
  if (data === undefined) return <CardFailure title={t('client-keys.title')} error={error} again={refetch} />;
  const again = data.keys.some(({ id: key, state }) => key === asking && state === 'previous');
  const waits = data.keys.some(({ state }) => state === 'next');
  const action = (
    <Button variant="default" size="sm" loading={next.isPending} onClick={() => next.mutate({ params })}>
      {t('client-keys.next')}
    </Button>
  );
  return (
    <Card title={t('client-keys.title')} actions={mayEdit && !waits ? action : undefined}>
      <p className="soft">{t('client-keys.lead')}</p>
      <FormProblem error={next.error} />
      {data.credential !== 'certificate' && <KeyFacts organizationId={organizationId} id={id} cloud={cloud} />}
      {waits && (
        <p>{t(data.credential === 'certificate' ? 'client-keys.next.certificate' : 'client-keys.next.published')}</p>
      )}
      <ul className="keys">
        {data.keys.map(({ id: key, state, since, certificate }) => (
          <li key={key}>
            <p>
              <strong>{t(`credential.state.${state}`)}</strong>{' '}
              <span className="soft">{t('client-keys.since', { day: dayOf(new Date(since)) })}</span>
            </p>
            {certificate !== null && <Certificate certificate={certificate} />}
            {mayEdit && state !== 'in-use' && (
              <p>
                <Button variant="default" size="sm" onClick={() => setAsking(key)}>
                  {t(`credential.use.${state}`)}
                </Button>
              </p>
            )}
          </li>
        ))}
      </ul>
      <Question
        opened={asking !== null}
        title={t(again ? 'client-keys.use.title.previous' : 'client-keys.use.title')}
        confirm={t(again ? 'credential.use.previous' : 'credential.use.next')}
        busy={use.isPending}
        error={shownError(use.error)}
        onConfirm={() => use.mutate({ params, body: { key: asking ?? '' } })}
        onClose={() => {
          use.reset();
          setAsking(null);
        }}
      >
        <p>{t('client-keys.use.text')}</p>
      </Question>
    </Card>
  );
}
