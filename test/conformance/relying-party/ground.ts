import { expect } from 'vitest';
import { gained } from '../../support/federation.ts';
import { startHostileGround } from '../../support/hostile-organization.ts';
import type { HostileGround } from '../../support/hostile-organization.ts';
import type { Page } from '../../support/page.ts';

type Faults = Parameters<HostileGround['provider']['setFaults']>[0];

/** Gatehouse as a relying party: an organization logs in at a provider that answers as each module wants. */
export interface RelyingPartyGround extends AsyncDisposable {
  hostile: HostileGround;
  /** The way of this plan's connections. */
  flow: 'code' | 'id-token';
  /** An honest provider, a connection saved anew, and nobody who logged in before. */
  begin(faults?: Faults): Promise<void>;
  /** One login: who it made a session and an identity for is counted. */
  logIn(): Promise<{ page: Page; sessions: number; identities: number }>;
  /** One login that succeeds. */
  succeeds(): Promise<void>;
  /** One login that makes nothing: a page of ours says so. */
  isRefused(): Promise<void>;
  /** The requests that the provider got at a path. */
  asked(path: string): HostileGround['provider']['received'];
}

export async function startRelyingPartyGround(
  flow: 'code' | 'id-token',
  settings: Record<string, string> = {},
): Promise<RelyingPartyGround> {
  const hostile = await startHostileGround({ settings });
  const { provider, service, organization } = hostile;
  const { db } = service.database;
  const ground: RelyingPartyGround = {
    hostile,
    flow,
    async begin(faults = {}) {
      provider.setFaults(faults);
      provider.furtherKeys = [];
      provider.clientAuthentication = undefined;
      provider.beforeToken = undefined;
      await db.deleteFrom('identity').execute();
      service.clock.advance(31); // keys may be asked for again
      provider.received.length = 0;
      await hostile.use(flow);
    },
    async logIn() {
      const before = await gained(service, organization);
      await using browser = hostile.openBrowser();
      const page = await hostile.tryLogin(browser);
      const after = await gained(service, organization);
      return { page, sessions: after.sessions - before.sessions, identities: after.identities - before.identities };
    },
    async succeeds() {
      const { page, sessions } = await ground.logIn();
      expect(page.title).toContain('Your applications');
      expect(sessions).toBe(1);
    },
    async isRefused() {
      const { page, sessions, identities } = await ground.logIn();
      expect([sessions, identities]).toEqual([0, 0]);
      expect(page.url.origin).toBe(service.url);
      expect(page.title).not.toContain('Your applications');
      // It was the answer that was refused, not the provider that was never asked.
      expect(ground.asked(flow === 'code' ? '/token' : '/authorize')).not.toEqual([]);
    },
    asked: (path) => provider.received.filter((entry) => entry.path === path),
    [Symbol.asyncDispose]: () => hostile[Symbol.asyncDispose](),
  };
  return ground;
}
