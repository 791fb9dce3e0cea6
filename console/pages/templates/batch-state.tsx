import '../../texts/connections/add-templates.ts';
import { Button, Progress } from '@mantine/core';
import type { ReactNode } from 'react';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { Notice } from '../../parts/notice.tsx';
import { shownError } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';
import type { BatchResult } from './use-batches.ts';

/** How far many are, and what became of each that failed. */
export function BatchState({
  results,
  all,
  busy,
  error,
  nameOf,
  onRetry,
  onClose,
  children,
}: {
  results: readonly BatchResult[];
  all: number;
  busy: boolean;
  error: unknown;
  nameOf: (organizationId: string) => string;
  /** Tries again what is not done: what failed, and what a break-off left. */
  onRetry: (done: ReadonlySet<string>) => void;
  onClose: () => void;
  children?: ReactNode;
}) {
  const failed = results.filter(({ done }) => !done);
  const done = results.length - failed.length;
  return (
    <>
      {busy ? (
        <div role="status">
          <Progress value={all === 0 ? 0 : (results.length / all) * 100} aria-hidden="true" />
          <p>{t('consents.progress', { done: results.length, all })}</p>
        </div>
      ) : (
        <Notice live tone={failed.length === 0 && results.length === all ? 'good' : 'warn'}>
          {t('consents.result', { done, all, failed: failed.length })}
        </Notice>
      )}
      {failed.length > 0 && (
        <ul>
          {failed.map(({ organizationId, problem }) => (
            <li key={organizationId}>
              <strong>{nameOf(organizationId)}</strong>: {problem?.message}
            </li>
          ))}
        </ul>
      )}
      {children}
      <FormProblem error={shownError(error)} />
      {!busy && (
        <div className="question-actions">
          <Button onClick={onClose} data-autofocus>
            {t('done')}
          </Button>
          {done < all && (
            <Button
              variant="default"
              onClick={() =>
                onRetry(new Set(results.flatMap(({ organizationId, done }) => (done ? [organizationId] : []))))
              }
            >
              {t('consents.retry')}
            </Button>
          )}
        </div>
      )}
    </>
  );
}
