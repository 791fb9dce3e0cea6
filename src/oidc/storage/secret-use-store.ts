import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { USE_NOTED_EVERY } from '../../applications/credentials/client-secret.ts';
import type { ApplicationSecretId } from '../../base/ids.ts';
import { after } from '../../base/clock.ts';

/**
 * Part of a larger statement: notes that an application used a client secret. By the secret alone: whoever presented it is
 * the application. What another process noted a moment ago is left.
 */
export function noteSecretUse(now: Date, id: ApplicationSecretId): RawBuilder<unknown> {
  return sql`update application_secret set last_used_at = ${now}::timestamptz where id = ${id}::uuid
    and (last_used_at is null or last_used_at <= ${after(now, -USE_NOTED_EVERY)}::timestamptz)`;
}
