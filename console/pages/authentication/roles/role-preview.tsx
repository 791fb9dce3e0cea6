import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import type { RoleRule } from '../../../../src/api/contract/connections/role-rules.ts';
import { shownError, useAnswer, useAsk } from '../../../api/queries.ts';
import { FormProblem } from '../../../parts/form/form-problem.tsx';
import { Notice } from '../../../parts/notice.tsx';
import { t } from '../../../texts/t.ts';

/** What a person would get by rules, saved (null) or as they stand in the form. */
export function RolePreview({ organizationId, rules }: { organizationId: string; rules: RoleRule[] | null }) {
  const params = { organizationId };
  const [search, setSearch] = useState('');
  const users = useAnswer('listUsers', { params, query: { search: search || undefined, limit: 20 } }, { keep: true });
  const trials = useAnswer('listTrials', { params, query: { limit: 20 } });
  const passed = trials.data?.items.find(({ run }) => run.state === 'passed');
  const preview = useAsk('previewRoleRules');
  const { data } = preview;
  return (
    <section aria-label={t('roles.preview')}>
      <h3>{t('roles.preview')}</h3>
      <p className="soft small">{t('roles.preview.help')}</p>
      <div className="inline-form">
        <Select
          label={t('roles.preview.user')}
          searchable
          data={(users.data?.items ?? []).map(({ id, email }) => ({ value: id, label: email }))}
          filter={({ options }) => options}
          onSearchChange={setSearch}
          onChange={(userId) => {
            if (userId !== null) preview.mutate({ params, body: { rules, of: { userId } } });
          }}
        />
        {passed !== undefined && (
          <Button
            variant="default"
            loading={preview.isPending}
            onClick={() => preview.mutate({ params, body: { rules, of: { trialId: passed.id } } })}
          >
            {t('roles.preview.test')}
          </Button>
        )}
      </div>
      {trials.data !== undefined && passed === undefined && <p className="soft small">{t('roles.preview.no-test')}</p>}
      <FormProblem error={shownError(preview.error)} />
      {data !== undefined && (
        <Notice tone={data.stated === null ? 'warn' : 'idle'} live>
          {data.stated === null ? (
            <p>{t('roles.preview.unknown')}</p>
          ) : (
            data.decisions.map(({ target, sentence }) => <p key={target}>{sentence}</p>)
          )}
          {data.stated !== null && data.decisions.length === 0 && <p>{t('roles.preview.no-rules')}</p>}
        </Notice>
      )}
    </section>
  );
}
