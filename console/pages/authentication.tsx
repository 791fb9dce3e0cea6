import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Authentication, Connection } from '../../src/api/contract/authentication.ts';
import { MethodChip, methodName } from '../labels.tsx';
import { isKnownMethod } from '../methods.ts';
import { Card, Facts } from '../parts/card.tsx';
import { Skeleton } from '../parts/list/data-list.tsx';
import { CopyValue } from '../parts/copy-value.tsx';
import { ExplainedFailure } from '../parts/explained-failure.tsx';
import { Notice } from '../parts/notice.tsx';
import { Question } from '../parts/form/question.tsx';
import { toast } from '../parts/toast.ts';
import { shownError, useAnswer, useChange, useMay } from '../api/queries.ts';
import { useScope } from '../scope.ts';
import { dayOf, moment, t } from '../texts/t.ts';
import { connectionFacts } from './authentication/cards/connection-facts.tsx';
import { ExpiryNotice } from './authentication/expiry-notice.tsx';
import { HoldNotice, ReadingNotice } from './authentication/hold-notice.tsx';
import { HealthCard } from './authentication/cards/health-card.tsx';
import { LogoutCard } from './authentication/cards/logout-card.tsx';
import { CheckNotes } from './authentication/check-result.tsx';
import { CredentialCard } from './authentication/cards/credential-card.tsx';
import { Offer } from './authentication/offer.tsx';
import { RoleRulesCard } from './authentication/roles/role-rules-card.tsx';
import { PilotCard } from './authentication/pilot/pilot-card.tsx';
import { TrialPanel } from './authentication/trial/trial-panel.tsx';
import { DomainClaimsNotice } from './organization/domain-claims-notice.tsx';
import { SetupLinks, useDraftWaits } from './setup-links/setup-links.tsx';
import { PageFailure } from './states.tsx';

/** Section *Authentication*: which method is in force, how it fares, and the way to change it. */
export function AuthenticationSection() {
  const scope = useScope();
  const input = { params: { organizationId: scope.organizationId } };
  const { data, error, refetch } = useAnswer('getAuthentication', input);
  const mayEdit = useMay('edit-authentication');
  const mayReadAudit = useMay('read-audit');
  const draftWaits = useDraftWaits(scope.organizationId);
  if (error !== null && data === undefined) return <PageFailure error={error} reset={() => void refetch()} />;
  if (data === undefined) {
    return (
      <Card title={t('authentication')}>
        {[220, 300, 180].map((width) => (
          <p key={width}>
            <Skeleton width={width} />
          </p>
        ))}
      </Card>
    );
  }
  const actions = (
    <>
      {data.switchBack !== null && <SwitchBack data={data} organizationId={scope.organizationId} />}
      <Link className="button-link" to={scope.section('authentication-settings')}>
        {t('authentication.edit')}
      </Link>
    </>
  );
  const setupLinks = <SetupLinks authentication={data} mayEdit={mayEdit} />;
  return (
    <>
      <DomainClaimsNotice />
      <Card
        title={t('authentication')}
        state={<MethodChip state={data.state} failingSince={data.connection?.failingSince} />}
        actions={mayEdit ? actions : undefined}
      >
        <p>{summary(data)}</p>
        {data.switchBack !== null && (
          <WentBack data={data} to={scope.section('authentication-settings')} mayEdit={mayEdit} />
        )}
        {data.connection !== null && <ConnectionState connection={data.connection} data={data} mayEdit={mayEdit} />}
        <Facts rows={connectionFacts(data, mayReadAudit)} />
      </Card>
      {data.connection !== null && (
        <CredentialCard organizationId={scope.organizationId} connection={data.connection} mayEdit={mayEdit} />
      )}
      <PilotCard data={data} mayEdit={mayEdit} />
      {draftWaits && setupLinks}
      {data.connection !== null && <LogoutCard authentication={data} connection={data.connection} />}
      {mayEdit && <TrialPanel organizationId={scope.organizationId} canBegin={data.connection?.hold === null} />}
      {mayEdit && data.connection !== null && data.method !== 'same-as-managing' && (
        <RoleRulesCard organizationId={scope.organizationId} />
      )}
      {mayReadAudit && <HealthCard federated={data.connection !== null} />}
      {!draftWaits && setupLinks}
    </>
  );
}

/** The method in a sentence. */
function summary(data: Authentication): string {
  const { method, inForce } = data;
  if (!isKnownMethod(method)) return t('authentication.summary.other', { method });
  return method === 'same-as-managing'
    ? t('authentication.follows', { managing: inForce.from.name, method: methodName(inForce.method) })
    : t(`authentication.summary.${method}`);
}

/** Whether people still log in by the method before. */
function isBesideUsed({ pilot, connection }: Authentication): boolean {
  return pilot !== null || connection?.state === 'unconfirmed';
}

