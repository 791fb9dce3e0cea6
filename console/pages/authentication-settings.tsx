import type { Authentication } from '../../src/api/contract/authentication.ts';
import { useSearch } from '@tanstack/react-router';
import { MethodChip } from '../labels.tsx';
import { useAnswer, useMay } from '../api/queries.ts';
import { useScope } from '../scope.ts';
import { t } from '../texts/t.ts';
import { Card } from '../parts/card.tsx';
import { Skeleton } from '../parts/list/data-list.tsx';
import { Notice } from '../parts/notice.tsx';
import { AuthenticationForm } from './authentication/authentication-form.tsx';
import { PageFailure } from './states.tsx';

/** Pane *Authentication settings*: the form with its guide beside it. */
export function AuthenticationSettingsPane() {
  const { organizationId } = useScope();
  const { again = false } = useSearch({ strict: false });
  const { data, error, refetch } = useAnswer('getAuthentication', { params: { organizationId } });
  const mayEdit = useMay('edit-authentication');
  if (error !== null && data === undefined) return <PageFailure error={error} reset={() => void refetch()} />;
  return (
    <Card
      title={t('authentication.settings')}
      state={
        data === undefined ? undefined : <MethodChip state={data.state} failingSince={data.connection?.failingSince} />
      }
      bare
    >
      <Body data={data} mayEdit={mayEdit} again={again} />
    </Card>
  );
}

function Body({ data, mayEdit, again }: { data: Authentication | undefined; mayEdit: boolean; again: boolean }) {
  if (data === undefined) {
    return (
      <div className="card-body">
        <Skeleton width={260} />
      </div>
    );
  }
  if (!mayEdit) {
    return (
      <div className="card-body">
        <Notice tone="idle">{t('authentication.read-only')}</Notice>
      </div>
    );
  }
  // One form for one state of the organization: what somebody else saved meanwhile is met as a conflict on Save.
  return <AuthenticationForm key={data.organization.id} start={data} again={again} />;
}
