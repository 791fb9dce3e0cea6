// Generated from the migrated database by `npm run table-types`. Change a migration instead.
import type { ApplicationsTables } from './applications.ts';
import type { AuthenticatorsTables } from './authenticators.ts';
import type { ConnectionsTables } from './connections.ts';
import type { CredentialsTables } from './credentials.ts';
import type { GroundTables } from './ground.ts';
import type { OidcTables } from './oidc.ts';
import type { OrganizationsTables } from './organizations.ts';
import type { UsersTables } from './users.ts';

/** Every table of the service, as Kysely wants to know them. */
export interface Schema
  extends
    ApplicationsTables,
    AuthenticatorsTables,
    ConnectionsTables,
    CredentialsTables,
    GroundTables,
    OidcTables,
    OrganizationsTables,
    UsersTables {}
