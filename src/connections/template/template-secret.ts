import { selectSealedTemplateSecret } from './template-store.ts';
import type { OrganizationId, TemplateId } from '../../base/ids.ts';
import type { SealedPlace, SecretBox } from '../../base/secret-box.ts';
import type { Database } from '../../db/database.ts';
import { openAndReseal } from '../../db/sealed/open-and-reseal.ts';

/** Where a template's client secret stands sealed. */
export function templateSecretPlace(id: TemplateId, organizationId: OrganizationId): SealedPlace {
  return { table: 'connection_template', column: 'sealed_client_secret', row: id, organization: organizationId };
}

/** The client secret of a template; null for one without, and for a caller who does not reach its organization. */
export async function openTemplateSecret(
  deps: { db: Database; secrets: SecretBox },
  id: TemplateId,
): Promise<string | null> {
  const found = await selectSealedTemplateSecret(deps.db, id);
  if (found === undefined || found.sealedClientSecret === null) return null;
  return openAndReseal(deps, found.sealedClientSecret, templateSecretPlace(id, found.organizationId));
}
