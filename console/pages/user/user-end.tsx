import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { UserDetail } from '../../../src/api/contract/users.ts';
import { Card } from '../../parts/card.tsx';
import { Question } from '../../parts/form/question.tsx';
import { toast, toastProblem } from '../../parts/toast.ts';
import { shownError, useChange, useMe } from '../../api/queries.ts';
import { useScope } from '../../scope.ts';
import { t } from '../../texts/t.ts';

/** How a user's access ends: disabled for a while, or removed for good. */
export function UserEnd({ user }: { user: UserDetail }) {
  const { users } = useScope();
  const navigate = useNavigate();
  const myself = useMe().user?.id === user.id;
  const [asking, setAsking] = useState<'disable' | 'remove' | null>(null);
  const name = user.name ?? user.email;
  const params = { organizationId: user.organization.id, userId: user.id };
  const disable = useChange('disableUser', ({ ended }) => {
    setAsking(null);
    toast(t('disable.done', { name, sessions: ended.sessions }));
  });
  const enable = useChange('enableUser', () => toast(t('enable.done', { name })));
  const remove = useChange('removeUser', () => {
    toast(t('user.removed', { name }));
    void navigate({ to: users });
  });
  const close = (): void => {
    disable.reset();
    remove.reset();
    setAsking(null);
  };
  return (
    <Card title={t('user.end')}>
      <p className="soft">{myself ? t('user.end.myself') : t('user.end.text')}</p>
      <div className="form-actions">
        {user.status === 'disabled' ? (
          <Button
            variant="default"
            loading={enable.isPending}
            onClick={() => enable.mutate({ params }, { onError: toastProblem })}
          >
            {t('enable')}
          </Button>
        ) : (
          <Button variant="default" disabled={myself} onClick={() => setAsking('disable')}>
            {t('disable')}
          </Button>
        )}
        <Button variant="default" disabled={myself} onClick={() => setAsking('remove')}>
          {t('user.remove')}
        </Button>
      </div>
      <Question
        opened={asking === 'disable'}
        title={t('disable.title', { name })}
        confirm={t('disable')}
        danger
        busy={disable.isPending}
        error={shownError(disable.error)}
        onConfirm={() => disable.mutate({ params })}
        onClose={close}
      >
        {t('disable.text', { sessions: user.sessions })}
      </Question>
      <Question
        opened={asking === 'remove'}
        title={t('user.remove.title', { name })}
        confirm={t('user.remove')}
        danger
        typed={user.email}
        busy={remove.isPending}
        error={shownError(remove.error)}
        onConfirm={() => remove.mutate({ params, query: { confirm: user.email } })}
        onClose={close}
      >
        <p>{t('user.remove.text', { sessions: user.sessions })}</p>
      </Question>
    </Card>
  );
}
