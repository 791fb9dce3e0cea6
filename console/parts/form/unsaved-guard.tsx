import { useBlocker } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useConsole } from '../../console-context.ts';
import { t } from '../../texts/t.ts';
import { Question } from './question.tsx';

interface UnsavedGuardProps {
  /** Name of the form, under which its values are kept during a login. */
  name: string;
  dirty: boolean;
  /** What to show again after a login; never a secret. */
  keep?: () => unknown;
}

/** Asks before a form with unsaved changes is left. */
export function UnsavedGuard({ name, dirty, keep }: UnsavedGuardProps) {
  const { unsaved } = useConsole();
  const newest = useRef(keep);
  newest.current = keep;
  useEffect(() => {
    if (!dirty) return undefined;
    return unsaved.note({ name, keep: () => newest.current?.() });
  }, [dirty, name, unsaved]);
  const blocker = useBlocker({
    shouldBlockFn: () => dirty && !unsaved.released(),
    enableBeforeUnload: () => dirty && !unsaved.released(),
    withResolver: true,
  });
  return (
    <UnsavedQuestion
      opened={blocker.status === 'blocked'}
      onLeave={() => blocker.proceed?.()}
      onStay={() => blocker.reset?.()}
    />
  );
}

/**
 * Whether to leave without saving; of its own for a form whose *Cancel* leads to no other page. Beside the form, not in it:
 * what is submitted here would be submitted there, too.
 */
export function UnsavedQuestion({
  opened,
  onLeave,
  onStay,
}: {
  opened: boolean;
  onLeave: () => void;
  onStay: () => void;
}) {
  return (
    <Question
      opened={opened}
      title={t('unsaved.title')}
      confirm={t('unsaved.leave')}
      danger
      onConfirm={onLeave}
      onClose={onStay}
    >
      {t('unsaved.text')}
    </Question>
  );
}
