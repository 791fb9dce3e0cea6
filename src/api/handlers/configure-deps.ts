import type { ApiDeps, ReachingOut } from './handler.ts';
import { closeResetLinksOf } from '../../authenticators/ask-for-reset.ts';
import { deactivateAuthenticators, reactivateAuthenticators } from '../../authenticators/deactivate-authenticators.ts';
import type { ConfigureDeps } from '../../connections/configure-connection.ts';
import type { MethodEffects } from '../../connections/put-aside.ts';

/** What changing a method does to what people enrolled: neighbours of the room of connections. */
export function effectsOf(deps: Pick<ApiDeps, 'clock'>): MethodEffects {
  return {
    async rest(db, organizationId) {
      await deactivateAuthenticators({ ...deps, db }, organizationId);
      await closeResetLinksOf({ ...deps, db }, organizationId);
    },
    async wake(db, organizationId) {
      await reactivateAuthenticators({ db }, organizationId);
    },
  };
}

/** What configuring a connection needs: the world's side of it, and transactions of the caller's rights. */
export function configureDeps({ deps, transact }: Pick<ReachingOut, 'deps' | 'transact'>): ConfigureDeps {
  return {
    clock: deps.clock,
    secrets: deps.secrets,
    fetch: deps.fetch,
    entraAuthority: deps.config.entraAuthority.origin,
    publicUrl: deps.config.publicUrl.href,
    transact,
    effects: effectsOf(deps),
  };
}
