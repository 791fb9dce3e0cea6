import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as apiClient from '../../demo/gatehouse/api-client.ts';
import type * as firstAdministrator from '../../demo/gatehouse/first-administrator.ts';
import type * as seed from '../../demo/gatehouse/seed.ts';
import type * as serviceProcess from '../../demo/gatehouse/service-process.ts';

type ApiTools = typeof apiClient;
type SetupTools = typeof firstAdministrator;
type SeedTools = typeof seed;
type ServiceTools = typeof serviceProcess;

/** What starts and fills one build of Gatehouse: its own programs, since its API and its pages may be others. */
export interface GatehouseTools
  extends
    Pick<ApiTools, 'consoleToken' | 'createApiClient'>,
    Pick<SetupTools, 'acceptSetup'>,
    Pick<SeedTools, 'addOrganization' | 'chooseMethod' | 'invite' | 'registerApplication'>,
    Pick<ServiceTools, 'startGatehouse'> {
  /** Whether it has machine applications and devices. */
  hasMachines: boolean;
  /** Whether an application chooses that its refresh tokens rotate. */
  choosesRotation: boolean;
}

/** The tools of a checkout, this one or another. */
export async function toolsOf(checkout: string): Promise<GatehouseTools> {
  const load = async <Module>(file: string): Promise<Module> =>
    (await import(pathToFileURL(join(resolve(checkout), file)).href)) as Module;
  const { contract } = await load<{ contract: Readonly<Record<string, unknown>> }>('src/api/contract/all-routes.ts');
  const { application } = await load<{ application?: { shape: object } }>('src/api/contract/applications.ts');
  return {
    ...(await load<ApiTools>('demo/gatehouse/api-client.ts')),
    ...(await load<SetupTools>('demo/gatehouse/first-administrator.ts')),
    ...(await load<SeedTools>('demo/gatehouse/seed.ts')),
    ...(await load<ServiceTools>('demo/gatehouse/service-process.ts')),
    hasMachines: 'makeApiResource' in contract,
    choosesRotation: application !== undefined && 'rotateRefreshTokens' in application.shape,
  };
}
