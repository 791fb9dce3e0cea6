import { Button } from '@mantine/core';
import { useState } from 'react';
import type { UserDetail } from '../../../src/api/contract/users.ts';
import { Card, Facts } from '../../parts/card.tsx';
import { Question } from '../../parts/form/question.tsx';
import { Moment } from '../../parts/moment.tsx';
import { toast } from '../../parts/toast.ts';
import { shownError, useChange } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';

type Consent = UserDetail['consents'][number];

/** Scopes by their names; what may be done at API resources in their words. */
function allowedBy({ scopes, permissions }: Consent): string {
  return [...scopes, ...permissions.map(({ resource, sentence }) => `${resource}: ${sentence}`)].join(', ');
}

/** What the user allowed applications, and taking it back. */
export function ConsentsCard({ user, mayEdit }: { user: UserDetail; mayEdit: boolean }) {
  const [asking, setAsking] = useState<Consent | null>(null);
  const withdraw = useChange('withdrawConsent', () => {
    toast(t('user-consent.withdrawn', { application: asking?.application.name ?? '' }));
    setAsking(null);
  });
  return (
    <Card title={t('user-consent.title')}>
      <Facts
        rows={user.consents.map((consent) => [
          consent.application.name,
          <span className="row-inline" key={consent.application.id}>
            <span>
              {t('user-consent.by', { owner: consent.owner, scopes: allowedBy(consent) })}{' '}
              <span className="soft">
                <Moment at={consent.grantedAt} />
              </span>
            </span>
            {mayEdit && (
              <Button
                variant="default"
                size="sm"
                aria-label={t('user-consent.withdraw.of', { application: consent.application.name })}
                onClick={() => setAsking(consent)}
              >
                {t('user-consent.withdraw')}
              </Button>
            )}
          </span>,
        ])}
      />
      <Question
        opened={asking !== null}
        title={t('user-consent.withdraw.title', { application: asking?.application.name ?? '' })}
        confirm={t('user-consent.withdraw')}
        busy={withdraw.isPending}
        error={shownError(withdraw.error)}
        onClose={() => {
          withdraw.reset();
          setAsking(null);
        }}
        onConfirm={() =>
          asking !== null &&
          withdraw.mutate({
            params: {
              organizationId: user.organization.id,
              userId: user.id,
              applicationId: asking.application.id,
            },
          })
        }
      >
        {t('user-consent.withdraw.text', { name: user.name ?? user.email })}
      </Question>
    </Card>
  );
}
