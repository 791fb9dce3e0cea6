import { Link } from '@tanstack/react-router';
import type { ConnectionHealth } from '../../../../src/api/contract/logins.ts';
import { useAnswer } from '../../../api/queries.ts';
import { Card } from '../../../parts/card.tsx';
import { useScope } from '../../../scope.ts';
import { moment, t } from '../../../texts/t.ts';
import { LoginList } from '../../why/login-list.tsx';

/** How logins fare: last success, failures since by cause, and the last 20 logins with their reasons. */
export function HealthCard({ federated }: { federated: boolean }) {
  const scope = useScope();
  const { data, error } = useAnswer('getHealth', { params: { organizationId: scope.organizationId } });
  if (error !== null && data === undefined) return null; // the method above stands without it
  return (
    <Card title={t('health.title')} actions={<Link to={scope.section('why')}>{t('health.all')}</Link>} bare>
      {federated && data !== undefined && <HealthLine health={data} />}
      <LoginList rows={data?.logins} empty={<p className="card-body soft">{t('health.none')}</p>} />
    </Card>
  );
}

function HealthLine({ health }: { health: ConnectionHealth }) {
  const scope = useScope();
  const { lastSuccessAt, failures } = health;
  const count = failures.reduce((sum, one) => sum + one.count, 0);
  const last = failures
    .map(({ lastAt }) => lastAt)
    .toSorted()
    .at(-1);
  return (
    <div className="card-body">
      <p>
        {lastSuccessAt === null ? t('health.no-success') : t('health.success', { at: moment(new Date(lastSuccessAt)) })}{' '}
        {last !== undefined
          ? t('health.failures', { count, at: moment(new Date(last)) })
          : lastSuccessAt !== null && t('health.fine')}
      </p>
      {failures.length > 0 && (
        <ul className="points">
          {failures.map((one) => (
            <li key={one.code}>
              <span className="nums">{one.count} × </span>
              {one.what} <Link to={scope.login(one.reference)}>{t('why.of-event')}</Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
