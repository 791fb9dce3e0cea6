import { useMe } from '../../api/queries.ts';
import { Notice } from '../../parts/notice.tsx';
import { t } from '../../texts/t.ts';

/** Said to whoever is about to try a program with an address that it would not be told. */
export function UnprovenNotice() {
  const { user } = useMe();
  if (user === null || user.emailProven) return null;
  return (
    <div className="page-notice">
      <Notice tone="warn">
        {t('program.unproven', { email: user.email })}{' '}
        <a href="/account" target="_blank" rel="noreferrer">
          {t('program.unproven.prove')}
        </a>
      </Notice>
    </div>
  );
}
