import '../../texts/connections/add-templates.ts';
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { CopyValue } from '../../parts/copy-value.tsx';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { useConsole } from '../../console-context.ts';
import { shownError } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';
import { BatchState } from './batch-state.tsx';
import { useBatches, type ConsentsProps } from './use-batches.ts';

/** Dialog *Ask for consent*: an address for each, then what became of each, with the links. */
export function AskConsents({ template, lines: given, onClose, onDone }: ConsentsProps) {
  const { api } = useConsole();
  // The list behind is read anew meanwhile; this dialog is about those that were chosen.
  const [lines] = useState(given);
  const [emails, setEmails] = useState(() => new Map(lines.map((line) => [line.organization.id, line.email ?? ''])));
  const [checked, setChecked] = useState(false);
  const [send, setSend] = useState(true);
  const params = { organizationId: template.organizationId, templateId: template.id };
  const batches = useBatches(async (organizations: { organizationId: string; email: string; send: boolean }[]) => {
    const body = {
      organizations: organizations.map(({ send: _all, ...one }) => one),
      send: organizations[0]?.send ?? true,
    };
    return (await api.call('askConsents', { params, body })).results;
  });
  const nameOf = new Map(lines.map((line) => [line.organization.id, line.organization.name]));
  const ask = (mailed: boolean, done?: ReadonlySet<string>): void => {
    setChecked(true);
    const wanted = lines.filter(({ organization }) => done?.has(organization.id) !== true);
    const organizations = wanted.map(({ organization: { id } }) => ({
      organizationId: id,
      email: emails.get(id)?.trim() ?? '',
      send: mailed,
    }));
    if (organizations.some(({ email }) => email === '')) return;
    setSend(mailed);
    void batches.run(organizations);
  };
  const { results, busy } = batches;
  if (busy || results.length > 0) {
    const links = results.filter(({ url }) => url !== null);
    return (
      <div className="question">
        <BatchState
          {...batches}
          nameOf={(id) => nameOf.get(id) ?? id}
          onRetry={(done) => ask(send, done)}
          onClose={onDone}
        >
          {!send && links.length > 0 && (
            <>
              <p className="soft small">{t('consents.links.help')}</p>
              {links.map(({ organizationId, url }) => {
                const name = nameOf.get(organizationId) ?? '';
                return (
                  <div key={organizationId}>
                    <div className="label">{name}</div>
                    <CopyValue value={url ?? ''} name={t('consents.link', { name })} />
                  </div>
                );
              })}
            </>
          )}
        </BatchState>
      </div>
    );
  }
  return (
    <form
      className="question"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        ask(true);
      }}
    >
      <p>{t('consents.ask.text')}</p>
      {lines.map(({ organization: { id, name } }) => (
        <TextInput
          key={id}
          type="email"
          label={t('consents.ask.email', { name })}
          value={emails.get(id) ?? ''}
          error={checked && (emails.get(id) ?? '').trim() === '' ? t('consents.ask.missing') : undefined}
          autoComplete="off"
          onChange={(event) => setEmails(new Map(emails).set(id, event.currentTarget.value))}
        />
      ))}
      <FormProblem error={shownError(batches.error)} />
      <div className="question-actions">
        <Button type="submit">{t('consents.ask.send')}</Button>
        <Button variant="default" onClick={() => ask(false)}>
          {t('consents.ask.make')}
        </Button>
        <Button variant="default" onClick={onClose}>
          {t('cancel')}
        </Button>
      </div>
    </form>
  );
}
