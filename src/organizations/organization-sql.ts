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
