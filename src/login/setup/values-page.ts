import { setupDeps } from './setup-deps.ts';
import { problemText, stepPage } from './setup-page.ts';
import type { ChosenContext } from './setup-page.ts';
import { fixedDiscoveryUrl, guideOf } from './providers.ts';
import type { SetupProvider } from './providers.ts';
import { redirect } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { LoginDeps } from '../login-deps.ts';
import { field, form, submit } from '../pages/parts.ts';
import type { Problem } from '../pages/parts.ts';
import { rethrowUnless } from '../../base/errors.ts';
import { formatId } from '../../base/ids.ts';
import { isKeyCredential } from '../../connections/keys/client-keys.ts';
import { methodSettings } from '../../connections/configure/check-settings.ts';
import { saveDraft } from '../../connections/setup/prepare-draft.ts';
import { html } from '../../http/html.ts';
import { parseInput } from '../../http/input.ts';
import { fieldSentence } from '../../texts/field-sentence.ts';

/** The fields that keep what was typed; a secret is never shown again. */
const SHOWN = ['clientId', 'directoryId', 'discoveryUrl', 'hostedDomain', 'clientSecretExpiresOn'] as const;
type Typed = Partial<Record<(typeof SHOWN)[number], string>>;

/** GET: the form for what the provider shows. */
export async function showValues(deps: LoginDeps, context: ChosenContext): Promise<Answer> {
  const entered = context.invitation.entered ?? {};
  const typed = Object.fromEntries(
    SHOWN.flatMap((name) => (typeof entered[name] === 'string' ? [[name, entered[name]]] : [])),
  ) as Typed;
  const { domain } = context.invitation;
  const { discoveryUrl } = guideOf(context.provider);
  const proposed: Typed = {
    ...(domain === null ? {} : { hostedDomain: domain }),
    ...(discoveryUrl === undefined ? {} : { discoveryUrl }),
  };
  return valuesPage(deps, context, { ...proposed, ...typed });
}

/** POST: checks the values with the provider and writes the draft. */
export async function submitValues(deps: LoginDeps, context: ChosenContext): Promise<Answer> {
  const { form: given } = context.request;
  const { invitation } = context;
  const typed: Typed = Object.fromEntries(SHOWN.map((name) => [name, (given[name] ?? '').slice(0, 2000)]));
  const secret = (given['clientSecret'] ?? '').trim();
  const { clientKeySetId } = invitation;
  const clientKeys = clientKeySetId === null ? undefined : formatId('cks', clientKeySetId);
  const settings = enteredSettings(context, typed, { secret, clientKeys });
  if (settings['hostedDomain'] === '') {
    return valuesPage(deps, context, typed, { field: 'hostedDomain', text: deps.shell.t('field.required') });
  }
  const problem = await problemOf(deps, async () => {
    const entered = parseInput(methodSettings(deps.connectors), settings);
    return saveDraft(setupDeps(deps), invitation, entered);
  });
  return problem === undefined ? redirect(context.at('test')) : valuesPage(deps, context, typed, problem);
}

/**
 * What was typed, as the settings of the method. Without a client secret an OpenID Connect provider is asked for a code,
 * as its guide says.
 * @returns `hostedDomain` where the provider is Google, also when it is empty
 */
export function enteredSettings(
  { provider, credential }: Pick<ChosenContext, 'provider' | 'credential'>,
  typed: Typed,
  { secret, clientKeys }: { secret: string; clientKeys?: string | undefined },
): Record<string, string | undefined> {
  const { clientId } = typed;
  const { clientSecretExpiresOn = '' } = typed;
  const ofKey = isKeyCredential(credential) && clientKeys !== undefined ? { clientKeys } : {};
  const proof =
    credential === 'secret' ? { ...(secret === '' ? {} : { clientSecret: secret }), clientSecretExpiresOn } : ofKey;
  const common = { method: provider.method, clientId, credential, ...proof };
  if (provider.method === 'entra-id') return { ...common, directoryId: typed.directoryId };
  return {
    ...common,
    discoveryUrl: fixedDiscoveryUrl(provider) ?? typed.discoveryUrl,
    preset: provider.guide === 'any' && isGoogle(provider, typed) ? 'google-workspace' : provider.guide,
    ...(credential === 'none' ? { flow: 'code' } : {}),
    ...(isGoogle(provider, typed) ? { hostedDomain: (typed.hostedDomain ?? '').trim().replace(/^.*@/, '') } : {}),
  };
}

