import { after, systemClock } from '../../src/base/clock.ts';
import { formatId } from '../../src/base/ids.ts';
import type { OrganizationId, SessionId } from '../../src/base/ids.ts';
import { randomSecret, randomUuid, sha256 } from '../../src/base/random.ts';
import { freePort } from '../../demo/free-port.ts';
import { startGatehouse } from '../../demo/gatehouse/service-process.ts';
import { runLoad } from '../load/closed-loop.ts';
import { processTree } from '../load/process-tree.ts';
import { createSilentLogin } from '../load/silent-login.ts';
import { discoverTarget } from '../load/target.ts';
import { median } from '../measure.ts';
import type { Ground } from './measure-lists.ts';

/** What a silent login costs on both databases: microseconds of processor time, server and PostgreSQL together. */
export interface SilentFigure {
  small: number;
  large: number;
  /** Large to small, in the middle of the rounds' own ratios. */
  ratio: number;
  rounds: number;
}

const AT_ONCE = 16;
const REDIRECT = 'http://127.0.0.1:9/callback';
const SECONDS = 2;

/** Measures silent logins on both grounds in turns, each by a server process of its own (needs `dist/`: `npm run build`). */
export async function measureSilentLogins(
  grounds: { small: Ground; large: Ground },
  options: { rounds: number; masterKey: string; said: (line: string) => void; signal: AbortSignal },
): Promise<SilentFigure> {
  await using small = await startOn(grounds.small, options.masterKey);
  await using large = await startOn(grounds.large, options.masterKey);
  const rounds: { small: number; large: number }[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    options.signal.throwIfAborted();
    const costs = { small: await small.cost(), large: await large.cost() };
    rounds.push(costs);
    options.said(
      `silent login, round ${round} of ${options.rounds}: ${costs.small.toFixed(0)} → ${costs.large.toFixed(0)} µs processor`,
    );
  }
  const middle = (of: (round: { small: number; large: number }) => number): number =>
    median(rounds.map(of)) ?? Number.NaN;
  return {
    small: middle((round) => round.small),
    large: middle((round) => round.large),
    ratio: middle((round) => round.large / round.small),
    rounds: rounds.length,
  };
}

async function startOn(ground: Ground, masterKey: string): Promise<AsyncDisposable & { cost: () => Promise<number> }> {
  const application = await register(ground);
  const cookies = await openSessions(ground);
  const service = await startGatehouse({
    settings: {
      PORT: String(await freePort()),
      DATABASE_URL: ground.database.url,
      GATEHOUSE_DATA: ground.dataFolder,
      GATEHOUSE_MASTER_KEY: masterKey,
      LOG_LEVEL: 'silent',
    },
  });
  const target = await discoverTarget(service.url, {
    ...application,
    redirectUri: REDIRECT,
    scope: 'openid profile email',
  });
  const silent = createSilentLogin(target, cookies);
  const server = processTree(service.pid);
  const spent = (): number => (server.cpu() ?? Number.NaN) + ground.databaseTime() * 1000;
  return {
    async cost() {
      let began = 0;
      let used = 0;
      const result = await runLoad({
        concurrency: AT_ONCE,
        seconds: SECONDS,
        warmUpSeconds: 1,
        flow: silent.flow,
        atStart: () => void (began = spent()),
        atEnd: () => void (used = spent() - began),
      });
      if (result.errors > 0) throw new Error(`silent logins failed: ${result.complaints.join('; ')}`);
      return used / result.flows;
    },
    async [Symbol.asyncDispose]() {
      await silent.close();
      await service.stop();
    },
  };
}

/** An application of the root, by the API. */
async function register({ app, filled }: Ground): Promise<{ clientId: string; secret: string }> {
  const answer = await app.server.inject({
    method: 'POST',
    url: `/api/v1/organizations/${formatId('org', filled.root as OrganizationId)}/applications`,
    headers: { authorization: `Bearer ${filled.token}` },
    payload: {
      name: `Silent ${randomUuid()}`,
      kind: 'web',
      firstParty: true,
      redirectUris: [REDIRECT],
      signingAlgorithm: 'ES256',
      refreshTokens: false,
    },
  });
  if (answer.statusCode !== 201) throw new Error(`registering an application: ${answer.statusCode} ${answer.body}`);
  const { application, clientSecret } = answer.json<{ application: { clientId: string }; clientSecret: string }>();
  return { clientId: application.clientId, secret: clientSecret };
}

/** Sessions of people of the largest organization, as a login leaves them; gives the cookies of their browsers. */
async function openSessions({ database, filled }: Ground): Promise<string[]> {
  const now = systemClock.now();
  const people = await database.db
    .selectFrom('appUser')
    .select('id')
    .where('organizationId', '=', filled.largest as OrganizationId)
    .where('status', '=', 'verified')
    .limit(AT_ONCE)
    .execute();
  const made = people.map(({ id }) => ({ id, cookie: randomSecret() }));
  await database.db
    .insertInto('session')
    .values(
      made.map(({ id, cookie }) => ({
        id: randomUuid() as SessionId,
        cookieHash: sha256(cookie),
        uid: randomSecret(),
        userId: id,
        organizationId: filled.largest as OrganizationId,
        method: 'built-in' as const,
        authTime: now,
        loggedInAt: now,
        lastSeenAt: now,
        expiresAt: after(now, 12 * 3600),
        idleExpiresAt: after(now, 12 * 3600),
        payload: JSON.stringify({ accountId: formatId('usr', id), loginTs: Math.floor(now.getTime() / 1000) }),
      })),
    )
    .execute();
  return made.map(({ cookie }) => `session=${cookie}`);
}
