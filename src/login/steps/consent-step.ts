import { personOf } from './person.ts';
import type { LoginContext } from '../login-context.ts';
import type { LoginDeps } from '../login-deps.ts';
import type { LoginStep } from './step.ts';
import { stepUrl } from './step.ts';
import { cardPage } from '../pages/layout.ts';
import { heading, summary } from '../pages/parts.ts';
import { findByClientId } from '../../applications/find-application.ts';
import type { ApiScope } from '../../applications/resources/api-resource.ts';
import { allowApplication } from '../../applications/consent/allow-application.ts';
import { findScopeSentences } from '../../applications/resources/find-scope-sentences.ts';
import { isLoopback } from '../../applications/redirect-uri.ts';
import type { ClientDocument } from '../../applications/unregistered/client-document.ts';
import { sha256 } from '../../base/random.ts';
import type { Html } from '../../http/html.ts';
import { html } from '../../http/html.ts';
import type { Text } from '../../texts/catalog.ts';
import { isAddressProven } from '../../users/address/is-address-proven.ts';
import { findUser } from '../../users/find-users.ts';

const KNOWN = ['openid', 'profile', 'email', 'roles', 'offline_access'] as const;

/**
 * *Allow …?*, once for each application that is not first-party: whose it is, what it asks, where the answer goes. Asked of
 * who is logged in: when that is another user by now, `toAuthorizationRequest` does not open the request.
 */
export const consentStep: LoginStep = {
  async show(deps, context, problem) {
    const { t } = deps.shell;
    const { application } = context.request;
    const asked = await askedFor(deps, context);
    const { scopes, resource, document } = asked;
    const isTold = !scopes.includes('email') || (await isAddressTold(deps, context));
    const title = t('login.consent.title', { application: application.name });
    return cardPage(deps.shell, {
      title,
      body: html`${heading(title, document === null && t('login.consent.lead', { application: application.name, owner: application.ownerName }))}
        ${document !== null && unregisteredPart(t, document)}
        ${summary(problem)}
        <ul>
          ${scopes.length === 0 ? html`<li>${t('login.consent.identifier')}</li>` : ''}
          ${scopes.map((scope) => html`<li>${scope === 'email' && !isTold ? t('login.consent.email-unproven') : scopeName(t, scope)}</li>`)}
        </ul>
        ${resource === null ? '' : resourcePart(deps.shell.t, resource)}
        ${whereTo(t, application)}
        <form method="post" action="${stepUrl(context, 'consent')}" class="actions">
          <input type="hidden" name="asked" value="${digestOf(asked)}">
          <button class="btn" type="submit" name="answer" value="allow">${t('login.consent.allow')}</button>
          <button class="btn ghost" type="submit" name="answer" value="deny">${t('login.consent.deny')}</button>
        </form>`,
    });
  },

  async submit(deps, context, given) {
    const person = await personOf(deps, context);
    const { application } = context.request;
    if (given['answer'] !== 'allow') return { kind: 'go', event: { kind: 'refused', code: 'access_denied' } };
    const asked = await askedFor(deps, context);
    // It is called otherwise since the page was shown: what the person read is not what would be allowed.
    if (given['asked'] !== digestOf(asked)) return { kind: 'stay' };
    const { scopes, resource, document } = asked;
    const scope = [...scopes, ...(resource?.scopes.map(({ kept }) => kept) ?? [])].join(' ');
    const saidOfResource = resource?.scopes.map((each) => `${resource.audience}#${each.scope}`) ?? [];
    const said = [...scopes, ...saidOfResource].join(' ');
    return {
      kind: 'go',
      event: { kind: 'consented' },
      consent: { scope },
      inTransaction: async (tx) =>
        allowApplication({ db: tx, clock: deps.clock }, person, {
          clientId: application.clientId,
          scope,
          said,
          document,
        }),
    };
  },
};

/** What the person is asked: about themselves, and at an API resource what the application may ask for there. */
async function askedFor(deps: LoginDeps, { request, browser }: LoginContext) {
  const { requestedScopes, resource: audience, application } = request;
  const { clientId } = application;
  const document = application.unregistered
    ? await deps.documents.read(clientId, { network: browser.network, isKnown: true })
    : null;
  if (audience === null) return { scopes: requestedScopes, resource: null, document };
  const found = await findScopeSentences(deps, { clientId, audience, scopes: requestedScopes });
  return {
    scopes: requestedScopes.filter((scope) => KNOWN.some((known) => known === scope)),
    resource: found === undefined || found.scopes.length === 0 ? null : { audience, ...found },
    document,
  };
}

/** Whether the application would be told the address of the person today: a proven one, or it takes unproven ones too. */
async function isAddressTold(deps: LoginDeps, { state, subject, request }: LoginContext): Promise<boolean> {
  const userId = state.login.subject?.userId;
  const user = subject?.user ?? (userId === undefined ? undefined : await findUser(deps, userId));
  if (user !== undefined && (await isAddressProven(deps, user))) return true;
  return (await findByClientId(deps, request.application.clientId))?.unprovenAddresses === true;
}

/** Stands in the form for what the page shows. */
function digestOf({ scopes, resource, document }: Awaited<ReturnType<typeof askedFor>>): string {
  const said = document === null ? [] : [document.name, ...document.redirectUris];
  return sha256([...scopes, ...(resource?.scopes.map(({ kept }) => kept) ?? []), ...said].join(' ')).toString(
    'base64url',
  );
}

/** Of an application that nobody registered: what it calls itself, and that its host is all that is known of it. */
function unregisteredPart(t: Text, { name, host }: ClientDocument): Html {
  return html`${name !== host && html`<p class="lead">${t('login.consent.calls-itself', { name })}</p>`}
    <p class="notice">${t('login.consent.nobody', { host })}</p>
    <p>${t('login.consent.asks')}</p>`;
}

/** Where the answer goes. A program on the own machine can pretend to be one that is not. */
function whereTo(t: Text, { redirectHost: host, unregistered }: LoginContext['request']['application']): Html {
  const isOwnMachine = unregistered && isLoopback(host);
  if (isOwnMachine) return html`<p class="soft small">${t('login.consent.own-machine', { host })}</p>`;
  return html`<p class="soft small">${host === '' ? t('login.consent.device') : t('login.consent.host', { host })}</p>`;
}

function resourcePart(t: Text, { name, scopes }: { name: string; scopes: readonly ApiScope[] }): Html {
  return html`<p>${t('login.consent.resource', { resource: name })}</p>
    <ul>
      ${scopes.map(({ description }) => html`<li>${description}</li>`)}
    </ul>`;
}

/** What a scope gives, in words. */
export function scopeName(t: Text, scope: string): string {
  const known = KNOWN.find((one) => one === scope);
  return known === undefined ? t('login.consent.other', { scope }) : t(`login.consent.${known}`);
}
