import { useState } from 'react';
import type { Organization } from '../../../src/api/contract/organizations.ts';
import { Card } from '../../parts/card.tsx';
import { Question } from '../../parts/form/question.tsx';
import { Skeleton } from '../../parts/list/data-list.tsx';
import { Empty } from '../../parts/list/empty.tsx';
import { toast } from '../../parts/toast.ts';
import { shownError, useAnswer, useChange, useMay } from '../../api/queries.ts';
import { useScope } from '../../scope.ts';
import '../../texts/domains/add-domain-wait.ts';
import { t } from '../../texts/t.ts';
import { PageFailure } from '../states.tsx';
import { DomainClaimsNotice } from './domain-claims-notice.tsx';
import { DomainForm } from './domain-form.tsx';
import { DomainItem } from './domain-item.tsx';

/** What is asked before it is done. */
type Asked = { domain: string; what: 'remove' | 'unroute' | 'withdraw' };

/** Section *Domains*: the mail domains an organization proves by DNS, and those that are routed to it. */
export function DomainsSection() {
  const { organizationId } = useScope();
  const { data: organization } = useAnswer('getOrganization', { params: { organizationId } });
  const { data, error, refetch } = useAnswer('listDomains', { params: { organizationId } });
  const mayVerify = useMay('edit-authentication');
  const mayRoute = organization?.mayRouteDomains === true;
  const [asked, setAsked] = useState<Asked | null>(null);
  const remove = useChange('removeVerification', (_, { params }) => {
    toast(t('domains.removed', { domain: params.domain }));
    setAsked(null);
  });
  const unroute = useChange('removeDomain', (_, { params }) => {
    toast(t('domains.unrouted', { domain: params.domain }));
    setAsked(null);
  });
  const change = asked?.what === 'unroute' ? unroute : remove;
  const what = asked?.what ?? 'remove';
  const domain = asked?.domain ?? '';
  if (error !== null && data === undefined) return <PageFailure error={error} reset={() => void refetch()} />;
  return (
    <>
      <DomainClaimsNotice />
      <Card title={t('domains')} bare foot={mayVerify ? <AddDomain /> : undefined}>
        {data === undefined ? (
          <div className="card-body">
            <Skeleton width={260} />
          </div>
        ) : data.items.length === 0 ? (
          <Empty title={t('domains.none')} text={t('domains.none.text')} />
        ) : (
          <ul className="domain-list">
            {data.items.map((item) => (
              <DomainItem
                key={item.domain}
                item={item}
                mayVerify={mayVerify}
                mayRoute={mayRoute}
                onRemove={(of, what) => setAsked({ domain: of, what })}
                onUnroute={(of) => setAsked({ domain: of, what: 'unroute' })}
              />
            ))}
          </ul>
        )}
      </Card>
      {mayRoute && (
        <Card title={t('domains.route')}>
          <p className="soft">{t('domains.route.text')}</p>
          <RouteDomain organization={organization} />
        </Card>
      )}
      <Question
        opened={asked !== null}
        title={t(`domains.${what}.title`, { domain })}
        confirm={t(`domains.${what}.confirm`)}
        danger
        busy={change.isPending}
        error={shownError(change.error)}
        onConfirm={() => change.mutate({ params: { organizationId, domain } })}
        onClose={() => {
          change.reset();
          setAsked(null);
        }}
      >
        {t(`domains.${what}.text`, { domain })}
      </Question>
    </>
  );
}

/** Begins to verify a domain; the record to put appears in the list. */
function AddDomain() {
  const { organizationId } = useScope();
  const add = useChange('addDomain', (made) => toast(t('domains.added', { domain: made.domain })));
  return (
    <DomainForm
      label={t('domains.add')}
      description={t('domains.add.help')}
      confirm={t('domains.add.confirm')}
      busy={add.isPending}
      error={add.error}
      onSubmit={(domain, { onDone, onError }) =>
        add.mutate({ params: { organizationId }, body: { domain } }, { onSuccess: onDone, onError })
      }
    />
  );
}

function RouteDomain({ organization }: { organization: Organization }) {
  const route = useChange('routeDomain', (made) => toast(t('domains.routed', { domain: made.domain })));
  return (
    <DomainForm
      label={t('domains.route.domain')}
      confirm={t('domains.route.confirm')}
      proposed={organization.proposedDomain}
      busy={route.isPending}
      error={route.error}
      onSubmit={(domain, { onDone, onError }) =>
        route.mutate({ params: { organizationId: organization.id, domain } }, { onSuccess: onDone, onError })
      }
    />
  );
}
