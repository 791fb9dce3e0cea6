import { sql } from 'kysely';
import { MOST_LABELS } from './api-resource.ts';
import { KEPT_CONSENT } from './consent-sql.ts';
import type { RawBuilder } from 'kysely';

/**
 * SQL for whether the owner of the API resource `r` may have its audience still: the host is not below a domain that another
 * organization verified, also after the API resource was made. Of several such domains the longest counts.
 */
export const HOLDS_AUDIENCE = sql`coalesce((
  select d.organization_id = r.organization_id from domain_verification d
  where d.state in ('verified', 'grace') and d.domain = any (array(
    select array_to_string(host.labels[first:], '.')
    from (select string_to_array(lower(substring(r.audience from '(?i)^[a-z]+://([^/:?#]+)')), '.') as labels) host,
      generate_series(greatest(1, cardinality(host.labels) - ${sql.lit(MOST_LABELS - 1)}), cardinality(host.labels) - 1) first))
  order by length(d.domain) desc limit 1), true)`;

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
      where r.organization_id = a.organization_id and ${HOLDS_AUDIENCE} and ${which}
      group by r.id order by r.id limit ${most}) granted), '[]')`;
}
