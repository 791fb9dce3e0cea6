/**
 * Logs in with Firefox, over TLS, between two sites: `npm run firefox`. Needs the operating system's Firefox (Debian:
 * `apt-get install firefox-esr`), or one that `FIREFOX_PATH` names; outside `npm test`, because npm brings none.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { projectFolder } from '../../tools/project.ts';

const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/firefox/vitest.config.ts'];
const child = spawn(process.execPath, [...vitest, ...process.argv.slice(2)], { cwd: projectFolder, stdio: 'inherit' });
const [code] = (await once(child, 'exit')) as [number | null];
process.exitCode = code ?? 1;
