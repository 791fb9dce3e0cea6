import { Notice } from '../../parts/notice.tsx';
import { useConsole } from '../../console-context.ts';
import { useMe } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';

/** Says before anything is typed that saving will ask for a new login, and offers it now. */
export function StaleProofNotice() {
  const { factorFreshUntil } = useMe();
  const { unsaved, session } = useConsole();
  if (factorFreshUntil !== null && new Date(factorFreshUntil) > new Date()) return null;
  const logIn = (): void => {
    unsaved.release();
    void session.logIn({ fresh: true });
  };
  return (
    <Notice tone="idle">
      <p>{t('stale-proof')}</p>
      <p>
        <button type="button" className="as-link" onClick={logIn}>
          {t('stale-proof.now')}
        </button>
      </p>
    </Notice>
  );
}
