import { AppError } from '../../base/errors.ts';
import type { Config } from '../../config.ts';
import { isLoopbackHost } from '../../connectors/outgoing/allowed-hosts.ts';
import { startStandIn } from '../../stand-ins/start-stand-in.ts';
import { STAND_INS } from '../../stand-ins/stand-in.ts';
import type { StandInName } from '../../stand-ins/stand-in.ts';
import type { Text } from '../../texts/catalog.ts';
import type { StopRequest } from '../serve/stop.ts';
import type { Terminal } from '../terminal.ts';

/** Options of `gatehouse dev provider`, as typed. */
export interface ProviderOptions {
  as: string;
  port: number;
  redirectUri?: string[];
  person?: string[];
  json?: boolean;
}

/**
 * `gatehouse dev provider`: a stand-in of an identity provider on 127.0.0.1 until the process is asked to stop. Prints
 * what to enter in Gatehouse and how to start it, so that it may call this machine.
 *
 * Throws `setting.wrong` where the settings are not those of a development machine, `service.address` when the port is
 * taken.
 */
export async function runProvider(
  {
    config,
    t,
    terminal,
    stopRequested,
  }: { config: Config; t: Text; terminal: Terminal; stopRequested: Promise<StopRequest> },
  options: ProviderOptions,
): Promise<void> {
  refuseProduction(config, t);
  const { title, values, standIn } = await start(options, t);
  const { origin } = standIn;
  const settings = values.filter(([name]) => name.startsWith('GATEHOUSE_'));
  const entered = values.filter(([name]) => !name.startsWith('GATEHOUSE_'));
  if (options.json === true)
    terminal.out(JSON.stringify({ url: origin, issuer: standIn.issuer, values: Object.fromEntries(values) }));
  else {
    terminal.out(
      t('cli.dev.provider.ready', {
        title,
        url: `${origin}/`,
        settings: settings.map(([name, value]) => `${name}=${value}`).join(' '),
        entered: entered.map(([name, value]) => `  ${`${name}:`.padEnd(24)}${value}`).join('\n'),
      }),
    );
  }
  await stopRequested;
  await standIn.close();
}

async function start(
  { as, port, redirectUri = [], person = [] }: ProviderOptions,
  t: Text,
): ReturnType<typeof startStandIn> {
  try {
    return await startStandIn({ as: nameOf(as), port, redirectUris: redirectUri, people: person });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new AppError('service.address', { detail: t('cli.dev.provider.port', { port: String(port) }) });
  }
}

/** A stand-in logs in whoever clicks: it has no place beside a service for others. */
function refuseProduction({ publicUrl, databaseUrl }: Config, t: Text): void {
  const name = isLoopbackHost(publicUrl.hostname)
    ? databaseUrl === undefined
      ? undefined
      : 'DATABASE_URL'
    : 'GATEHOUSE_URL';
  if (name === undefined) return;
  throw new AppError('setting.wrong', { detail: t('cli.dev.provider.production', { name }), values: { name } });
}

function nameOf(text: string): StandInName {
  const name = STAND_INS.find((one) => one === text);
  if (name === undefined) throw new Error(`no stand-in ${text}`);
  return name;
}
