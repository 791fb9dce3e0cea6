import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Bone } from '../parts/list/data-list.tsx';
import { PageHead } from '../parts/frame/page-head.tsx';
import { ApiProblem, sentenceOf } from '../problem.ts';
import { t } from '../texts/t.ts';

/** While the code of a page is on its way: the outline of one. */
export function Waiting() {
  return (
    <div className="waiting" aria-busy="true">
      <Bone width={240} />
      <Bone width={160} />
    </div>
  );
}

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <>
      <PageHead title={t('not-found.title')} line={t('not-found.text')} />
      <Link to="/managed-organizations">{t('nav.managed')}</Link>
    </>
  );
}

/** A page that cannot be shown: what happened, and the way on. */
export function PageFailure({ error, reset }: { error: unknown; reset?: () => void }) {
  const gone = error instanceof ApiProblem && error.status === 404;
  const reference = error instanceof ApiProblem ? error.reference : undefined;
  return (
    <div role="alert">
      <PageHead title={gone ? t('not-found.title') : t('page-failure.title')} line={sentenceOf(error)} />
      {reference !== undefined && !gone && <p className="soft small">{t('reference', { reference })}</p>}
      <p>
        {reset === undefined || gone ? (
          <Link to="/managed-organizations">{t('nav.managed')}</Link>
        ) : (
          <Button variant="default" onClick={reset}>
            {t('try-again')}
          </Button>
        )}
      </p>
    </div>
  );
}
