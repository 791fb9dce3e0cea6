import { Button } from '@mantine/core';
import { useBlocker, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { Application } from '../../../src/api/contract/applications.ts';
import { useConsole } from '../../console-context.ts';
import { Question } from '../../parts/form/question.tsx';
import { Notice } from '../../parts/notice.tsx';
import { t } from '../../texts/t.ts';

interface GuardProps {
  /** A client secret stands on the page and nobody said yet that it is stored. */
  shown: boolean;
  application: Application;
  onStored: () => void;
}

/** The way on from a page that shows a client secret: its button says that it is stored; every other way asks first. */
export function SecretGuard({ shown, application, onStored }: GuardProps) {
  const { unsaved } = useConsole();
  const navigate = useNavigate();
  const stored = useRef(!shown);
  // At the same address as the form that was sent: what is new begins at the top.
  useEffect(() => {
    window.scrollTo(0, 0);
  }, []);
  useEffect(() => (shown ? unsaved.note({ name: 'shown-secret' }) : undefined), [shown, unsaved]);
  const holds = (): boolean => !stored.current && !unsaved.released();
  const blocker = useBlocker({ shouldBlockFn: holds, enableBeforeUnload: holds, withResolver: true });
  return (
    <>
      <Button
        onClick={() => {
          stored.current = true;
          onStored();
          void navigate({ to: '/applications/$applicationId', params: { applicationId: application.id } });
        }}
      >
        {shown || stored.current ? t('program.stored') : t('program.to-application')}
      </Button>
      <Question
        opened={blocker.status === 'blocked'}
        title={t('program.leave.title')}
        confirm={t('program.leave')}
        danger
        onConfirm={() => blocker.proceed?.()}
        onClose={() => blocker.reset?.()}
      >
        {t('program.leave.text', { name: application.name })}
      </Question>
    </>
  );
}

/** Above a page that shows a client secret. */
export function SecretOnce() {
  return (
    <div className="page-notice">
      <Notice tone="warn">{t('program.secret-once')}</Notice>
    </div>
  );
}
