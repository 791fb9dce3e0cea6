import { Switch } from '@mantine/core';
import type { Authentication, Connection } from '../../../../src/api/contract/authentication.ts';
import { shownError, useChange, useMay } from '../../../api/queries.ts';
import { Card } from '../../../parts/card.tsx';
import { CopyValue } from '../../../parts/copy-value.tsx';
import { toast, toastProblem } from '../../../parts/toast.ts';
import { useScope } from '../../../scope.ts';
import { t, tRich } from '../../../texts/t.ts';

/** Logout in both directions: the switch for ours, and what is registered at the provider for its own. */
export function LogoutCard({ authentication, connection }: { authentication: Authentication; connection: Connection }) {
  const { logoutUrls } = authentication;
  const { logout, method } = connection;
  const entra = method === 'entra-id';
  return (
    <Card title={t('logout.title')}>
      {logout.endSessionHost === null ? (
        <p className="soft">{t('logout.no-endpoint')}</p>
      ) : (
        <AtProvider connection={connection} host={logout.endSessionHost} />
      )}
      <p>{t('logout.lead')}</p>
      {entra ? (
        <ol className="points">
          <li>
            {tRich('logout.after.entra')}
            <CopyValue value={logoutUrls.afterLogout} name={t('logout.url.after')} />
          </li>
          <li>
            {tRich('logout.front.entra')}
            <CopyValue value={logoutUrls.frontChannel} name={t('logout.url.front')} />
          </li>
        </ol>
      ) : (
        <>
          <p className="soft small">{t(announced(logout))}</p>
          <ul className="points">
            <li>
              {t('logout.after.openid')}
              <CopyValue value={logoutUrls.afterLogout} name={t('logout.url.after')} />
            </li>
            <li>
              {t('logout.back.openid')}
              <CopyValue value={logoutUrls.backChannel} name={t('logout.url.back')} />
            </li>
            <li>
              {t('logout.front.openid')}
              <CopyValue value={logoutUrls.frontChannel} name={t('logout.url.front')} />
            </li>
          </ul>
        </>
      )}
    </Card>
  );
}

function announced({ announcesBackChannel: backChannel, announcesFrontChannel: frontChannel }: Connection['logout']) {
  if (backChannel === true) return 'logout.back.announced';
  return frontChannel === true ? 'logout.front.announced' : 'logout.none.announced';
}

function AtProvider({ connection, host }: { connection: Connection; host: string }) {
  const { organizationId } = useScope();
  const mayEdit = useMay('edit-authentication');
  const change = useChange('switchProviderLogout', (now) =>
    toast(t(now.connection?.logout.atProvider === true ? 'logout.on' : 'logout.off', { host })),
  );
  return (
    <Switch
      label={t('logout.at-provider', { host })}
      description={t('logout.at-provider.help', { host })}
      checked={connection.logout.atProvider}
      disabled={!mayEdit || change.isPending}
      onChange={(event) =>
        change.mutate(
          {
            params: { organizationId },
            body: { atProvider: event.currentTarget.checked, version: connection.version },
          },
          { onError: (error) => (shownError(error) === null ? undefined : toastProblem(error)) },
        )
      }
    />
  );
}
