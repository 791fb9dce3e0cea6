import '../../../texts/applications/add-try.ts';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { Application } from '../../../../src/api/contract/applications.ts';
import { useAnswer, useMe } from '../../../api/queries.ts';
import { Card, Facts } from '../../../parts/card.tsx';
import { DataList, type Column } from '../../../parts/list/data-list.tsx';
import { PageHead } from '../../../parts/frame/page-head.tsx';
import { Notice } from '../../../parts/notice.tsx';
import { moment, t } from '../../../texts/t.ts';
import { PageFailure, Waiting } from '../../states.tsx';
import { missesOf, toldClaims, type Miss, type ToldClaim } from './told-claims.ts';
import { finishTry, type ToldToApplication, type TryOutcome } from './try-login.ts';

/** Where a try ends: what the application would be told, or why not. Read once; the address keeps nothing of it. */
export function TriedPage() {
  const [outcome, setOutcome] = useState<TryOutcome | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    const address = new URL(location.href);
    history.replaceState(history.state, '', address.pathname);
    finishTry(address).then(setOutcome, setFailure);
  }, []);
  if (failure !== null) return <PageFailure error={failure} />;
  if (outcome === null) return <Waiting />;
  return outcome.kind === 'not-begun-here' ? <NotBegunHere /> : <Outcome outcome={outcome} />;
}

function NotBegunHere() {
  return (
    <>
      <PageHead title={t('try.gone')} line={t('try.gone.text')} />
      <Link to="/applications">{t('nav.applications')}</Link>
    </>
  );
}

function Outcome({ outcome }: { outcome: Exclude<TryOutcome, { kind: 'not-begun-here' }> }) {
  const { applicationId } = outcome;
  const organizationId = useMe().organization.id;
  const { data, error } = useAnswer('getApplication', { params: { organizationId, applicationId } });
  if (error !== null && data === undefined) return <PageFailure error={error} />;
  if (data === undefined) return <Waiting />;
  return (
    <>
      <PageHead
        title={t('try.title', { name: data.name })}
        line={t(outcome.kind === 'told' ? 'try.worked' : 'try.refused')}
        back={
          <Link to="/applications/$applicationId" params={{ applicationId }}>
            {data.name}
          </Link>
        }
        actions={
          <Link className="button-link" data-quiet to="/applications/$applicationId/try" params={{ applicationId }}>
            {t('try.again')}
          </Link>
        }
      />
      {outcome.kind === 'told' ? (
        <Told told={outcome.told} application={data} />
      ) : (
        <Refused error={outcome.error} description={outcome.description} />
      )}
    </>
  );
}

function Refused({ error, description }: { error: string; description: string }) {
  return (
    <Card title={t('try.refused')}>
      <p>{t(error === 'access_denied' ? 'try.refused.access' : 'try.refused.other')}</p>
      <Facts
        rows={[
          [t('try.refused.error'), <code key="error">{error}</code>],
          [t('try.refused.description'), <code key="description">{description}</code>],
        ]}
      />
    </Card>
  );
}

function Told({ told, application }: { told: ToldToApplication; application: Application }) {
  const misses = missesOf(told, application);
  const at = (claim: string): string => moment(new Date(Number(told.idToken[claim]) * 1000));
  return (
    <>
      <Card title={t('try.misses')}>
        {misses.length === 0 ? (
          <Notice>{t('try.misses.nothing')}</Notice>
        ) : (
          <ul className="points">
            {misses.map((miss) => (
              <li key={miss}>
                {t(`try.misses.${miss}`)} <Mend miss={miss} />
              </li>
            ))}
          </ul>
        )}
      </Card>
      <Card title={t('try.claims')} bare>
        <DataList
          label={t('try.claims')}
          columns={columns()}
          rows={toldClaims(told)}
          rowKey={(row) => row.name}
          stale={false}
          empty={null}
        />
      </Card>
      <Card title={t('try.id-token')}>
        <Facts
          rows={[
            [t('application.signing'), <code key="algorithm">{told.algorithm}</code>],
            [t('try.id-token.key'), <code key="key">{told.keyId}</code>],
            [t('issuer'), <code key="issuer">{String(told.idToken['iss'])}</code>],
            [t('try.id-token.audience'), <code key="audience">{application.clientId}</code>],
            [t('try.id-token.issued'), at('iat')],
            [t('try.id-token.ends'), at('exp')],
          ]}
        />
        <p className="soft">{t('try.id-token.note')}</p>
      </Card>
    </>
  );
}

/** What the reader can mend in their own account. */
function Mend({ miss }: { miss: Miss }) {
  if (miss !== 'email' && miss !== 'proof' && miss !== 'name') return null;
  return (
    <a href="/account" target="_blank" rel="noreferrer">
      {t(miss === 'name' ? 'try.mend.name' : 'try.mend.address')}
    </a>
  );
}

function columns(): Column<ToldClaim>[] {
  return [
    { title: t('try.claim'), cell: (row) => <code className="nowrap">{row.name}</code> },
    { title: t('try.value'), cell: (row) => <code dir="auto">{row.value}</code> },
    { title: t('try.scope'), cell: (row) => <code>{row.scope}</code> },
    { title: t('try.id-token'), cell: (row) => (row.inIdToken ? t('yes') : t('no')) },
    { title: t('try.userinfo'), cell: (row) => (row.inUserinfo ? t('yes') : t('no')) },
  ];
}
