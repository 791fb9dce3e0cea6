import type { ReactNode } from 'react';
import type { Explanation } from '../../src/api/contract/authentication.ts';
import { t } from '../texts/t.ts';
import { Notice } from './notice.tsx';

/** What an identity provider (or its address) answered, in words, and what to do about it. */
export function ExplainedFailure({
  title,
  explanation,
  live = false,
  tone = 'bad',
  children,
}: {
  title: string;
  explanation: Explanation | null;
  live?: boolean;
  tone?: 'bad' | 'warn';
  /** What to do next, below. */
  children?: ReactNode;
}) {
  return (
    <Notice tone={tone} live={live}>
      <p>
        <strong>{title}</strong> {explanation?.what}
      </p>
      {explanation !== null && explanation.fix !== null && <p>{explanation.fix}</p>}
      {explanation !== null && <p className="small soft">{t('explanation.code', { code: explanation.code })}</p>}
      {children}
    </Notice>
  );
}
