import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { MethodFacts } from './method-facts.ts';
import type { Connection } from '../connection.ts';
import { rowFromJson, rowToJson } from '../../db/row-json-sql.ts';
import type { JsonColumns } from '../../db/row-json-sql.ts';
import { organizationJson, readOrganizationJson } from '../../organizations/organization-sql.ts';

const COLUMNS: JsonColumns<Connection> = {
  id: 'plain',
  organizationId: 'plain',
  method: 'plain',
  state: 'plain',
  version: 'plain',
  issuer: 'plain',
  credential: 'plain',
  clientKeySetId: 'plain',
  clientSecretSetAt: 'instant',
  templateId: 'plain',
  credentialExpiresAt: 'instant',
  redirectUri: 'plain',
  settings: 'plain',
  configuredBy: 'plain',
  configuredAt: 'instant',
  confirmedAt: 'instant',
  unconfirmedUntil: 'instant',
  previousUntil: 'instant',
  endsSessionsAt: 'instant',
  lastSuccessAt: 'instant',
  failingSince: 'instant',
  lastFailure: 'plain',
  lastFailureValues: 'plain',
  lastFailureAt: 'instant',
  revertedAt: 'instant',
  unreturned: 'plain',
  unreturnedSince: 'instant',
  authTime: 'plain',
  roleRules: 'plain',
  providerLogout: 'plain',
  pilotPercent: 'plain',
  pilotUserIds: 'plain',
  heldSince: 'instant',
  hold: 'plain',
};

const LINK = sql`json_build_object(
  'organization', ${organizationJson('o')},
  'inForce', (select ${rowToJson('c', COLUMNS)} from connection c
    where c.organization_id = o.id and c.state in ('unconfirmed', 'active')),
  'previous', (select ${rowToJson('c', COLUMNS)} from connection c
    where c.organization_id = o.id and c.state = 'previous' and c.previous_until is not null
    order by c.previous_until desc, c.configured_at desc limit 1))`;

/**
 * Part of a larger statement: {@link MethodFacts} of an organization as one document, null where there is none. It asks the
 * rows as they are at this moment.
 * @param organizationId SQL for its id
 */
export function methodFacts(organizationId: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select json_agg(${LINK} order by o.depth desc)
    from organization self join organization o on o.id = any (
      case when 'same-as-managing' in (self.method, self.previous_method)
        then string_to_array(trim(both '/' from self.path), '/')::uuid[] else array[self.id] end)
    where self.id = ${organizationId})`;
}

/** The facts of such a document; undefined where the organization does not exist. */
export function readMethodFacts(document: unknown): MethodFacts | undefined {
  if (!Array.isArray(document)) return undefined;
  const [own, ...above] = (document as Record<'organization' | 'inForce' | 'previous', unknown>[]).map((link) => ({
    organization: readOrganizationJson(link.organization)!,
    inForce: rowFromJson<Connection>(link.inForce, COLUMNS),
    previous: rowFromJson<Connection>(link.previous, COLUMNS),
  }));
  return own === undefined ? undefined : [own, ...above];
}