/** Google serves everybody by one address, also where it was typed: only the hosted domain says whose accounts are let in. */
function isGoogle(provider: SetupProvider, { discoveryUrl = '' }: Typed): boolean {
  const address = fixedDiscoveryUrl(provider) ?? discoveryUrl;
  return provider.method === 'openid-connect' && URL.parse(address)?.host === 'accounts.google.com';
}

/** What is wrong with the values: by their form, or by what the provider says. */
async function problemOf(deps: LoginDeps, save: () => ReturnType<typeof saveDraft>): Promise<Problem | undefined> {
  const { t } = deps.shell;
  try {
    const fault = await save();
    if (fault === null) return undefined;
    return { field: fault.field, text: problemText(deps, fault) };
  } catch (error) {
    rethrowUnless(error, 'input.malformed');
    const [first] = error.fields;
    const text = first === undefined ? t('error.input.malformed') : fieldSentence(t, first);
    return first === undefined ? { text } : { field: first.field, text };
  }
}

function valuesPage(deps: LoginDeps, context: ChosenContext, typed: Typed, problem?: Problem): Answer {
  const { t } = deps.shell;
  const { provider, credential, invitation, at } = context;
  const entra = provider.method === 'entra-id';
  const google = isGoogle(provider, typed);
  const text = (name: keyof Typed, label: string, help?: string) =>
    field(
      {
        name,
        label,
        value: typed[name] ?? '',
        autocomplete: 'off',
        maxlength: 2000,
        ...(help === undefined ? {} : { help }),
      },
      problem,
      name === 'clientId' && problem === undefined,
    );
  const kept = invitation.entered?.['credential'] === 'secret' && invitation.connectionId !== null;
  const fields = html`${text('clientId', t(entra ? 'setup-link.values.client-id.entra' : 'setup-link.values.client-id'))}
  ${entra && text('directoryId', t('setup-link.values.directory-id'))}
  ${
    !entra &&
    fixedDiscoveryUrl(provider) === undefined &&
    text(
      'discoveryUrl',
      t('setup-link.values.discovery-url'),
      t(guideOf(provider).discoveryHelp ?? 'setup-link.values.discovery-url.help'),
    )
  }
  ${google && text('hostedDomain', t('setup-link.values.hosted-domain'), t('setup-link.values.hosted-domain.help'))}
  ${
    credential === 'secret' &&
    field(
      {
        name: 'clientSecret',
        label: t(entra ? 'setup-link.values.secret.entra' : 'setup-link.values.secret'),
        type: 'password',
        autocomplete: 'off',
        maxlength: 1000,
        help: t(kept ? 'setup-link.values.secret.kept' : 'setup-link.values.secret.help'),
        ...(kept ? { optional: true } : {}),
      },
      problem,
    )
  }
  ${
    credential === 'secret' &&
    field(
      {
        name: 'clientSecretExpiresOn',
        label: t('setup-link.values.secret-expires'),
        value: typed.clientSecretExpiresOn ?? '',
        type: 'date',
        autocomplete: 'off',
        optional: true,
        help: t('setup-link.values.secret-expires.help'),
      },
      problem,
    )
  }
  ${submit(t('setup-link.values.check'))}`;
  // A fault of a field that this form does not show stands above it.
  const shown = ['clientId', entra ? 'directoryId' : 'discoveryUrl', 'clientSecret', google ? 'hostedDomain' : ''];
  const here = problem !== undefined && problem.field !== undefined && shown.includes(problem.field);
  return stepPage(deps, context, 'values', {
    title: t('setup-link.values.title'),
    lead: t('setup-link.values.lead'),
    problem: problem === undefined || here ? problem : { text: problem.text },
    body: form(at('values'), fields),
  });
}
