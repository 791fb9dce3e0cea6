import type { AccessToken, Client } from 'oidc-provider';
import { UnitOfWork } from '../storage/unit-of-work.ts';

/** Who acts (RFC 8693 4.1); `act` within: who acted before. */
interface Actor {
  sub: string;
  act?: Actor;
}

/** Who acts by an access token that was exchanged; undefined for the user's own. */
export function actorIn(extra: unknown): Actor | undefined {
  const act = typeof extra === 'object' && extra !== null ? (extra as { act?: unknown }).act : undefined;
  return typeof act === 'object' && act !== null ? (act as Actor) : undefined;
}

/** How many applications act one for another. */
export function actorsOf(extra: unknown): number {
  let count = 0;
  for (let actor = actorIn(extra); actor !== undefined; actor = actor.act) count += 1;
  return count;
}

/** The `act` claim of an access token that is being issued: its application, and whoever acted by the one presented. */
export function actorOfNew(token: AccessToken, client: Client): { act: Actor } | undefined {
  if (token.gty !== 'token_exchange') return undefined;
  const before = actorIn(UnitOfWork.current().presentedToken()?.payload['extra']);
  return { act: { sub: client.clientId, ...(before === undefined ? {} : { act: before }) } };
}
