import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../demo/free-port.ts';
import { addOrganization, chooseMethod, invite } from '../../demo/gatehouse/seed.ts';
import { openContext } from '../../test/support/chromium.ts';
import type { Client, Person, ProviderDrive, RunningProvider, Variant } from '../program.ts';
import { cacheFolder, fileName } from './install.ts';
import { firstLogin, laterLogin } from './log-in.ts';
import { readNotes, readTest, readWhy } from './read-diagnosis.ts';
import type { Told } from './read-diagnosis.ts';
import type { Stage } from './set-stage.ts';

/** What came of one variant. */
export interface Seen {
  variant: Variant;
  result: string;
  /** Whether that is what is right. */
  right: boolean;
  /** What *Test* and *Why?* said of a login that should fail. */
  told: readonly Told[];
}

/** Where Gatehouse's settings differ from what was registered there, and what is right to come of it. */
const VARIANTS: Readonly<Record<Variant, { expected: string; secret: boolean; testOnly?: true }>> = {
  'with a secret': { expected: 'logged in, twice', secret: true },
  'without a secret': { expected: 'logged in, twice', secret: false },
  'without a secret, ID token': { expected: 'logged in, twice', secret: false },
  'the other authentication way': { expected: 'logged in, twice', secret: true },
  'wrong secret': { expected: 'login.credential', secret: true },
  'wrong authentication way': { expected: 'login.credential-way', secret: true },
  'missing scope': { expected: 'logged in, twice', secret: true },
  'wrong redirect URL': { expected: 'trial.unfinished', secret: true, testOnly: true },
};

interface Prepared {
  variant: Variant;
  organizationId: string;
  client: Client;
  person: Person;
}

const SCOPES = ['openid', 'profile', 'email'];

/** Drives a provider through everything that can be tried with it, one variant after the other. */
export async function walkProvider(
  stage: Stage,
  drive: ProviderDrive,
  folder: string,
  say: (what: string) => void,
  only?: string,
): Promise<Seen[]> {
  const variants = (Object.keys(VARIANTS) as Variant[])
    .filter((variant) => drive.not[variant] === undefined)
    .filter((variant) => only === undefined || variant === only);
  const prepared: Prepared[] = [];
  for (const variant of variants) prepared.push(await prepare(stage, drive, variant));
  // Kept after the run, for its log.
  const data = join(cacheFolder, 'data', fileName(drive.settings.name));
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { recursive: true });
  const port = await freePort();
  say('starting');
  const running = await drive.start({
    folder,
    data,
    port,
    clients: prepared.map(({ client }) => client),
    people: prepared.map(({ person }) => person),
  });
  const seen: Seen[] = [];
  try {
    for (const one of prepared) {
      say(one.variant);
      seen.push(await tryVariant(stage, drive, running, one));
    }
  } finally {
    await running.stop();
  }
  return seen;
}

async function prepare(stage: Stage, { settings, ways }: ProviderDrive, variant: Variant): Promise<Prepared> {
  const slug = fileName(variant);
  const { id: organizationId, redirectUrls } = await addOrganization(stage.api, `${settings.name}, ${variant}`);
  const idToken = variant === 'without a secret, ID token';
  const right = idToken ? redirectUrls.none : redirectUrls.secret;
  return {
    variant,
    organizationId,
    client: {
      id: `gatehouse-${slug}`,
      secret: VARIANTS[variant].secret ? `known-to-both-${slug}` : null,
      redirectUri: variant === 'wrong redirect URL' ? `${stage.url}/somewhere-else` : right,
      way: wayOf(variant, ways),
      scopes: variant === 'missing scope' ? ['openid'] : SCOPES,
      idToken,
    },
    person: {
      userName: `maria-${slug}`,
      email: `maria@${fileName(settings.name)}-${slug}.example`,
      givenName: 'Maria',
      familyName: 'Lindqvist',
      password: 'Maria-logs-in-at-7',
    },
  };
}

function wayOf(variant: Variant, { usual, other }: ProviderDrive['ways']): Client['way'] {
  if (!VARIANTS[variant].secret) return 'none';
  if (variant === 'the other authentication way') return other ?? 'usual';
  return variant === 'wrong authentication way' ? usual : 'usual';
}

async function tryVariant(
  stage: Stage,
  drive: ProviderDrive,
  running: RunningProvider,
  { variant, organizationId, client, person }: Prepared,
): Promise<Seen> {
  const expected = drive.expected[variant] ?? VARIANTS[variant].expected;
  const settings = settingsOf(variant, drive, running, client);
  const told: Told[] = [];
  try {
    const visit = { stage, drive, running, person };
    if (expected !== 'logged in, twice') told.push(await readTest(visit, organizationId, settings));
    if (VARIANTS[variant].testOnly) return { variant, ...judged(told, expected), told };
    await chooseMethod(stage.api, organizationId, settings, person.email.split('@')[1] ?? '');
    await invite(stage.api, organizationId, [person.email]);
    const context = await openContext(stage.browser);
    try {
      const page = await context.newPage();
      const end = await firstLogin(visit, page);
      if (expected !== 'logged in, twice' || end !== 'in') {
        told.push(await readWhy(stage, organizationId, end));
        return { variant, ...judged(told, expected), told };
      }
      const again = await laterLogin(visit, page);
      told.push(...(await readNotes(stage, organizationId)));
      return { variant, result: again === 'in' ? expected : again, right: again === 'in', told };
    } finally {
      await context.close();
    }
  } catch (error) {
    return { variant, result: error instanceof Error ? error.message : String(error), right: false, told };
  }
}

/** Right is: the code that is expected, a place to change, and the value that belongs there where one is known. */
function judged(told: readonly Told[], expected: string): { result: string; right: boolean } {
  const codes = [...new Set(told.map(({ code }) => code))];
  const right = codes.length === 1 && codes[0] === expected && told.every(({ complete }) => complete);
  return { result: codes.join(', '), right };
}

/** What an administrator enters. */
function settingsOf(
  variant: Variant,
  { ways }: ProviderDrive,
  { discoveryUrl, made }: RunningProvider,
  client: Client,
): { method: 'openid-connect' } & Record<string, unknown> {
  const { id, secret } = made?.[client.id] ?? client;
  const common = { method: 'openid-connect' as const, clientId: id, discoveryUrl };
  if (client.secret === null) {
    return { ...common, credential: 'none', flow: variant === 'without a secret, ID token' ? 'id-token' : 'code' };
  }
  const clientSecret = variant === 'wrong secret' ? 'of-another-application' : secret;
  const wrong = ways.usual === 'client_secret_post' ? 'client_secret_basic' : 'client_secret_post';
  const clientAuthentication = variant === 'wrong authentication way' ? { clientAuthentication: wrong } : {};
  return { ...common, credential: 'secret', clientSecret, ...clientAuthentication };
}
