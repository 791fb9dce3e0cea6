import { Switch } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Organization } from '../../../src/api/contract/organizations.ts';
import { Card } from '../../parts/card.tsx';
import { toast, toastProblem } from '../../parts/toast.ts';
import { shownError, useAnswer, useChange, useMay } from '../../api/queries.ts';
import { useScope } from '../../scope.ts';
import { t } from '../../texts/t.ts';

/** *Who may come in*: whether users are made at their first login, and for which domains. */
export function JustInTime({ organization }: { organization: Organization }) {
  const scope = useScope();
  const mayEdit = useMay('edit-authentication');
  const { data } = useAnswer('listDomains', { params: { organizationId: organization.id } });
  const change = useChange('changeOrganization', (now) =>
    toast(t(now.justInTime ? 'just-in-time.on' : 'just-in-time.off', { name: now.name })),
  );
  const verified = (data?.items ?? [])
    .filter(({ verification }) => verification?.state === 'verified' || verification?.state === 'grace')
    .map(({ domain }) => domain);
  return (
    <Card title={t('just-in-time.title')}>
      <Switch
        label={t('just-in-time')}
        description={t('just-in-time.help')}
        checked={organization.justInTime}
        disabled={!mayEdit || change.isPending}
        onChange={(event) =>
          change.mutate(
            {
              params: { organizationId: organization.id },
              body: { justInTime: event.currentTarget.checked, version: organization.version },
            },
            { onError: (error) => (shownError(error) === null ? undefined : toastProblem(error)) },
          )
        }
      />
      {data !== undefined && (
        <p className="soft small">
          {verified.length === 0
            ? t('just-in-time.no-domain')
            : t('just-in-time.domains', { domains: verified.join(', ') })}{' '}
          {verified.length === 0 && <Link to={scope.section('domains')}>{t('domains')}</Link>}
        </p>
      )}
    </Card>
  );
}
