import { guideOf, offeredCredentials } from './providers.ts';
import { richText } from './rich-text.ts';
import { copyable, stepPage } from './setup-page.ts';
import type { ChosenContext } from './setup-page.ts';
import { sketch } from './sketch.ts';
import { redirect } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { LoginDeps } from '../login-deps.ts';
import { linkForm, submit } from '../pages/parts.ts';
import type { Problem } from '../pages/parts.ts';
import { callbackUrls } from '../../connections/connection.ts';
import { isKeyCredential as isKey, jwksUrl } from '../../connections/keys/client-keys.ts';
import { certificateThumbprint } from '../../connections/keys/read-client-key.ts';
import { readDraftKey } from '../../connections/setup/draft/draft-key.ts';
import { reachStep } from '../../connections/setup/prepare-draft.ts';
import { stepsOf, valuesOf } from '../../guides/guide.ts';
import type { GuideStep, Way } from '../../guides/guide.ts';
import { html } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';

/** GET: how to register with the provider, step by step, with what is to be copied there. */
export async function showGuide(deps: LoginDeps, context: ChosenContext): Promise<Answer> {
  return guidePage(deps, context);
}

/** The guide; with what went wrong when another way of it was asked for. */
export async function guidePage(deps: LoginDeps, context: ChosenContext, problem?: Problem): Promise<Answer> {
  const { t } = deps.shell;
  const { provider, credential, at } = context;
  const guide = guideOf(provider);
  const redirectUrl = redirectUrlOf(deps, context);
  const otherWays = offeredCredentials(provider).filter((each) => each !== credential);
  const made = isKey(credential) ? await readDraftKey(deps, context.invitation) : null;
  const key = made?.set.credential === credential ? made : null;
  return stepPage(deps, context, 'guide', {
    title:
      context.invitation.provider === 'other'
        ? t('setup-link.guide.title.other')
        : t('setup-link.guide.title', { provider: t(guide.name) }),
    lead: t('setup-link.guide.lead'),
    problem,
    body: html`${guide.opens !== undefined && openConsole(deps, guide.opens)}
      <ol class="guide-steps">
        ${stepsOf(guide, wayOf(context)).map((step) => guideStep(deps, step, { redirectUrl, key }))}
      </ol>
      <form method="post" action="${at('guide')}">${submit(t('setup-link.guide.done'))}</form>
      ${
        otherWays.length > 0 &&
        html`<div class="below">
        ${otherWays.map((other) => linkForm(at('credential'), t(`setup-link.guide.way.${other}`), { credential: other }))}
      </div>`
      }`,
  });
}

/** A step, with what is to be copied there, and how it looks where there is something to be seen. */
function guideStep(
  deps: LoginDeps,
  step: GuideStep,
  { redirectUrl, key }: { redirectUrl: string; key: DraftKey | null },
): Html {
  const { t } = deps.shell;
  const values = valuesOf(step);
  return html`<li>
    <div>
      <p>${richText(t(step.text))}${values > 0 && ` ${t('setup-link.guide.needed', { values })}`}</p>
      ${step.namesAddress === true && html`<p>${richText(t('setup-link.guide.names-address'))}</p>`}
      ${step.redirect === true && copyable(deps, 'redirect-url', redirectUrl)}
      ${key !== null && step.key === true && keyFacts(deps, key)}
    </div>
    ${step.drawn.length > 0 && sketch(t, step, step.redirect === true ? redirectUrl : null)}
  </li>`;
}

type DraftKey = NonNullable<Awaited<ReturnType<typeof readDraftKey>>>;

/** What the provider has to know of the key: the address of its public half, or the certificate as a file. */
function keyFacts(deps: LoginDeps, { set, key }: DraftKey): Html {
  const { t } = deps.shell;
  if (key.certificate === null) return copyable(deps, 'jwks-url', jwksUrl(deps.publicUrl, set.id));
  const href = `data:application/x-pem-file,${encodeURIComponent(key.certificate)}`;
  const thumbprint = certificateThumbprint(key.certificate, 'sha1', 'hex');
  const file = (extension: string) =>
    html`<a href="${href}" download="single-sign-on${extension}">${t('setup-link.guide.download', { extension })}</a>`;
  return html`<p>${file('.cer')}</p>
    <p>${file('.pem')}</p>
    <p class="small soft">${t('setup-link.guide.thumbprint')} <code class="secret" dir="ltr">${thumbprint}</code></p>`;
}

/** Without a credential Entra ID posts an ID token, and others are asked for a code. */
function wayOf({ provider, credential }: ChosenContext): Way {
  if (credential !== 'none') return credential;
  return provider.method === 'entra-id' ? 'id-token' : 'code';
}

/** POST: on to the values. */
export async function submitGuide(deps: LoginDeps, context: ChosenContext): Promise<Answer> {
  await reachStep(deps, context.invitation, 'values');
  return redirect(context.at('values'));
}

/** The redirect URL that fits the way of the guide: the shared one for the ID token that Entra ID posts, else the own. */
function redirectUrlOf({ publicUrl }: LoginDeps, { organization, provider, credential }: ChosenContext): string {
  const { shared, organization: own } = callbackUrls(publicUrl.href, organization.id);
  return provider.method === 'entra-id' && credential === 'none' ? shared : own;
}

function openConsole({ shell: { t } }: LoginDeps, address: string): Html {
  const label = t('setup-link.guide.open', { host: new URL(address).host });
  return html`<p><a href="${address}" target="_blank" rel="noopener noreferrer">${label}</a></p>`;
}
