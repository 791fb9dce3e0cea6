import { interactionPolicy } from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { readEmailAddress } from '../../users/email-address.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';

const { Check, Prompt } = interactionPolicy;

/**
 * *select_account* (OpenID Connect Core 3.1.2.1): asked for by the application, or because its `login_hint` is the address
 * of somebody else than who is logged in here: it is told about that person only when the person says so. With
 * `prompt=login` the person says it by logging in. Where nobody is asked (`prompt=none`) the hint is looked at only for an
 * application that `isKnown` finds may be told of the person: any other would learn by guessing whose browser it is.
 */
export function accountPrompt(isKnown: (ctx: KoaContextWithOIDC) => Promise<boolean>): interactionPolicy.Prompt {
  return new Prompt(
    { name: 'select_account', requestable: true },
    new Check('login_hint', 'the login_hint is of another account', async (ctx) => {
      const email = UnitOfWork.current().session()?.email ?? null;
      const hint = ctx.oidc.params?.['login_hint'];
      // A hint may be anything (a name, a number): only an address can be seen to be another one.
      const hinted = typeof hint === 'string' ? readEmailAddress(hint) : undefined;
      if (email === null || hinted === undefined || isAnswered(ctx)) return Check.NO_NEED_TO_PROMPT;
      if (ctx.oidc.prompts.has('none') && !(await isKnown(ctx))) return Check.NO_NEED_TO_PROMPT;
      return hinted.key === readEmailAddress(email)?.key ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
    }),
  );
}

/** The person has said as whom to go on, or has just logged in. */
function isAnswered(ctx: KoaContextWithOIDC): boolean {
  const { result } = ctx.oidc as { result?: { select_account?: unknown; login?: unknown } };
  return ctx.oidc.prompts.has('login') || result?.select_account !== undefined || result?.login !== undefined;
}
