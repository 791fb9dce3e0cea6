import { Button } from '@mantine/core';
import { useState } from 'react';
import type { RoleRule, RoleRules } from '../../../../src/api/contract/connections/role-rules.ts';
import { useAnswer } from '../../../api/queries.ts';
import { useConsole } from '../../../console-context.ts';
import { roleName } from '../../../labels.tsx';
import { Card } from '../../../parts/card.tsx';
import { Notice } from '../../../parts/notice.tsx';
import { t } from '../../../texts/t.ts';
import { RolePreview } from './role-preview.tsx';
import { RulesForm, rulesFormName } from './rules-form.tsx';

/** Which groups and app roles of the provider give which roles. */
export function RoleRulesCard({ organizationId }: { organizationId: string }) {
  const { data } = useAnswer('getRoleRules', { params: { organizationId } });
  const { unsaved } = useConsole();
  // Rules that were being changed when a login came between are shown again.
  const [editing, setEditing] = useState(() => unsaved.keeps(rulesFormName(organizationId)));
  if (data === undefined) return null;
  const edit = (
    <Button variant="default" size="sm" onClick={() => setEditing(true)}>
      {t('roles.edit')}
    </Button>
  );
  return (
    <Card title={t('roles.title')} actions={editing ? undefined : edit}>
      <p className="soft">{t('roles.lead')}</p>
      {editing ? (
        <RulesForm organizationId={organizationId} saved={data} onClose={() => setEditing(false)} />
      ) : (
        <>
          {!data.active && (
            <Notice tone="warn">
              <p>{t('roles.inactive')}</p>
            </Notice>
          )}
          <SavedRules data={data} />
          {data.rules.length > 0 && <RolePreview organizationId={organizationId} rules={null} />}
        </>
      )}
    </Card>
  );
}

function SavedRules({ data }: { data: RoleRules }) {
  if (data.rules.length === 0) return <p>{t('roles.empty')}</p>;
  return (
    <ol className="points">
      {data.rules.map((rule) => {
        const line = lineOf(rule, data);
        return <li key={line}>{line}</li>;
      })}
    </ol>
  );
}

function lineOf({ claim, value, gives }: RoleRule, { applications }: RoleRules): string {
  if (gives.kind === 'console') {
    const given = gives.role === null ? t('roles.nothing') : roleName(gives.role);
    return t('roles.line', { claim, value, where: t('roles.console'), given });
  }
  const where = applications.find(({ id }) => id === gives.applicationId)?.name ?? gives.applicationId;
  return t('roles.line', { claim, value, where, given: gives.roles.join(', ') || t('roles.nothing') });
}
