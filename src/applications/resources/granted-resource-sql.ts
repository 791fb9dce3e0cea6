import { sql } from 'kysely';
import { KEPT_CONSENT } from './consent-sql.ts';
import type { RawBuilder } from 'kysely';

/**
 * SQL for the API resources an application may ask for now, an array of `GrantedResource` as JSON, for a statement that has
 * the application as `a`. Read in each request, never cached: a scope that is taken away is not given again.
 * @param which condition on the API resource `r`
 * @param most how many at most
 */
export function grantedResources(which: RawBuilder<unknown>, most: number): RawBuilder<unknown> {
  return sql`coalesce((
    select json_agg(granted) from (
      select r.audience, r.name, r.token_format as format, r.signing_algorithm as algorithm, r.token_lifetime as lifetime,
        array_agg(x.scope order by x.scope) as scopes, array_agg(${KEPT_CONSENT} order by x.scope) as consents
      from api_resource r join application_scope x on x.api_resource_id = r.id and x.application_id = a.id
        join api_resource_scope s on s.api_resource_id = r.id and s.scope = x.scope
      where r.organization_id = a.organization_id and ${which}
      group by r.id order by r.id limit ${most}) granted), '[]')`;
}
