import { Link, useParams } from '@tanstack/react-router';
import type { ExplainedLogin } from '../../../src/api/contract/logins.ts';
import { useAnswer } from '../../api/queries.ts';
import { methodName } from '../../labels.tsx';
import { Card, Facts } from '../../parts/card.tsx';
import { Skeleton } from '../../parts/list/data-list.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useScope } from '../../scope.ts';
import { t } from '../../texts/t.ts';
import { PageFailure } from '../states.tsx';
import { CauseCard } from './cause-notice.tsx';
import { OutcomeChip } from './login-list.tsx';
import { LoginSteps } from './login-steps.tsx';

/** *Why?* of one login: what it failed by, and the whole decision step by step. */
export function ExplainedLoginSection() {
  const scope = useScope();
  const { reference = '' } = useParams({ strict: false });
  const input = { params: { organizationId: scope.organizationId, reference } };
  const { data, error, refetch } = useAnswer('explainLogin', input);
  if (error !== null && data === undefined) return <PageFailure error={error} reset={() => void refetch()} />;
  return (
    <>
      <p className="crumbs">
        <Link to={scope.section('why')}>{t('why.logins')}</Link>
      </p>
      {data === undefined ? (
        <Card title={t('why.login', { reference })}>
          <Skeleton width={240} />
        </Card>
      ) : (
        <Told login={data} />
      )}
    </>
  );
}

function Told({ login }: { login: ExplainedLogin }) {
  return (
    <>
      <Card title={t('why.login', { reference: login.reference })} state={<OutcomeChip outcome={login.outcome} />}>
        <Facts
          rows={[
            [
              t('why.who'),
              login.email === null ? null : (
                <bdi key="who" dir="ltr">
                  {login.email}
                </bdi>
              ),
            ],
            [t('organization'), login.organization.name],
            [t('method'), login.method === null ? null : methodName(login.method)],
            [t('why.application'), login.application],
            [t('why.began'), <Moment key="began" at={login.beganAt} />],
          ]}
        />
      </Card>
      {login.cause !== null && <CauseCard login={login} cause={login.cause} />}
      <Card title={t('why.steps')}>
        <LoginSteps steps={login.steps} />
      </Card>
    </>
  );
}
