/**
 * `npm run deploy-checks [-- NAME…]`: what `deploy/` and the package say, tried with the programs they are for
 * (Debian: buildah, debootstrap, nginx, caddy, haproxy, systemd). Outside of `npm test`. Prints what was seen; fails when one is not as
 * it must be.
 */
import { isGood, toRows } from '../faults/figures.ts';
import type { Figure } from '../faults/figures.ts';
import { buildImage } from './image.ts';
import { installPackage } from './package.ts';
import { tryProxies } from './proxies.ts';
import { lookAtUnits } from './systemd.ts';

const CHECKS: Readonly<Record<string, { title: string; run(): Promise<Figure[]> }>> = {
  package: { title: 'The package, installed into an empty folder', run: installPackage },
  image: { title: 'The image, built twice and started', run: buildImage },
  systemd: { title: 'The units of systemd', run: lookAtUnits },
  proxies: { title: 'Behind a reverse proxy', run: tryProxies },
};

const named = process.argv.slice(2);
for (const [name, { title, run }] of Object.entries(CHECKS)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const figures = await run();
  console.log(`\n## ${title}\n\n| | seen | must be |\n|---|---|---|\n${toRows(figures)}`);
  if (!isGood(figures)) process.exitCode = 1;
}
