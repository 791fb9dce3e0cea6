import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Skeleton } from '../parts/list/data-list.tsx';
import { PageHead } from '../parts/frame/page-head.tsx';
import { ApiProblem, sentenceOf } from '../api/problem.ts';
import { t } from '../texts/t.ts';

/** Skeleton of a page while its code loads. */
export function Waiting() {
  return (
    <div className="waiting" aria-busy="true">
      <Skeleton width={240} />
      <Skeleton width={160} />
    </div>
  );
}

/** Not found: no page has this address. */
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
