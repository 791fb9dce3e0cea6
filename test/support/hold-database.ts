// A process of its own that opens the database in a folder, says so, and lets go of it when its input ends.
import { once } from 'node:events';
import { silentLog } from '../../src/base/log.ts';
import { openDatabase } from '../../src/db/open-database.ts';

const open = await openDatabase({ source: { dataFolder: process.argv[2] ?? '' }, log: silentLog });
console.log('open');
process.stdin.resume();
await once(process.stdin, 'end');
await open.close();