function ConnectionState({
  connection,
  data,
  mayEdit,
}: {
  connection: Connection;
  data: Authentication;
  mayEdit: boolean;
}) {
  const { switchBack } = data;
  const offer = mayEdit && <Offer connection={connection} start={data} />;
  return (
    <>
      {connection.hold !== null && (
        <HoldNotice hold={connection.hold} organizationId={data.organization.id} mayEdit={mayEdit} />
      )}
      {isBesideUsed(data) && switchBack?.connection?.hold && (
        <HoldNotice hold={switchBack.connection.hold} before organizationId={data.organization.id} mayEdit={mayEdit} />
      )}
      <ReadingNotice connection={connection} />
      <ExpiryNotice expiresAt={connection.credentialExpiresAt} credential={connection.credential} />
      {connection.state === 'unconfirmed' && (
        <Notice tone="warn">
          <p>
            {t('authentication.unconfirmed', {
              previous: switchBack === null ? methodName('built-in') : methodName(switchBack.method),
              until: connection.unconfirmedUntil === null ? '' : dayOf(new Date(connection.unconfirmedUntil)),
            })}
          </p>
        </Notice>
      )}
      {connection.failingSince !== null ? (
        <ExplainedFailure title={t('authentication.failing')} explanation={connection.lastFailure}>
          {offer}
        </ExplainedFailure>
      ) : (
        connection.lastFailureAt !== null && (
          <ExplainedFailure title={lastFailureTitle(connection)} explanation={connection.lastFailure}>
            {offer}
          </ExplainedFailure>
        )
      )}
      {connection.notes.length > 0 && (
        <Notice tone="warn">
          <CheckNotes notes={connection.notes} />
        </Notice>
      )}
      <Unreturned connection={connection} />
      {connection.authTime === 'missing' && (
        <Notice tone="warn">
          <p>
            {t('authentication.auth-time-missing')}{' '}
            {t(connection.method === 'entra-id' ? 'authentication.auth-time.entra' : 'authentication.auth-time.openid')}
          </p>
        </Notice>
      )}
    </>
  );
}

/** A source that only supplements a login, and a logout token, fail without a login failing. */
function lastFailureTitle({ lastFailure, lastFailureAt }: Connection): string {
  const at = lastFailureAt === null ? '' : moment(new Date(lastFailureAt));
  if (lastFailure?.code.startsWith('logout.') === true) return t('logout.refused', { at });
  const supplement = lastFailure?.code.startsWith('login.userinfo') === true;
  return t(supplement ? 'authentication.supplement-failed' : 'authentication.last-failure', { at });
}

/** Some people change their mind on the way: of a connection that works a few are no news. */
const FEW = 3;

/** What fails on the provider's own page: people who went there and did not come back, and what that is usually due to. */
function Unreturned({ connection }: { connection: Connection }) {
  const { unreturned: count, unreturnedSince: since, state } = connection;
  if (since === null || count === 0 || (state === 'active' && count < FEW)) return null;
  const values = { count, host: new URL(connection.issuer).host, since: moment(new Date(since)) };
  return (
    <Notice tone="warn">
      <p>
        <strong>{t('authentication.unreturned', values)}</strong> {t('authentication.unreturned.why')}
      </p>
      <p>{t('authentication.unreturned.fix')}</p>
      <CopyValue value={connection.redirectUrl} name={t('redirect-url')} />
    </Notice>
  );
}

/** A connection that went back by itself: when, why, and the form with what was entered. */
function WentBack({ data, to, mayEdit }: { data: Authentication; to: string; mayEdit: boolean }) {
  const reverted = data.switchBack?.connection ?? null;
  if (reverted === null || reverted.revertedAt === null) return null;
  const title = t('authentication.went-back', {
    at: moment(new Date(reverted.revertedAt)),
    method: methodName(reverted.method),
    now: methodName(data.method, data.inForce.from.name),
  });
  return (
    <ExplainedFailure title={title} explanation={reverted.lastFailure}>
      {mayEdit && (
        <>
          <Offer connection={reverted} start={data} />
          <p>
            <Link to={to} search={{ again: true }}>
              {t('authentication.edit-again')}
            </Link>
          </p>
        </>
      )}
    </ExplainedFailure>
  );
}

function SwitchBack({ data, organizationId }: { data: Authentication; organizationId: string }) {
  const [asking, setAsking] = useState(false);
  const back = useChange('switchBack', (now) => {
    setAsking(false);
    toast(t('switch-back.done', { method: methodName(now.method, now.inForce.from.name) }));
  });
  const to = data.switchBack;
  if (to === null) return null;
  const close = (): void => {
    back.reset();
    setAsking(false);
  };
  return (
    <>
      <Button variant="default" size="sm" onClick={() => setAsking(true)}>
        {t('switch-back')}
      </Button>
      <Question
        opened={asking}
        title={t('switch-back.title', { method: methodName(to.method) })}
        confirm={t('switch-back')}
        busy={back.isPending}
        error={shownError(back.error)}
        onConfirm={() => back.mutate({ params: { organizationId }, body: { version: data.version } })}
        onClose={close}
      >
        <p>{t('switch-back.text', { users: data.users, method: methodName(to.method) })}</p>
        {to.until !== null && (
          <p className="soft small">{t('switch-back.until', { day: dayOf(new Date(to.until)) })}</p>
        )}
      </Question>
    </>
  );
}
