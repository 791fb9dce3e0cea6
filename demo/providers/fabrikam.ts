/**
 * Fabrikam: a stand-in for Microsoft Entra ID (src/stand-ins/entra-id) in a process of its own, for demonstrations and
 * tests.
 *
 *   node demo/providers/fabrikam.ts '{"directories": [...], "apps": [...], "users": [...]}'   or the path of a JSON file
 *
 * Prints one JSON line when ready. Its settings: src/stand-ins/entra-id/configuration.ts. What a test may change while
 * it runs stands below /__double/.
 */
import { configurationSchema } from '../../src/stand-ins/entra-id/configuration.ts';
import { startEntraId } from '../../src/stand-ins/entra-id/entra-id.ts';
import { announce, readConfig } from './process-edge.ts';

const { origin, issuer } = await startEntraId(readConfig(configurationSchema));
announce({ origin, issuer, control: `${origin}/__double` });
