import { redirect } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { Visitor } from '../find-visitor.ts';
import type { PageRequest } from '../handle-request.ts';
import type { LoginDeps } from '../login-deps.ts';
import { MINUTE } from '../../base/clock.ts';

const COOKIE = 'account_notice';

/** Back to `/account` after a change, where the sentence is said once. Sealed: nobody else puts words there. */
export function backWithNotice(deps: LoginDeps, visitor: Visitor, sentence: string): Answer {
  const value = deps.secrets.seal(sentence, placeOf(visitor)).toString('base64url');
  return redirect('/account', [{ name: COOKIE, value, maxAge: MINUTE }]);
}

/** The sentence of the change before, if it was one of this session. */
export function noticeOf(deps: LoginDeps, request: PageRequest, visitor: Visitor): string | undefined {
  const sealed = request.browser.cookie(COOKIE);
  if (sealed === undefined) return undefined;
  try {
    return deps.secrets.open(Buffer.from(sealed, 'base64url'), placeOf(visitor));
  } catch {
    return undefined; // of a session before, or changed: there is nothing to say
  }
}

/** Said once. */
export const SAID = { name: COOKIE, value: '', maxAge: 0 } as const;

function placeOf({ session }: Visitor) {
  return { table: 'account page', column: 'notice', row: session.id, organization: session.organizationId };
}
