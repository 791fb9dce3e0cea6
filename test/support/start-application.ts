import type { z } from 'zod';
import type { configurationSchema } from '../../demo/applications/configuration.ts';
import { startProgram } from '../../demo/start-program.ts';

/** A sample application in a process of its own, that logs people in through an OpenID Provider. */
export interface ApplicationProcess extends AsyncDisposable {
  /** Without a slash at its end. */
  url: string;
  pid: number;
  /** Ends the process: from now on nobody listens there. */
  stop(): Promise<void>;
}

/** What is registered for the application at this address. */
export function registrationOf(url: string): {
  redirectUris: string[];
  postLogoutRedirectUris: string[];
  initiateLoginUri: string;
  backchannelLogoutUri: string;
} {
  return {
    redirectUris: [`${url}/callback`],
    postLogoutRedirectUris: [`${url}/logged-out`],
    initiateLoginUri: `${url}/login`,
    backchannelLogoutUri: `${url}/backchannel-logout`,
  };
}

/**
 * Starts the sample application; its port is chosen first (`freePort`), because its addresses are registered before it
 * knows its secret. It ends with this process. `environment`: `NODE_EXTRA_CA_CERTS` where the issuer is behind TLS.
 */
export async function startApplication(
  configuration: z.input<typeof configurationSchema>,
  environment: Readonly<Record<string, string>> = {},
): Promise<ApplicationProcess> {
  const program = await startProgram('demo/applications/application.ts', configuration, environment);
  return { ...program, url: String(program.ready['url']) };
}
