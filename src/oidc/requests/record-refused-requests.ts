import type { Client, KoaContextWithOIDC, Provider, errors } from 'oidc-provider';
import { findFailure, namesNobody, statedClientId } from './find-failure.ts';
import { DEVICE_GRANT } from '../clients.ts';
import { isForPeople } from './flush-afterwards.ts';
import { tellDeveloper } from './tell-developer.ts';
import { codeOfRefusal } from '../unregistered/find-unregistered.ts';
import { countUnknown } from '../../applications/health/count-unknown.ts';
import { createHealthMemory } from '../../applications/health/health-memory.ts';
import type { HealthMemory } from '../../applications/health/health-memory.ts';
import { recordFailure, recordOwnFailure } from '../../applications/health/record-failure.ts';
import type { RefusedRequest } from '../../applications/health/record-failure.ts';
import { readWhatCame } from '../../applications/health/what-came.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Database } from '../../db/database.ts';
import { findRootOrganization } from '../../organizations/find-organization.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';

interface Deps {
  db: Database;
  clock: Clock;
  log: Log;
}

/** Where the library tells of refusals. Not all of these are in its types. */
const REFUSALS = [
  'authorization.error',
  'pushed_authorization_request.error',
  'device_authorization.error',
  'grant.error',
  'userinfo.error',
  'introspection.error',
  'revocation.error',
  'end_session.error',
] as const;

/**
 * Records what requests of applications are refused for, for the application's owner, and says in the answer what its
 * developer has to switch; logins that worked are marked with their tokens. A request that names no application of ours is
 * counted for the operator. Called before `flushAfterwards`, so that it sees what could not be written.
 */
export function recordRefusedRequests(provider: Provider, options: Deps & { memory: HealthMemory }): void {
  const deps = { ...options, quiet: createHealthMemory() };
  const remember = (ctx: KoaContextWithOIDC, error: errors.OIDCProviderError): void => {
    ctx.state['refused'] = error;
  };
  for (const name of REFUSALS) provider.on(name as 'grant.error', remember);
  provider.on('grant.success', (ctx) => {
    if (LOGIN_GRANTS.has(ctx.oidc.params?.['grant_type'])) markLogin(deps.memory, ctx.oidc.client);
  });
  provider.use(async (plain, next) => {
    await next();
    const ctx = plain as KoaContextWithOIDC;
    const error = ctx.state['refused'] as errors.OIDCProviderError | undefined;
    if (error !== undefined) await recordRefusal(provider, deps, ctx, error);
    else if (ctx.state['codeLost'] === true) await recordCodeLost(deps, ctx);
  });
}

/** What begins with a login, or with a machine that came by itself: a refresh or an exchange says nothing of logins. */
const LOGIN_GRANTS: ReadonlySet<unknown> = new Set(['authorization_code', DEVICE_GRANT, 'client_credentials']);

/** Marks that a login into a registered application worked: its tokens and the mark are one statement. */
export function markLogin(memory: HealthMemory, client: Client | undefined): void {
  if (client?.['owner_id'] === undefined) return;
  const work = UnitOfWork.current();
  if (memory.worked(client.clientId, work.now)) work.write({ kind: 'login-mark', clientId: client.clientId });
}

/** `quiet`: for what the log alone is told. */
type Recording = Deps & { memory: HealthMemory; quiet: HealthMemory };

async function recordRefusal(
  provider: Provider,
  deps: Recording,
  ctx: KoaContextWithOIDC,
  error: errors.OIDCProviderError,
): Promise<void> {
  const reference = String(ctx.state['reference'] ?? '');
  const stated = statedClientId(ctx);
  // The description may repeat what the request said.
  const problem = readWhatCame(error.error_detail ?? error.error_description ?? error.error);
  await guarded(deps, reference, { code: error.message, detail: problem }, async () => {
    const isNone = ctx.oidc.client === undefined && codeOfRefusal(error) !== undefined;
    if (namesNobody(error) || isNone) {
      return countUnknown(deps, { stated: stated ?? '', problem, reference });
    }
    const client = ctx.oidc.client ?? (stated === undefined ? undefined : await provider.Client.find(stated));
    const failure = client === undefined ? null : findFailure(ctx, error, client);
    if (client === undefined || failure === null) {
      // A device asks every few seconds.
      if (error.error === 'authorization_pending' || error.error === 'slow_down') return false;
      return deps.quiet.failed({ clientId: client?.clientId ?? '', cause: error.error }, deps.clock.now()) > 0;
    }
    tellDeveloper(ctx, failure.cause);
    if (failure.cause === 'post-logout-uri') askToLogOut(ctx, client);
    return record(deps, client, { failure, problem, reference, proved: isProved(ctx, error, client) });
  });
}

/**
 * It authenticated itself, or named a redirect URI that is registered: more than the client ID that anybody can send. At a
 * logout nothing is proved.
 */
function isProved(ctx: KoaContextWithOIDC, { error }: errors.OIDCProviderError, client: Client): boolean {
  if (ctx.path.startsWith('/logout')) return false;
  const redirectUri: unknown = ctx.oidc.params?.['redirect_uri'];
  if (typeof redirectUri === 'string' && client.redirectUris?.includes(redirectUri) === true) return true;
  const authenticates = !isForPeople(ctx.path) && ctx.oidc.client !== undefined && client.clientAuthMethod !== 'none';
  return authenticates && error !== 'invalid_client';
}

/** Two requests redeemed one code at the same moment: the later one lost. */
async function recordCodeLost(deps: Recording, ctx: KoaContextWithOIDC): Promise<void> {
  const { client } = ctx.oidc;
  if (client === undefined) return;
  tellDeveloper(ctx, 'code-reused');
  const reference = String(ctx.state['reference'] ?? '');
  const problem = 'authorization code already consumed';
  await guarded(deps, reference, { code: 'invalid_grant', detail: problem }, async () =>
    record(deps, client, {
      failure: { cause: 'code-reused', came: null, wanted: null },
      problem,
      reference,
      proved: true,
    }),
  );
}

async function record(
  deps: Recording,
  client: Client,
  refused: Omit<RefusedRequest, 'clientId' | 'name' | 'organizationId'>,
): Promise<boolean> {
  const { clientId } = client;
  const owner = client['owner_id'] as OrganizationId | undefined;
  const name = client.clientName ?? clientId;
  if (owner !== undefined) return recordFailure(deps, { ...refused, clientId, name, organizationId: owner });
  // The console and the start page are the service's own: in the root's log.
  const root = await findRootOrganization(deps);
  return root === undefined || recordOwnFailure(deps, { ...refused, clientId, name, organizationId: root.id });
}

/**
 * A logout with an address that is not registered (RP-Initiated Logout 1.0, section 3) goes on without it: the person is asked
 * all the same, and ends on a page of ours.
 */
function askToLogOut(ctx: KoaContextWithOIDC, { clientId }: Client): void {
  ctx.status = 303;
  ctx.set('location', `/logout?${new URLSearchParams({ client_id: clientId }).toString()}`);
  ctx.body = '';
}

/**
 * Writes what is to be recorded, and one line of the log where it was: a flood is counted in neither. The answer stands
 * whatever becomes of it.
 */
async function guarded(
  { log }: Recording,
  reference: string,
  line: { code: string; detail: string },
  work: () => Promise<boolean>,
): Promise<void> {
  try {
    if (await work()) log.info({ ...line, reqId: reference }, 'refused');
  } catch (error) {
    log.error({ err: error, reqId: reference }, 'a refused request could not be recorded');
  }
}
