/** Prints the bill of materials of what is shipped: `npm run sbom --silent > gatehouse.cdx.json`. */
import { billOfMaterials } from './sbom.ts';

console.log(JSON.stringify(await billOfMaterials(), undefined, 2));
