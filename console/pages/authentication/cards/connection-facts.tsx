import type { Authentication } from '../../../../src/api/contract/authentication.ts';
import { methodName } from '../../../labels.tsx';
import { Moment } from '../../../parts/moment.tsx';
import { calendarDateOf, dayOf, t, type TextKey } from '../../../texts/t.ts';
import { cloudOf, DEFAULT_SCOPE, isKey } from '../settings-values.ts';

/**
 * What is known of the method and its connection, row by row.
 * @param healthShown the card below tells the last success
 */
export function connectionFacts({ method, inForce, connection, users }: Authentication, healthShown: boolean) {
  const rows: (readonly [string, React.ReactNode])[] = [[t('method'), methodName(method, inForce.from.name)]];
  if (connection !== null) {
    const { settings } = connection;
    const cloud = cloudOf(settings['cloud']);
    rows.push(
      ...codeRow('client-id', settings['clientId']),
      ...codeRow('directory', settings['directoryId']),
      ...(cloud === '' ? [] : [[t('cloud'), t(`cloud.${cloud}`)] as const]),
      ...codeRow('discovery-url', settings['discoveryUrl']),
      ...codeRow('hosted-domain', settings['hostedDomain']),
      ...codeRow('scope', settings['scope'] === DEFAULT_SCOPE ? undefined : settings['scope']),
      ...codeRow('trusted-audiences', settings['trustedAudiences']),
      ...codeRow('address-claim', settings['addressClaim']),
      ...codeRow('name-claim', settings['nameClaim']),
    );
    const { credentialExpiresAt } = connection;
    rows.push(
      [
        t('credential'),
        isKey(connection.credential)
          ? t(`credential.${connection.credential}`)
          : connection.clientSecretSetAt === null
            ? t('credential.none.short')
            : t('credential.secret.set', { day: dayOf(new Date(connection.clientSecretSetAt)) }),
      ],
      ...(credentialExpiresAt === null
        ? []
        : [[t('credential.expires'), calendarDateOf(credentialExpiresAt)] as const]),
      ...(connection.method === 'openid-connect' && connection.credential === 'none'
        ? [[t('flow'), t(connection.settings['flow'] === 'code' ? 'flow.code' : 'flow.id-token')] as const]
        : []),
      [t('redirect-url'), <code key="redirect">{connection.redirectUrl}</code>],
      [t('authentication.configured'), <Moment key="configured" at={connection.configuredAt} />],
      [t('provider-read'), <Moment key="read" at={connection.providerRead.at} />],
    );
    if (!healthShown)
      rows.push([
        t('authentication.last-success'),
        <Moment key="success" at={connection.lastSuccessAt} never={t('authentication.no-success')} />,
      ]);
  }
  rows.push([t('nav.users'), <span key="users">{users}</span>]);
  return rows;
}

/** A setting as it was entered; no row for one that was not. */
function codeRow(name: TextKey, value: string | undefined): (readonly [string, React.ReactNode])[] {
  return value === undefined || value === '' ? [] : [[t(name), <code key={name}>{value}</code>]];
}
