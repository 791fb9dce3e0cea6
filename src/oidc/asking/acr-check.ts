import { errors, interactionPolicy } from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { acrAsAsked, essentialAcr, isAcrRequestValid } from '../../sessions/authentication-context.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';

const { Check } = interactionPolicy;

/**
 * How strongly the person has to be authenticated (OpenID Connect Core 5.5.1.1). What an application merely prefers
 * (`acr_values`, a voluntary claim) is answered by what happened. What it demands is asked for, once: a login that does not
 * reach it is a failed one (Core Error Code unmet_authentication_requirements 1.0). The library's own two checks would ask
 * for ever.
 */
export function acrCheck(): interactionPolicy.Check {
  return new Check('essential_acr', 'the authentication asked for was not reached', 'login_required', async (ctx) => {
    const { params, session } = ctx.oidc;
    const { claims, acr_values: values } = (params ?? {}) as { claims?: string; acr_values?: string };
    const demanded = essentialAcr(claims);
    const reached = session?.acr;
    if (reached !== undefined && isOurs()) callIt(ctx, acrAsAsked(reached, demanded ?? values?.split(' ') ?? []));
    if (demanded === null || session?.accountId === undefined || demanded.includes(ctx.oidc.acr)) {
      return Check.NO_NEED_TO_PROMPT;
    }
    const { result } = ctx.oidc as { result?: { login?: unknown } };
    if (result?.login === undefined) return Check.REQUEST_PROMPT;
    throw new errors.UnmetAuthenticationRequirements('the authentication asked for as essential was not reached');
  });
}

/** Whether the session was made by a login of ours; an identity provider's word is passed on as it is. */
function isOurs(): boolean {
  const work = UnitOfWork.current();
  return (work.login()?.result?.method ?? work.session()?.method) === 'built-in';
}

/** In the tokens of this request; the session keeps what it is. */
function callIt(ctx: KoaContextWithOIDC, acr: string): void {
  Object.defineProperty(ctx.oidc, 'acr', { value: acr });
}

/** The library's check of the `claims` parameter, for what we read of it ourselves. */
export async function assertAcrRequest(_ctx: unknown, claims: object): Promise<void> {
  if (isAcrRequestValid(claims)) return;
  throw new errors.InvalidRequest('claims.id_token.acr should be null, or hold essential, and value or values as text');
}
