import '../texts/applications/add-applications.ts';
import { Button } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Application } from '../../src/api/contract/applications.ts';
import { Card, Facts } from '../parts/card.tsx';
import { CopyValue } from '../parts/copy-value.tsx';
import { Skeleton } from '../parts/list/data-list.tsx';
import { Moment } from '../parts/moment.tsx';
import { PageHead } from '../parts/frame/page-head.tsx';
import { Question } from '../parts/form/question.tsx';
import { StateChip } from '../parts/state-chip.tsx';
import { toast } from '../parts/toast.ts';
import { shownError, useAnswer, useChange, useMay, useMe } from '../api/queries.ts';
import { t } from '../texts/t.ts';
import { ApplicationForm } from './application/application-form.tsx';
import { AllowedResources } from './api-resources/allowed-resources.tsx';
import { ClientSecrets } from './application/client-secrets.tsx';
import { RootManagesNotice, useManages } from './application/root-manages.tsx';
import { ApplicationHealthCard } from './application/health/health-card.tsx';
import { PageFailure } from './states.tsx';

/** One application: what it is called by, its settings, its secret, its end. */
export function ApplicationPage() {
  const { applicationId = '' } = useParams({ strict: false });
  const organizationId = useMe().organization.id;
  const { data, error, refetch } = useAnswer('getApplication', { params: { organizationId, applicationId } });
  // Shown once both are there: the card above would push the rest down while it is read.
  const health = useAnswer('getApplicationHealth', { params: { organizationId, applicationId } });
  const mayEdit = useMay('edit-applications');
  if (error !== null && data === undefined) return <PageFailure error={error} reset={() => void refetch()} />;
  return (
    <>
      <PageHead
        title={data?.name ?? t('application')}
        state={
          <>
            {data?.firstParty === true && <StateChip tone="good">{t('application.first-party.short')}</StateChip>}
            {data?.highSecurity === true && <StateChip tone="good">{t('application.high-security')}</StateChip>}
          </>
        }
        line={data === undefined ? '\u00A0' : t('application.line', { kind: t(`application.kind.${data.kind}`) })}
        back={<Link to="/applications">{t('nav.applications')}</Link>}
      />
      {data === undefined || health.isPending ? (
        <Card title={t('application.settings')}>
          <Skeleton width={260} />
        </Card>
      ) : (
        <Sections application={data} mayEdit={mayEdit} />
      )}
    </>
  );
}

function Sections({ application, mayEdit }: { application: Application; mayEdit: boolean }) {
  // An address that was added beside the form is in it from then on.
  const [added, setAdded] = useState(0);
  const manages = useManages(application);
  return (
    <>
      <RootManagesNotice application={application} />
      <ApplicationHealthCard application={application} onAdded={() => setAdded((count) => count + 1)} />
      <Identification application={application} mayEdit={mayEdit} />
      {application.clientAuthentication.startsWith('client_secret') && (
        <ClientSecrets application={application} mayEdit={manages} />
      )}
      <Card title={t('application.settings')}>
        {manages ? (
          <ApplicationForm key={`${application.id} ${added}`} application={application} />
        ) : (
          <ReadOnly application={application} />
        )}
      </Card>
      <AllowedResources application={application} mayEdit={mayEdit} mayWiden={manages} />
      {mayEdit && <Remove application={application} />}
    </>
  );
}

/** How it authenticates itself; one for devices alone has no redirect URI, and so no PKCE. */
function authenticationOf({ clientAuthentication, deviceLogin, redirectUris }: Application) {
  return deviceLogin && redirectUris.length === 0 ? 'device' : clientAuthentication;
}

/** What the application is configured with. */
function Identification({ application, mayEdit }: { application: Application; mayEdit: boolean }) {
  const program = application.preset !== null && (
    <Link
      className="button-link"
      data-quiet
      to="/applications/$applicationId/program"
      params={{ applicationId: application.id }}
    >
      {t('application.program')}
    </Link>
  );
  return (
    <Card
      title={t('application.identification')}
      actions={
        <>
          {mayEdit && application.kind !== 'machine' && (
            <a
              className="button-link"
              data-quiet
              href={`/console/applications/${application.id}/try`}
              target="_blank"
              rel="noreferrer"
            >
              {t('application.try')}
            </a>
          )}
          {program}
        </>
      }
    >
      <Facts
        rows={[
          [t('client-id'), <CopyValue key="client" value={application.clientId} name={t('client-id')} />],
          [t('issuer'), <CopyValue key="issuer" value={location.origin} name={t('issuer')} />],
          [t('application.authentication'), t(`application.authentication.${authenticationOf(application)}`)],
          [t('application.registered'), <Moment key="created" at={application.createdAt} />],
        ]}
      />
    </Card>
  );
}

function ReadOnly({ application }: { application: Application }) {
  const listed = (uris: readonly string[]): React.ReactNode =>
    uris.length === 0 ? null : (
      <span className="row-lines">
        {uris.map((uri) => (
          <code key={uri}>{uri}</code>
        ))}
      </span>
    );
  return (
    <Facts
      rows={[
        [t('application.redirect-uris'), listed(application.redirectUris)],
        [t('application.logout-uris'), listed(application.postLogoutRedirectUris)],
        [t('application.backchannel'), application.backchannelLogoutUri],
        [t('application.initiate'), application.initiateLoginUri],
        [t('application.refresh-tokens'), application.refreshTokens ? t('yes') : t('no')],
      ]}
    />
  );
}

function Remove({ application }: { application: Application }) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const remove = useChange('removeApplication', () => {
    toast(t('application.removed', { name: application.name }));
    void navigate({ to: '/applications' });
  });
  return (
    <Card title={t('application.remove')}>
      <p className="soft">
        {t(application.kind === 'machine' ? 'application.remove.text.machine' : 'application.remove.text')}
      </p>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t('application.remove')}
      </Button>
      <Question
        opened={asking}
        title={t('application.remove.title', { name: application.name })}
        confirm={t('application.remove')}
        danger
        typed={application.name}
        busy={remove.isPending}
        error={shownError(remove.error)}
        onConfirm={() =>
          remove.mutate({
            params: { organizationId: application.organization.id, applicationId: application.id },
            query: { confirm: application.name },
          })
        }
        onClose={() => {
          remove.reset();
          setAsking(false);
        }}
      >
        <p>{t('application.remove.what')}</p>
      </Question>
    </Card>
  );
}
