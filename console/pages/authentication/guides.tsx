import '../../texts/add-guides.ts';
import { CopyValue } from '../../parts/copy-value.tsx';
import { Guide } from '../../parts/guide.tsx';
import { isKey, type Cloud, type Credential, type Flow, type Preset } from './settings-values.ts';
import { productName, t, tRich } from '../../texts/t.ts';

interface GuideProps {
  credential: Credential;
  /** How the provider answers. */
  flow: Flow;
  /** What is to be registered at the provider for this choice. */
  redirectUrl: string;
  onCredential: (credential: Credential) => void;
  /** Where an administrator of the directory agrees, once directory and Client ID are known. */
  consentUrl?: string | null;
}

/** Microsoft's admin center, by cloud. */
const ADMIN_CENTER: Record<Cloud, string> = {
  global: 'https://entra.microsoft.com',
  'us-government': 'https://entra.microsoft.us',
  china: 'https://portal.azure.cn',
};

/** *Register an App in Microsoft Entra ID*, in the words of Microsoft's own pages. */
export function EntraGuide({
  credential,
  redirectUrl,
  onCredential,
  consentUrl = null,
  cloud,
}: GuideProps & { cloud: Cloud }) {
  const secret = credential === 'secret';
  return (
    <Guide
      title={t('guide.entra.title')}
      foot={
        <button type="button" className="as-link" onClick={() => onCredential(secret ? 'none' : 'secret')}>
          {secret ? t('guide.entra.without-secret') : t('guide.entra.with-secret')}
        </button>
      }
    >
      <li>{tRich('guide.entra.open', { href: ADMIN_CENTER[cloud] })}</li>
      <li>{tRich('guide.entra.name', { name: productName() })}</li>
      <li>{tRich('guide.entra.accounts')}</li>
      <li>
        {tRich('guide.entra.platform')}
        <CopyValue value={redirectUrl} name={t('redirect-url')} />
      </li>
      <li>{tRich('guide.entra.register')}</li>
      <li>{tRich('guide.entra.client-id')}</li>
      <li>{tRich('guide.entra.directory-id')}</li>
      {secret ? (
        <>
          <li>{tRich('guide.entra.secret')}</li>
          <li>{tRich('guide.entra.secret-value')}</li>
        </>
      ) : isKey(credential) ? (
        <li>{tRich(credential === 'federated' ? 'guide.entra.federated' : 'guide.entra.certificate')}</li>
      ) : (
        <li>{tRich('guide.entra.id-tokens')}</li>
      )}
      <li>{tRich('guide.entra.claims')}</li>
      <li>
        {tRich('guide.entra.consent')}
        {consentUrl !== null && (
          <>
            {' '}
            {tRich('guide.entra.consent-link')}
            <CopyValue value={consentUrl} name={t('consent-url')} />
          </>
        )}
      </li>
      <li>{tRich('guide.entra.assignment')}</li>
    </Guide>
  );
}

/** The same for any provider that speaks OpenID Connect. */
export function OpenidConnectGuide({
  preset,
  credential,
  flow,
  redirectUrl,
  onCredential,
}: GuideProps & { preset: Preset }) {
  const secret = credential === 'secret';
  if (preset !== 'any') return <PresetGuide {...{ preset, credential, flow, redirectUrl, onCredential }} />;
  return (
    <Guide
      title={t('guide.openid.title')}
      foot={
        <button type="button" className="as-link" onClick={() => onCredential(secret ? 'none' : 'secret')}>
          {secret ? t('guide.openid.without-secret') : t('guide.openid.with-secret')}
        </button>
      }
    >
      <li>{tRich('guide.openid.create', { name: productName() })}</li>
      <li>
        {tRich('guide.openid.redirect')}
        <CopyValue value={redirectUrl} name={t('redirect-url')} />
      </li>
      <li>{tRich(credential !== 'none' ? 'guide.openid.flow.secret' : `guide.openid.flow.${flow}`)}</li>
      <li>{tRich('guide.openid.scopes')}</li>
      <li>{tRich('guide.openid.client-id')}</li>
      {secret && <li>{tRich('guide.openid.secret')}</li>}
      {isKey(credential) && <li>{tRich('guide.openid.private-key')}</li>}
      <li>{tRich('guide.openid.discovery')}</li>
    </Guide>
  );
}

/** The same in the words of one provider's own pages. */
function PresetGuide({
  preset,
  credential,
  flow,
  redirectUrl,
  onCredential,
}: GuideProps & { preset: Exclude<Preset, 'any'> }) {
  const secret = credential === 'secret';
  const way = credential !== 'none' ? 'secret' : flow === 'code' ? 'none' : 'id-token';
  const redirectStep = (
    <li key="redirect">
      {tRich(`guide.${preset}.redirect`)}
      <CopyValue value={redirectUrl} name={t('redirect-url')} />
    </li>
  );
  const wayStep = <li key="way">{wayOf(preset, way)}</li>;
  return (
    <Guide
      title={t('guide.preset.title', { provider: t(`preset.${preset}`) })}
      foot={
        preset !== 'google-workspace' && (
          <button type="button" className="as-link" onClick={() => onCredential(secret ? 'none' : 'secret')}>
            {secret ? t('guide.openid.without-secret') : t('guide.openid.with-secret')}
          </button>
        )
      }
    >
      <li>{tRich(`guide.${preset}.open`, { name: productName() })}</li>
      {preset === 'keycloak' ? [wayStep, redirectStep] : [redirectStep, wayStep]}
      <li>{tRich(`guide.${preset}.people`)}</li>
      <li>{tRich(`guide.${preset}.client-id`)}</li>
      {secret && <li>{tRich('guide.openid.secret')}</li>}
      {isKey(credential) && <li>{tRich('guide.openid.private-key')}</li>}
      <li>{tRich(`guide.${preset}.discovery`)}</li>
    </Guide>
  );
}

function wayOf(preset: Exclude<Preset, 'any'>, way: 'secret' | 'none' | 'id-token') {
  if (way !== 'id-token') return tRich(`guide.${preset}.${way}`);
  return tRich(preset === 'keycloak' ? 'guide.keycloak.id-token' : 'guide.openid.flow.id-token');
}

/** What a method without a provider means. */
export function PlainGuide({ method }: { method: 'built-in' | 'same-as-managing' }) {
  return (
    <Guide title={t(`guide.${method}.title`)}>
      <li>{t(`guide.${method}.1`)}</li>
      <li>{t(`guide.${method}.2`)}</li>
      <li>{t(`guide.${method}.3`)}</li>
    </Guide>
  );
}
