import '../../texts/connections/add-templates.ts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { Notice } from '../../parts/notice.tsx';
import { useConsole } from '../../console-context.ts';
import { shownError } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';
import { StaleProofNotice } from '../authentication/stale-proof-notice.tsx';
import { BatchState } from './batch-state.tsx';
import { useBatches, type ConsentsProps } from './use-batches.ts';

/** Dialog *Turn on*: who is affected, then what became of each. */
export function TurnOnConsents({ template, lines: given, onClose, onDone }: ConsentsProps) {
  const { api } = useConsole();
  // The list behind is read anew meanwhile; this dialog is about those that were chosen.
  const [lines] = useState(given);
  const params = { organizationId: template.organizationId, templateId: template.id };
  const batches = useBatches(async (organizations: { organizationId: string; directoryId: string }[]) => {
    return (await api.call('turnOnConsents', { params, body: { organizations } })).results;
  });
  const turnOn = (done?: ReadonlySet<string>): void => {
    const wanted = lines.filter(({ organization }) => done?.has(organization.id) !== true);
    void batches.run(
      wanted.map(({ organization, directoryId }) => ({
        organizationId: organization.id,
        directoryId: directoryId ?? '',
      })),
    );
  };
  const nameOf = (id: string): string =>
    lines.find(({ organization }) => organization.id === id)?.organization.name ?? id;
  const { results, busy } = batches;
  if (busy || results.length > 0) {
    return (
      <div className="question">
        <BatchState {...batches} nameOf={nameOf} onRetry={turnOn} onClose={onDone} />
      </div>
    );
  }
  const foreign = lines.filter(({ ownDomain }) => !ownDomain).length;
  const users = lines.reduce((sum, { organization }) => sum + organization.users, 0);
  return (
    <form
      className="question"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        turnOn();
      }}
    >
      <p>{t('consents.turn-on.text', { users })}</p>
      {foreign > 0 && <Notice tone="warn">{t('consents.turn-on.foreign', { count: foreign })}</Notice>}
      <ul>
        {lines.map(({ organization, directoryId }) => (
          <li key={organization.id}>
            {organization.name}: <code>{directoryId}</code>
          </li>
        ))}
      </ul>
      <StaleProofNotice />
      <FormProblem error={shownError(batches.error)} />
      <div className="question-actions">
        <Button type="submit">{t('consents.turn-on')}</Button>
        <Button variant="default" onClick={onClose}>
          {t('cancel')}
        </Button>
      </div>
    </form>
  );
}
