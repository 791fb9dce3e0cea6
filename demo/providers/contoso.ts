/**
 * Contoso: an OpenID Provider (src/stand-ins/openid-connect) in a process of its own, for demonstrations and tests.
 *
 *   node demo/providers/contoso.ts '{"port": 4001, "clients": [...], "users": [...]}'    or the path of a JSON file
 *
 * Prints one JSON line when ready. Its settings: src/stand-ins/openid-connect/configuration.ts. What a test may change
 * while it runs stands below /__double/.
 */
import { configurationSchema } from '../../src/stand-ins/openid-connect/configuration.ts';
import { startOpenIdConnect } from '../../src/stand-ins/openid-connect/openid-connect.ts';
import { announce, readConfig } from './process-edge.ts';

const { origin, issuer } = await startOpenIdConnect(readConfig(configurationSchema));
announce({ origin, issuer, control: `${origin}/__double` });
