import type { RawBuilder } from 'kysely';
import type { LoginWrite } from './write.ts';
import type { OrganizationId, UserId } from '../../base/ids.ts';
import { changeRequest, endLogin, insertLogin } from '../../logins/login-sql.ts';

/**
 * Part of a larger statement: begins a login where `onlyIf` holds, changes or ends one.
 * @param subject who is logged in, whom a question for consent concerns; a login starts from nobody
 */
export function writeLogin(
  now: Date,
  write: LoginWrite,
  subject: { userId: UserId; organizationId: OrganizationId } | null,
  onlyIf: RawBuilder<unknown>,
): RawBuilder<unknown> {
  switch (write.kind) {
    case 'login-insert': {
      const { handle, payload: request, lifetime } = write;
      const { prompt, params } = request as { prompt?: { name?: string }; params?: { client_id?: string } };
      const asked = prompt?.name === 'consent' ? subject : null;
      return insertLogin(now, { handle, clientId: params?.client_id ?? '', subject: asked, request, lifetime }, onlyIf);
    }
    case 'login-change':
      return changeRequest(write.handle, write.payload);
    case 'login-end':
      return endLogin(now, write.handle);
  }
}
