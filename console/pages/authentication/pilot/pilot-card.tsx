import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import type { Authentication } from '../../../../src/api/contract/authentication.ts';
import { shownError, useChange } from '../../../api/queries.ts';
import { methodName } from '../../../labels.tsx';
import { Card } from '../../../parts/card.tsx';
import { fieldErrors } from '../../../parts/form/field-errors.ts';
import { Question } from '../../../parts/form/question.tsx';
import { toast } from '../../../parts/toast.ts';
import { t } from '../../../texts/t.ts';
import { AffectedList } from '../affected-list.tsx';
import { PilotChoice, pilotOf, type PilotValues } from './pilot-choice.tsx';

/** A pilot that runs: who is in it, and how it goes on. *Back* is *Switch back*, above. */
export function PilotCard({ data, mayEdit }: { data: Authentication; mayEdit: boolean }) {
  const { pilot } = data;
  if (pilot === null) return null;
  const about = { method: methodName(data.method), previous: methodName(pilot.previous) };
  return (
    <Card
      title={t('pilot.title')}
      actions={
        mayEdit && (
          <>
            <ChangePilot data={data} />
            <EndPilot data={data} />
          </>
        )
      }
    >
      <p>
        {pilot.percent === null
          ? t('pilot.text.named', { ...about, users: pilot.users })
          : t('pilot.text.percent', { ...about, users: pilot.users, percent: pilot.percent })}
      </p>
      {mayEdit && (
        <>
          <h3>{t('pilot.list')}</h3>
          <AffectedList organizationId={data.organization.id} only="pilot" />
        </>
      )}
    </Card>
  );
}

function ChangePilot({ data }: { data: Authentication }) {
  const [asking, setAsking] = useState(false);
  const [values, setValues] = useState<PilotValues>(() => valuesOf(data));
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  const change = useChange('changePilot', () => {
    setAsking(false);
    toast(t('pilot.change.done'));
  });
  const close = (): void => {
    change.reset();
    setWrong(undefined);
    setAsking(false);
  };
  const submit = (): void => {
    const pilot = pilotOf(values);
    if (pilot === undefined || pilot === null) {
      setWrong(values.who === 'percent' ? t('pilot.percent.wrong') : t('field.required'));
      return;
    }
    setWrong(undefined);
    change.mutate(
      { params: { organizationId: data.organization.id }, body: { pilot, version: data.version } },
      { onError: (error) => setWrong(fieldErrors(error)['addresses']) },
    );
  };
  return (
    <>
      <Button
        variant="default"
        size="sm"
        onClick={() => {
          setValues(valuesOf(data));
          setAsking(true);
        }}
      >
        {t('pilot.change')}
      </Button>
      <Question
        opened={asking}
        title={t('pilot.change')}
        confirm={t('save')}
        busy={change.isPending}
        error={shownError(change.error)}
        onConfirm={submit}
        onClose={close}
      >
        <PilotChoice values={values} kinds={['percent', 'named']} error={wrong} onChange={setValues} />
      </Question>
    </>
  );
}

/** The share as it is; names are typed anew. */
function valuesOf({ pilot }: Authentication): PilotValues {
  const percent = pilot?.percent ?? null;
  return { who: percent === null ? 'named' : 'percent', percent: String(percent ?? 10), addresses: '' };
}

function EndPilot({ data }: { data: Authentication }) {
  const [asking, setAsking] = useState(false);
  const [atOnce, setAtOnce] = useState(false);
  const method = methodName(data.method);
  const end = useChange('endPilot', () => {
    setAsking(false);
    toast(t('pilot.end.done', { method }));
  });
  return (
    <>
      <Button size="sm" onClick={() => setAsking(true)}>
        {t('pilot.end')}
      </Button>
      <Question
        opened={asking}
        title={t('pilot.end.title')}
        confirm={t('pilot.end')}
        busy={end.isPending}
        error={shownError(end.error)}
        onConfirm={() =>
          end.mutate({
            params: { organizationId: data.organization.id },
            body: { endSessions: atOnce ? 'at-once' : 'within-12-hours', version: data.version },
          })
        }
        onClose={() => {
          end.reset();
          setAsking(false);
        }}
      >
        <p>{t('pilot.end.text', { users: data.users, method })}</p>
        <Checkbox
          checked={atOnce}
          onChange={(event) => setAtOnce(event.currentTarget.checked)}
          label={t('pilot.end.sessions')}
          description={t('pilot.end.sessions.help')}
        />
      </Question>
    </>
  );
}
