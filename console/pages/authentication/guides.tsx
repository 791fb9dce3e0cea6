import '../../texts/add-guides.ts';
import { credentialsOf, stepsOf, valuesOf, type GuideStep, type Way } from '../../../src/guides/guide.ts';
import { GUIDES } from '../../../src/guides/guides.ts';
import type { Preset } from '../../../src/guides/presets.ts';
import { CopyValue } from '../../parts/copy-value.tsx';
import { Guide } from '../../parts/guide.tsx';
import type { Cloud, Credential, Flow } from './settings-values.ts';
import { t, tRich } from '../../texts/t.ts';

interface GuideProps {
  credential: Credential;
  /** What is to be registered at the provider for this choice. */
  redirectUrl: string;
  onCredential: (credential: Credential) => void;
}

/** Microsoft's admin centers of its other clouds. */
const ADMIN_CENTERS: Partial<Record<Cloud, string>> = {
  'us-government': 'https://entra.microsoft.us/',
  china: 'https://portal.azure.cn/',
};

/** *Register an App in Microsoft Entra ID*, in the words of Microsoft's own pages. */
export function EntraGuide({
  credential,
  redirectUrl,
  onCredential,
  consentUrl,
  cloud,
}: GuideProps & {
  /** Where an administrator of the directory agrees, once directory and Client ID are known. */
  consentUrl: string | null;
  cloud: Cloud;
}) {
  const secret = credential === 'secret';
  return (
    <Guide
      title={t('guide.title.entra-id')}
      head={<Opens address={ADMIN_CENTERS[cloud] ?? GUIDES['entra-id'].opens} />}
      foot={
        <button type="button" className="as-link" onClick={() => onCredential(secret ? 'none' : 'secret')}>
          {secret ? t('guide.entra.without-secret') : t('guide.entra.with-secret')}
        </button>
      }
    >
      {stepsOf(GUIDES['entra-id'], credential === 'none' ? 'id-token' : credential).map((step) => (
        <Step key={step.text} step={step} redirectUrl={redirectUrl} consentUrl={consentUrl} />
      ))}
    </Guide>
  );
}

/** The same for a provider that speaks OpenID Connect. */
export function OpenidConnectGuide({
  preset,
  credential,
  flow,
  redirectUrl,
  onCredential,
}: GuideProps & {
  preset: Preset;
  /** How the provider answers. */
  flow: Flow;
}) {
  const secret = credential === 'secret';
  const guide = GUIDES[preset];
  const chosen: Way = credential === 'none' ? flow : credential;
  // What is in force may be no way of this guide: then it tells the one that it proposes.
  const way = guide.ways.includes(chosen) ? chosen : guide.ways[0];
  const both = ['secret', 'none'].every((one) => credentialsOf(guide).some((offered) => offered === one));
  return (
    <Guide
      title={preset === 'any' ? t('guide.title.any') : t('guide.title', { provider: t(guide.name) })}
      head={<Opens address={guide.opens} />}
      foot={
        both && (
          <button type="button" className="as-link" onClick={() => onCredential(secret ? 'none' : 'secret')}>
            {secret ? t('guide.openid.without-secret') : t('guide.openid.with-secret')}
          </button>
        )
      }
    >
      {stepsOf(guide, way).map((step) => (
        <Step key={step.text} step={step} redirectUrl={redirectUrl} />
      ))}
    </Guide>
  );
}

/** Where the provider's pages begin. */
function Opens({ address }: { address: string | undefined }) {
  if (address === undefined) return null;
  return (
    <p className="guide-opens">
      <a href={address} target="_blank" rel="noreferrer">
        {t('guide.opens', { host: new URL(address).host })}
      </a>
    </p>
  );
}

/** A step, with what is to be copied to the provider. */
function Step({
  step,
  redirectUrl,
  consentUrl = null,
}: {
  step: GuideStep;
  redirectUrl: string;
  consentUrl?: string | null;
}) {
  const values = valuesOf(step);
  return (
    <li>
      {tRich(step.text)}
      {values > 0 && ` ${t('guide.values', { values })}`}
      {step.namesAddress === true && <> {tRich('guide.names-address')}</>}
      {step.redirect === true && <CopyValue value={redirectUrl} name={t('redirect-url')} />}
      {step.consent === true && consentUrl !== null && (
        <>
          {' '}
          {tRich('guide.consent-link')}
          <CopyValue value={consentUrl} name={t('consent-url')} />
        </>
      )}
    </li>
  );
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
