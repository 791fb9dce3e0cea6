import type { Draw } from './draw.ts';
import type { Field } from './field.ts';

/** A change of the database that an administrator, a person or time would make, and what takes it back. */
export interface Meddling {
  about: string;
  done: string;
  undone: string;
}

/** Draws a change: a user, organization, application, consent, session, secret or code is otherwise than usual. */
export function meddle(draw: Draw, field: Field): Meddling {
  const person = draw.one(field.people);
  const organization = draw.one(field.organizations);
  const client = draw.one(field.usual);
  const user = `id = '${person.userId}'`;
  const application = `id = '${client.applicationId}'`;
  const asked = field.usual.filter((_, i) => [5, 6, 12].includes(i));
  const consent = `user_id = '${person.userId}' and application_id = '${draw.one(asked).applicationId}'`;
  const hers = `user_id = '${person.userId}'`;
  // Two changes may be of one thing: each keeps its own.
  const key = draw.text(16, 'abcdefghijklmnop');
  const keep = (table: string, where: string): string =>
    `create temporary table if not exists kept (k text, v jsonb);
      insert into kept select '${key}', to_jsonb(t) from ${table} t where ${where}`;
  const swap = (table: string, where: string, column: string, value: string): Meddling => ({
    about: `${table}.${column} = ${value} where ${where}`,
    done: `${keep(table, where)}; update ${table} set ${column} = ${value} where ${where}`,
    undone: `update ${table} t set ${column} = (jsonb_populate_record(null::${table}, kept.v)).${column} from kept
        where kept.k = '${key}' and kept.v ->> 'id' = t.id::text`,
  });
  const consents = (change: string): Meddling => ({
    about: `consent: ${change} where ${consent}`,
    done: `${keep('application_consent', consent)}; update application_consent set ${change} where ${consent}`,
    undone: `delete from application_consent where ${consent};
      insert into application_consent select r.* from kept, jsonb_populate_record(null::application_consent, v) r where k = '${key}'`,
  });
  return draw.one<() => Meddling>([
    () => swap('app_user', user, 'status', draw.one([`'disabled'`, `'pending'`])),
    () => swap('app_user', user, 'access_until', draw.one([`'2000-01-01'`, `'2100-01-01'`])),
    () => swap('app_user', user, 'email_proven_at', draw.one(['null', `'2020-01-01'`])),
    () => swap('app_user', user, 'name', draw.one(['null', `'Ünal "x" <b>'`])),
    () => swap('app_user', user, 'console_role', draw.one(['null', `'viewer'`])),
    () => swap('organization', `id = '${organization.id}'`, 'suspended_at', `'2020-01-01'`),
    () => swap('organization', `id = '${organization.id}'`, 'name', `'Renamed'`),
    () => swap('application', application, 'first_party', 'not first_party'),
    () => swap('application', application, 'refresh_tokens', 'not refresh_tokens'),
    () => swap('application', application, 'signing_algorithm', `'ES256'`),
    () => swap('application', application, 'redirect_uris', `array['https://moved.example/']`),
    () => swap('application', application, 'organization_id', `'${organization.id}'`),
    () => ({
      about: `application ${client.id} narrowed`,
      done: `insert into application_access values ('${client.applicationId}', '${organization.id}', '2020-01-01') on conflict do nothing`,
      undone: `delete from application_access where created_at = '2020-01-01'`,
    }),
    () => consents(`scope = ''`),
    () => consents(`scope = 'openid'`),
    () => consents(`scope = 'profile email openid'`),
    () => consents(`withdrawn_at = '2100-01-01'`),
    () => swap('session', hers, 'expires_at', `'2020-01-01'`),
    () => swap('session', hers, 'idle_expires_at', `'2020-01-01'`),
    () => swap('session', hers, 'user_id', 'null'),
    () => swap('session', hers, 'auth_time', 'null'),
    () => swap('session', hers, 'uid', `uid || 'x'`),
    () => swap('session', hers, 'provider_ends_at', `expires_at - interval '11 hours'`),
    () => swap('session', hers, 'payload', `payload - 'transient'`),
    () => swap('session', hers, 'payload', `payload - 'accountId'`),
    () => swap('session', hers, 'payload', `payload - 'authorizations'`),
    () => swap('session', hers, 'payload', `payload || '{"acr":"phr","amr":["x"]}'`),
    () => swap('session', hers, 'payload', `payload || '{"accountId":"usr_aaaaaaaaaaaaaaaaaaaaaaaaaa"}'`),
    () => swap('application_secret', `application_id = '${client.applicationId}'`, 'expires_at', `'2020-01-01'`),
    () => ({
      about: `tokens of ${person.email} ended`,
      done: `insert into oidc_ended values ('${draw.one([person.userId, person.organizationId])}', 'infinity', '2020-01-01') on conflict do nothing`,
      undone: `delete from oidc_ended where ended_at = '2020-01-01'`,
    }),
    () =>
      codes(
        draw.one([
          `payload || '{"resource":"https://api.example/"}'`,
          `payload || '{"claims":{"id_token":{"email":null}}}'`,
          `payload || '{"dpopJkt":"x"}'`,
          `payload || '{"attestationJkt":"x"}'`,
          `payload || '{"rar":[{"type":"x"}]}'`,
          `payload - 'codeChallenge' - 'codeChallengeMethod'`,
          `payload || '{"codeChallengeMethod":"plain"}'`,
          `payload || '{"scope":"profile"}'`,
          `payload || '{"grantId":"x"}'`,
          `payload - 'sid'`,
          `payload - 'expiresWithSession'`,
        ]),
      ),
    () => codes('payload', `expires_at = '2020-01-01'`),
    () => codes('payload', `consumed_at = '2020-01-01'`),
    () => codes('payload', `user_id = '${person.userId}'`),
    () => codes('payload', `organization_in_scope_id = '${organization.id}'`),
    () => codes('payload', `client_id = '${client.id}'`),
  ])();
}

/** Codes that were given and not redeemed yet; they are not mended, they end soon. */
function codes(payload: string, more?: string): Meddling {
  const done = `update oidc_code set payload = ${payload}${more === undefined ? '' : `, ${more}`} where consumed_at is null`;
  return { about: done, done, undone: 'select 1' };
}
