import { randomBytes } from 'node:crypto';
import { Agent } from 'undici';
import { freePort } from '../../../demo/free-port.ts';
import { startProgram } from '../../../demo/start-program.ts';
import { openHttpBrowser, type HttpBrowser } from '../../../test/support/http-browser.ts';
import { formOf } from '../../../test/support/page.ts';
import type { Rival } from '../../beside/rival.ts';
import { CONNECTIONS, REDIRECT } from '../../contenders.ts';
import type { Flow } from '../../load/flow.ts';
import { processTree } from '../../load/process-tree.ts';
import { PASSWORD, PEOPLE, startContoso } from '../contoso.ts';

const CREDENTIAL = { clientId: 'bare', clientSecret: 'a secret of the bench' };

/** openid-client alone, with sessions in PostgreSQL: the bound of a federated login that ends at one application. */
export async function startBare(databaseUrl: string): Promise<Rival> {
  await using stack = new AsyncDisposableStack();
  const contoso = await startContoso();
  stack.defer(contoso.stop);
  const port = await freePort();
  await contoso.register({ ...CREDENTIAL, redirectUris: [`http://127.0.0.1:${port}/callback`] });
  const settings = { databaseUrl, connections: CONNECTIONS, issuer: contoso.issuer, ...CREDENTIAL };
  const program = await startProgram('bench/rivals/bare/relying-party.ts', {
    port,
    redirectUri: REDIRECT,
    ...settings,
  });
  stack.defer(program.stop);
  const origin = String(program.ready['origin']);
  const all = stack.move();
  return {
    key: 'bare',
    name: 'bare openid-client',
    issuer: origin,
    applications: {},
    federatedLogin: () => createLogin(origin),
    plan: { people: PEOPLE, ownAddresses: false, steps: [] },
    scope: 'openid profile email',
    tree: () => processTree(program.pid),
    restart: undefined,
    databaseUrl,
    stop: async () => all.disposeAsync(),
  };
}

/** From nothing to its own session, for people who keep theirs at Contoso. */
function createLogin(origin: string): Flow & { requests: () => number | undefined } {
  const agent = new Agent({ connections: 256, pipelining: 1 });
  const idle: HttpBrowser[] = [];
  let made = 0;
  let requests: number | undefined;
  const openBrowser = (): HttpBrowser =>
    openHttpBrowser({ dispatcher: agent, stopAt: (url) => url.href.startsWith(REDIRECT) });
  return {
    prepare: () => Promise.resolve(),
    async run() {
      const browser = idle.shift() ?? openBrowser();
      const state = randomBytes(12).toString('base64url');
      let page = await browser.open(`${origin}/log-in?state=${state}`);
      let hops = page.hops;
      if (page.stoppedAt === undefined && formOf(page, { button: 'Log in' }).fillable.has('username')) {
        const person = { username: `person-${(made += 1) % PEOPLE}@contoso.example`, password: PASSWORD };
        page = await browser.submit(page, person, { button: 'Log in' });
        hops = [...hops, ...page.hops];
      }
      if (page.stoppedAt?.searchParams.get('state') !== state) {
        throw new Error(`not back but at ${page.url.pathname} (${page.status}): ${page.text.slice(0, 200)}`);
      }
      requests = hops.filter(({ url }) => url.origin === origin).length;
      idle.push(browser);
    },
    requests: () => requests,
    close: async () => agent.close(),
  };
}
