import type { Application } from '../../../src/api/contract/applications.ts';
import { useMay, useMe } from '../../api/queries.ts';
import { Notice } from '../../parts/notice.tsx';
import { t } from '../../texts/t.ts';

type Managed = Pick<Application, 'firstParty' | 'actsForUsers'>;

/**
 * Whether one may change an application's settings and client secrets, and allow it more. First-party applications and those that
 * act for users are managed by administrators of the root alone; others may take from them and remove them.
 */
export function useManages(application: Managed | undefined): boolean {
  const { isRootAdministrator } = useMe();
  const mayEdit = useMay('edit-applications');
  return mayEdit && (isRootAdministrator || application === undefined || !isOfTheRoot(application));
}

/** Says who manages an application, to administrators who may otherwise edit applications and not this one. */
export function RootManagesNotice({ application }: { application: Managed }) {
  const mayEdit = useMay('edit-applications');
  const manages = useManages(application);
  if (!mayEdit || manages) return null;
  return (
    <div className="page-notice">
      <Notice tone="idle">
        {t(application.firstParty ? 'application.root-manages.first-party' : 'application.root-manages.acts')}
      </Notice>
    </div>
  );
}

function isOfTheRoot({ firstParty, actsForUsers }: Managed): boolean {
  return firstParty || actsForUsers;
}
