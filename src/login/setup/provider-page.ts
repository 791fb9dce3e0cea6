import { guideOf, offeredCredentials, PROVIDERS, providerOf } from './providers.ts';
import type { SetupProvider } from './providers.ts';
import { guidePage } from './guide-page.ts';
import { stepPage } from './setup-page.ts';
import type { ChosenContext, SetupContext } from './setup-page.ts';
import { redirect } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { LoginDeps } from '../login-deps.ts';
import { rethrowUnless } from '../../base/errors.ts';
import { prepareDraftKey } from '../../connections/setup/draft/draft-key.ts';
import { chooseProvider } from '../../connections/setup/prepare-draft.ts';
import { html } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';

/** GET: the tiles. */
export async function showProviders(deps: LoginDeps, context: SetupContext): Promise<Answer> {
  const { t } = deps.shell;
  const chosen = context.invitation.provider;
  const tiles = Object.entries(PROVIDERS).map(([key, provider]: [string, SetupProvider]) => {
    const current = key === chosen && html` aria-current="true"`;
    return html`<li>
      <button class="choice" type="submit" name="provider" value="${key}" ${current}>
        <span class="icon">${letterMark(provider.letter)}</span>
        <span class="text"
          ><span class="name">${t(guideOf(provider).name)}</span><span class="note">${t(provider.note)}</span></span
        >
        <span class="go" aria-hidden="true">›</span>
      </button>
    </li>`;
  });
  return stepPage(deps, context, 'provider', {
    title: t('setup-link.provider.title'),
    lead: t('setup-link.provider.lead', { organization: context.organization.name }),
    body: html`<form method="post" action="${context.at('provider')}">
      <ul class="provider-tiles">
        ${tiles}
      </ul>
    </form>`,
  });
}

/** POST: a tile was pressed. */
export async function submitProvider(deps: LoginDeps, context: SetupContext): Promise<Answer> {
  const key = context.request.form['provider'];
  const provider = providerOf(key);
  if (key === undefined || provider === undefined) return redirect(context.at('provider'));
  const { invitation } = context;
  const kept = key === invitation.provider ? invitation.credential : null;
  const credential = kept ?? offeredCredentials(provider)[0] ?? 'secret';
  await chooseProvider(deps, invitation, { provider: key, credential });
  return redirect(context.at('domain'));
}

/** POST: another way of the guide: with or without a client secret, or by a key, which is made then. */
export async function submitCredential(deps: LoginDeps, context: ChosenContext): Promise<Answer> {
  const offered = offeredCredentials(context.provider);
  const wanted = offered.find((each) => each === context.request.form['credential']);
  const provider = context.invitation.provider;
  if (wanted !== undefined && provider !== null) {
    await chooseProvider(deps, context.invitation, { provider, credential: wanted });
    if (wanted === 'certificate' || wanted === 'private-key') {
      try {
        await prepareDraftKey(deps, context.invitation);
      } catch (error) {
        rethrowUnless(error, 'client-keys.too-many', 'request.too-many');
        await chooseProvider(deps, context.invitation, { provider, credential: context.credential });
        return guidePage(deps, context, { text: deps.shell.t('setup-link.guide.key.too-many') });
      }
    }
  }
  return redirect(context.at('guide'));
}

/** A letter in a gate of ours: no provider's logo. */
function letterMark(letter: string): Html {
  return html`<svg class="letter-mark" viewBox="0 0 28 28" aria-hidden="true">
    <path class="mark-gate" d="M4 25V13C4 7.5 8.5 3 14 3s10 4.5 10 10v12z" />
    <text x="14" y="19.5" text-anchor="middle">${letter}</text>
  </svg>`;
}
