import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Organization } from './organization.ts';
import { isSuspended } from './suspended-sql.ts';
import { rowFromJson, rowToJson } from '../db/row-json-sql.ts';
import type { JsonColumns } from '../db/row-json-sql.ts';

const COLUMNS: JsonColumns<Organization> = {
  id: 'plain',
  managingOrganizationId: 'plain',
  path: 'plain',
  depth: 'plain',
  name: 'plain',
  method: 'plain',
  previousMethod: 'plain',
  methodChangedAt: 'instant',
  supportContact: 'plain',
  suspendedAt: 'instant',
  suspended: 'plain',
  auditNetwork: 'plain',
  justInTime: 'plain',
  unregisteredApplications: 'plain',
  version: 'plain',
  createdAt: 'instant',
};

/** Part of a larger statement: an organization as one document. @param alias of `organization` */
export function organizationJson(alias: string): RawBuilder<unknown> {
  return rowToJson(alias, COLUMNS, { suspended: isSuspended(sql.raw(`${alias}.path`)) });
}

/** The organization of such a document. */
export function readOrganizationJson(document: unknown): Organization | null {
  return rowFromJson(document, COLUMNS);
}

/**
 * Part of a larger statement: whether the method in force for an organization is the built-in one, as `followMethod` finds it.
 * @param id SQL for the organization's id
 */
export function isBuiltIn(id: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`coalesce((
    select o.method from organization self
      join organization o on o.id = any (string_to_array(trim(both '/' from self.path), '/')::uuid[])
    where self.id = ${id} and o.method <> 'same-as-managing' order by o.depth desc limit 1), 'built-in') = 'built-in'`;
}
