import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../../texts/t.ts';

/** Nothing to show: what this would be, why there is none, and the one thing to do about it. */
export function Empty({ title, text, action }: { title: string; text: string; action?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      <p>{text}</p>
      {action !== undefined && <div className="empty-action">{action}</div>}
    </div>
  );
}

/** Nothing fits what was searched or chosen; the way back to all. `searched` says what a search of this list finds. */
export function NoMatch({ onClear, searched }: { onClear: () => void; searched?: string | undefined }) {
  const clear = (
    <Button variant="default" onClick={onClear}>
      {t('list.clear')}
    </Button>
  );
  const text = searched === undefined ? t('list.no-match.text') : `${t('list.no-match.text')} ${searched}`;
  return <Empty title={t('list.no-match')} text={text} action={clear} />;
}
