import { Link } from '@tanstack/react-router';
import type { ExplainedLogin, LoginCause } from '../../../src/api/contract/logins.ts';
import { useMay } from '../../api/queries.ts';
import { Card, Facts } from '../../parts/card.tsx';
import { CopyValue } from '../../parts/copy-value.tsx';
import { Notice } from '../../parts/notice.tsx';
import { useScope } from '../../scope.ts';
import { t } from '../../texts/t.ts';

/** What a login failed by, where to change what, and the value to put there. */
export function CauseCard({ login, cause }: { login: ExplainedLogin; cause: LoginCause }) {
  const waiting = login.outcome === 'under-way';
  return (
    <Card title={t('why.cause')}>
      <Notice tone={waiting ? 'idle' : 'bad'}>
        <p>
          <strong>{cause.what}</strong>
        </p>
        {cause.fix !== null && <p>{cause.fix}</p>}
        <p className="small soft">{t('explanation.code', { code: cause.code })}</p>
      </Notice>
      <Facts rows={facts(cause)} />
      {cause.candidates.length > 0 && (
        <>
          <h3>{t('why.candidates')}</h3>
          <ol className="points">
            {cause.candidates.map(({ what, fix }) => (
              <li key={what}>
                {what} {fix}
              </li>
            ))}
          </ol>
        </>
      )}
      <Ways login={login} ofApplication={cause.code.startsWith('application.')} />
    </Card>
  );
}

function facts({ check, place, counted, reverted, provider }: LoginCause) {
  const weight = reverted ? 'why.counted.reverted' : counted === true ? 'why.counted.yes' : 'why.counted.no';
  const value = place?.value ?? null;
  const said = provider?.said ?? null;
  return [
    [t('why.check'), check],
    [t('why.place'), place?.where],
    [t('why.value'), value === null ? null : <CopyValue key="value" value={value} name={t('why.value')} />],
    [t('why.counted'), counted === null ? null : t(weight)],
    [t('why.provider.code'), provider?.code],
    [t('why.provider.said'), said === null ? null : <bdi key="said">{t('why.provider.said.text', { said })}</bdi>],
    [t('why.provider.correlation'), provider?.correlationId],
  ] as const;
}

/** Where one goes on from here. */
function Ways({ login: { user }, ofApplication }: { login: ExplainedLogin; ofApplication: boolean }) {
  const scope = useScope();
  const mayEdit = useMay('edit-authentication');
  return (
    <p className="row-inline">
      {mayEdit && !ofApplication && <Link to={scope.section('authentication-settings')}>{t('why.open.settings')}</Link>}
      {ofApplication && scope.mine && <Link to="/applications">{t('nav.applications')}</Link>}
      {user !== null && <Link to={scope.user(user.id)}>{t('why.open.user')}</Link>}
    </p>
  );
}
