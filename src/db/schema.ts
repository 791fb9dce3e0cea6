import type { ApplicationsTables } from './schema-applications.ts';
import type { ConnectionsTables } from './schema-connections.ts';
import type { GroundTables } from './schema-ground.ts';
import type { PeopleTables } from './schema-people.ts';

/** Every table of the service, as Kysely wants to know them. */
export interface Schema extends GroundTables, PeopleTables, ConnectionsTables, ApplicationsTables {}
