import '../../../texts/applications/add-health.ts';
import { Link } from '@tanstack/react-router';
import type { Application } from '../../../../src/api/contract/applications.ts';
import type { ApplicationFailure, ApplicationHealth } from '../../../../src/api/contract/applications/health.ts';
import { useAnswer, useMay } from '../../../api/queries.ts';
import { Card, Facts } from '../../../parts/card.tsx';
import { CardFailure } from '../../../parts/card-failure.tsx';
import { CopyValue } from '../../../parts/copy-value.tsx';
import { Skeleton } from '../../../parts/list/data-list.tsx';
import { useScope } from '../../../scope.ts';
import { moment, sinceNow, t } from '../../../texts/t.ts';
import { useManages } from '../root-manages.tsx';
import { AddAddress } from './add-address.tsx';
import { ApplicationChip } from './application-chip.tsx';

interface HealthProps {
  application: Application;
  /** After an address was added to the application. */
  onAdded: () => void;
}

/** When somebody last got tokens for the application (whether it let them in, it alone knows), and what its requests were refused for, with what to change where. */
export function ApplicationHealthCard(props: HealthProps) {
  const { organization, id } = props.application;
  const params = { organizationId: organization.id, applicationId: id };
  const { data, error, refetch } = useAnswer('getApplicationHealth', { params });
  const title = t('application.health');
  if (data === undefined && error !== null) return <CardFailure title={title} error={error} again={refetch} />;
  return (
    <Card title={title} state={data === undefined ? undefined : <ApplicationChip state={data.state} />}>
      {data === undefined ? <Skeleton width={320} /> : <Told {...props} health={data} />}
    </Card>
  );
}

function Told({ health, ...props }: HealthProps & { health: ApplicationHealth }) {
  const { lastLoginAt, failures } = health;
  const machine = props.application.kind === 'machine';
  const since = failures.filter(({ isSince, isSeen }) => isSince && !isSeen);
  const seen = failures.filter(({ isSince, isSeen }) => isSince && isSeen);
  const before = failures.filter(({ isSince }) => !isSince);
  return (
    <>
      <p>
        {lastLoginAt === null
          ? t(machine ? 'application.health.no-tokens' : 'application.health.never')
          : t(machine ? 'application.health.last-tokens' : 'application.health.last-login', {
              at: ago(lastLoginAt),
            })}{' '}
        {since.length + seen.length === 0 &&
          t(lastLoginAt === null ? 'application.health.waiting' : 'application.health.fine')}
      </p>
      <Failures
        {...props}
        title={t(lastLoginAt === null ? 'application.health.refused' : 'application.health.since')}
        failures={since}
      />
      <Failures {...props} title={t('application.health.seen')} failures={seen} />
      {seen.length > 0 && <p className="small soft">{t('application.health.anybody')}</p>}
      <Failures {...props} title={t('application.health.before')} failures={before} />
    </>
  );
}

function Failures({ title, failures, ...props }: HealthProps & { title: string; failures: ApplicationFailure[] }) {
  if (failures.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul className="failures">
        {failures.map((failure) => (
          <Failure key={failure.code} {...props} failure={failure} />
        ))}
      </ul>
    </>
  );
}

function Failure({ failure, ...props }: HealthProps & { failure: ApplicationFailure }) {
  const { what, fix, place, count, lastAt, reference, addTo, came } = failure;
  const scope = useScope();
  const manages = useManages(props.application);
  const mayReadLogins = useMay('read-audit');
  return (
    <li>
      <p>
        <strong>
          <bdi>{what}</bdi>
        </strong>
      </p>
      <p>{fix}</p>
      <Facts
        rows={[
          [t('application.health.where'), place.where],
          [
            t('application.health.value'),
            place.value === null ? null : (
              <CopyValue key="value" value={place.value} name={t('application.health.value')} />
            ),
          ],
        ]}
      />
      <div className="failure-foot">
        {manages && addTo !== null && came !== null && <AddAddress {...props} list={addTo} address={came} />}
        <span className="small soft">
          <time dateTime={lastAt} title={moment(new Date(lastAt))}>
            {t('application.health.times', { count, at: ago(lastAt) })}
          </time>
        </span>
        {mayReadLogins && (
          <Link className="small" to={scope.login(reference)}>
            {t('application.health.why', { reference })}
          </Link>
        )}
      </div>
    </li>
  );
}

function ago(at: string): string {
  return sinceNow(new Date(at), new Date());
}
