import '../../texts/domains/add-domain-wait.ts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { DomainVerification } from '../../../src/api/contract/domains.ts';
import { Question } from '../../parts/form/question.tsx';
import { Notice } from '../../parts/notice.tsx';
import { toast } from '../../parts/toast.ts';
import { shownError, useAnswer, useChange } from '../../api/queries.ts';
import { useScope } from '../../scope.ts';
import { t } from '../../texts/t.ts';

type Wait = NonNullable<DomainVerification['wait']>;

/** Why a proved domain waits, whom it concerns, and for those who manage them all the way to end it. */
export function DomainWait({ domain, wait, mayVerify }: { domain: string; wait: Wait; mayVerify: boolean }) {
  const mayEnd = mayVerify && wait.mayEnd;
  return (
    <Notice tone="warn">
      <p>{t('domain.wait.why', { domain, users: wait.users })}</p>
      <Concerned wait={wait} />
      <p>{t('domain.wait.until')}</p>
      <p>{t(mayEnd ? 'domain.wait.yours' : 'domain.wait.sooner')}</p>
      {mayEnd && <TakeEffect domain={domain} wait={wait} />}
    </Notice>
  );
}

/** Those of the organizations that the reader administers. */
function Concerned({ wait }: { wait: Wait }) {
  if (wait.organizations.length === 0) return null;
  return (
    <ul>
      {wait.organizations.map(({ organization, users }) => (
        <li key={organization.id} className="wrap-anywhere">
          {t('domain.wait.organization', { organization: organization.name, users })}
        </li>
      ))}
    </ul>
  );
}

function TakeEffect({ domain, wait }: { domain: string; wait: Wait }) {
  const { organizationId } = useScope();
  const { data: organization } = useAnswer('getOrganization', { params: { organizationId } });
  const [asking, setAsking] = useState(false);
  const take = useChange('takeDomainIntoEffect', () => {
    toast(t('domains.verified', { domain }));
    setAsking(false);
  });
  return (
    <>
      <p>
        <Button size="sm" onClick={() => setAsking(true)} aria-label={t('domain.effect.label', { domain })}>
          {t('domain.effect')}
        </Button>
      </p>
      <Question
        opened={asking}
        title={t('domain.effect.title', { domain })}
        confirm={t('domain.effect')}
        busy={take.isPending}
        error={shownError(take.error)}
        onConfirm={() => take.mutate({ params: { organizationId, domain } })}
        onClose={() => {
          take.reset();
          setAsking(false);
        }}
      >
        <p>{t('domain.effect.text', { domain, organization: organization?.name ?? '' })}</p>
        <Concerned wait={wait} />
        <p>{t('domain.effect.keep')}</p>
      </Question>
    </>
  );
}
