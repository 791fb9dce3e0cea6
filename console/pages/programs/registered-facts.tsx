import type { Registration } from '../../../works-with/preset.ts';
import { Facts } from '../../parts/card.tsx';
import { t } from '../../texts/t.ts';

/** What is registered for a program: the exact addresses, and how it speaks OpenID Connect. */
export function RegisteredFacts({ registration }: { registration: Registration }) {
  const listed = (uris: readonly string[] = []): React.ReactNode =>
    uris.length === 0 ? null : (
      <span className="row-lines">
        {uris.map((uri) => (
          <code key={uri} dir="ltr">
            {uri}
          </code>
        ))}
      </span>
    );
  const one = (uri: string | undefined): React.ReactNode => listed(uri === undefined ? [] : [uri]);
  const { kind } = registration;
  const authentication = kind === 'web' ? (registration.clientAuthentication ?? 'client_secret_basic') : 'none';
  return (
    <Facts
      rows={[
        [t('application.kind'), `${t(`application.kind.${kind}`)}. ${t(`application.kind.${kind}.help`)}`],
        [t('application.redirect-uris'), listed(registration.redirectUris)],
        [t('program.logout-uris'), listed(registration.postLogoutRedirectUris)],
        [t('program.backchannel'), one(registration.backchannelLogoutUri)],
        [t('program.initiate'), one(registration.initiateLoginUri)],
        [t('application.authentication'), t(`application.authentication.${authentication}`)],
        [t('application.signing'), t(`application.signing.${registration.signingAlgorithm ?? 'RS256'}`)],
        [t('application.refresh-tokens'), registration.refreshTokens === true ? t('yes') : t('no')],
        [t('program.pkce'), registration.withoutPkce === true ? t('program.pkce.without') : t('program.pkce.asked')],
      ]}
    />
  );
}
