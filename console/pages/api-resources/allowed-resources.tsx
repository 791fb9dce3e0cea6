import '../../texts/resources/add-api-resources.ts';
import { Button, Checkbox, Modal, Select } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Application } from '../../../src/api/contract/applications.ts';
import { shownError, useAnswer, useChange } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { DialogActions } from '../../parts/form/dialog-actions.tsx';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { toast } from '../../parts/toast.ts';
import { t } from '../../texts/t.ts';
import { StaleProofNotice } from '../authentication/stale-proof-notice.tsx';

interface AllowedProps {
  application: Application;
  mayEdit: boolean;
  /** Otherwise one may only take away what was allowed. */
  mayWiden: boolean;
}

/** *API resources* an application may use, and with which scopes. */
export function AllowedResources({ application, mayEdit, mayWiden }: AllowedProps) {
  const params = { organizationId: application.organization.id, applicationId: application.id };
  const { data } = useAnswer('listAllowedResources', { params });
  /** What is being changed: an API resource, or one yet to be chosen. */
  const [changing, setChanging] = useState<{ resource: string | null } | null>(null);
  const close = (): void => setChanging(null);
  const add = (
    <Button variant="default" size="sm" onClick={() => setChanging({ resource: null })}>
      {t('allowed.add')}
    </Button>
  );
  return (
    <Card title={t('allowed.title')} actions={mayEdit && mayWiden ? add : undefined}>
      <p className="soft">{data?.items.length === 0 ? t('allowed.none') : t('allowed.lead')}</p>
      {data !== undefined && data.items.length > 0 && (
        <ul className="allowed-list">
          {data.items.map(({ id, name, audience, scopes }) => (
            <li key={id}>
              <span className="row-lines">
                <strong>{name}</strong>
                <code>{audience}</code>
                <code>{scopes.join(' ')}</code>
              </span>
              {mayEdit && (
                <Button
                  variant="default"
                  size="sm"
                  aria-label={t('allowed.change.label', { name })}
                  onClick={() => setChanging({ resource: id })}
                >
                  {t('allowed.change')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <Modal
        opened={changing !== null}
        onClose={close}
        title={t('allowed.add')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {changing !== null && data !== undefined && (
          <AllowForm
            application={application}
            chosen={changing.resource}
            mayWiden={mayWiden}
            allowed={new Map(data.items.map(({ id, scopes }) => [id, scopes]))}
            onClose={close}
          />
        )}
      </Modal>
    </Card>
  );
}

interface AllowFormProps {
  application: Application;
  chosen: string | null;
  mayWiden: boolean;
  /** Scopes by the id of an API resource. */
  allowed: ReadonlyMap<string, string[]>;
  onClose: () => void;
}

function AllowForm({ application, chosen, mayWiden, allowed, onClose }: AllowFormProps) {
  const organizationId = application.organization.id;
  const [search, setSearch] = useState('');
  const [id, setId] = useState(chosen);
  /** *Save* was pressed with nothing to save. */
  const [unticked, setUnticked] = useState(false);
  const before = chosen === null ? [] : (allowed.get(chosen) ?? []);
  const [scopes, setScopes] = useState(before);
  const list = useAnswer(
    'listApiResources',
    { params: { organizationId }, query: { search: search || undefined, limit: 50 } },
    { keep: true, enabled: chosen === null },
  );
  const one = useAnswer(
    'getApiResource',
    { params: { organizationId, apiResourceId: id ?? '' } },
    { enabled: id !== null },
  );
  const save = useChange('allowScopes', () => {
    toast(t('allowed.saved'));
    onClose();
  });
  const choose = (next: string | null): void => {
    setId(next);
    setUnticked(false);
    setScopes(next === null ? [] : (allowed.get(next) ?? []));
  };
  const none = list.data?.items.length === 0 && search === '';
  const scopeless = one.data?.scopes.length === 0;
  const allowsNone = scopes.length === 0 && (id === null || !allowed.has(id));
  return (
    <form
      className="question"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setUnticked(allowsNone);
        if (id === null || allowsNone) return;
        save.mutate({ params: { organizationId, applicationId: application.id, apiResourceId: id }, body: { scopes } });
      }}
    >
      <StaleProofNotice />
      {none && (
        <p>
          {t('allowed.no-resources')} <Link to="/api-resources/add">{t('api-resources.add')}</Link>
        </p>
      )}
      {chosen === null && !none && (
        <Select
          label={t('allowed.which')}
          searchable
          value={id}
          onChange={choose}
          onSearchChange={setSearch}
          data={(list.data?.items ?? []).map(({ id: value, name }) => ({ value, label: name }))}
          nothingFoundMessage={t('list.no-match')}
          error={unticked && id === null ? t('field.required') : undefined}
          data-autofocus
        />
      )}
      {one.data !== undefined && scopeless && (
        <p>
          {t('allowed.no-scopes', { name: one.data.name })}{' '}
          <Link to="/api-resources/$apiResourceId" params={{ apiResourceId: one.data.id }}>
            {t('allowed.add-scopes')}
          </Link>
        </p>
      )}
      {one.data !== undefined && !scopeless && (
        <Checkbox.Group
          label={t('allowed.scopes')}
          description={allowed.has(one.data.id) ? t('allowed.scopes.help') : undefined}
          error={unticked && allowsNone ? t('allowed.scopes.missing') : undefined}
          value={scopes}
          onChange={setScopes}
        >
          <div className="choices choices-below">
            {one.data.scopes.map(({ scope, description }) => (
              <Checkbox
                key={scope}
                value={scope}
                label={scope}
                description={description}
                disabled={!mayWiden && !before.includes(scope)}
              />
            ))}
          </div>
        </Checkbox.Group>
      )}
      <FormProblem error={shownError(save.error)} />
      {none || scopeless ? (
        <div className="question-actions">
          <Button variant="default" onClick={onClose}>
            {t('close')}
          </Button>
        </div>
      ) : (
        <DialogActions confirm={t('save')} busy={save.isPending} onClose={onClose} />
      )}
    </form>
  );
}
