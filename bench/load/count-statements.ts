import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

/** What went to PostgreSQL, as its protocol shows it, whatever sent it. */
export interface SentCount {
  /** Statements without begin, commit and rollback. */
  statements: number;
  /** What had to reach the disk: transactions that wrote, and writing statements outside of one. */
  commits: number;
  /** Waits for an answer: what latency multiplies. */
  roundTrips: number;
}

export interface CountingProxy {
  /** The same database, through the proxy. */
  url: string;
  count(): SentCount;
  close(): Promise<void>;
}

/**
 * A way to a PostgreSQL that counts what passes (PostgreSQL, Frontend/Backend Protocol 3.0: simple queries `Q`; `P`
 * parses, `B` binds, `E` executes, `S` ends a round trip). For counting alone: what is timed does not go through it.
 */
export async function startCountingProxy(databaseUrl: string): Promise<CountingProxy> {
  const target = new URL(databaseUrl);
  const counted: SentCount = { statements: 0, commits: 0, roundTrips: 0 };
  const server = createServer((client) => {
    const database = connect(Number(target.port || 5432), target.hostname);
    let pending = Buffer.alloc(0);
    let greeted = false;
    const note = noteInto(counted);
    const texts = new Map<string, string>();
    let bound = '';
    client.on('data', (chunk) => {
      database.write(chunk);
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      for (;;) {
        const head = greeted ? 1 : 0; // the first message has no type
        if (pending.length < head + 4) return;
        const length = head + pending.readUInt32BE(head);
        if (pending.length < length) return;
        const type = greeted ? String.fromCharCode(pending[0] ?? 0) : 'startup';
        const body = pending.subarray(head + 4, length);
        if (type === 'Q') {
          note(body.toString('utf8', 0, body.length - 1));
          counted.roundTrips += 1;
        } else if (type === 'P') {
          const [name = '', text = ''] = body.toString('utf8').split('\0');
          texts.set(name, text);
        } else if (type === 'B') {
          const [, name = ''] = body.toString('latin1').split('\0', 2);
          bound = texts.get(name) ?? '';
        } else if (type === 'E') note(bound);
        else if (type === 'S') counted.roundTrips += 1;
        greeted = true;
        pending = pending.subarray(length);
      }
    });
    database.pipe(client);
    client.on('end', () => database.end());
    client.on('error', () => database.destroy());
    database.on('error', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    count: () => ({ ...counted }),
    async close() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const WRITES = /\b(insert\s+into|(?<!for\s|key\s)update|delete\s+from|merge\s+into)\b/i;

/** Counts the statements of one connection. */
function noteInto(counted: SentCount): (text: string) => void {
  let open = false;
  let wrote = false;
  return (text) => {
    const word = /^[\s(]*([a-z]+)/i.exec(text)?.[1]?.toLowerCase() ?? '';
    if (word === 'begin' || word === 'start') [open, wrote] = [true, false];
    else if (word === 'commit' || word === 'rollback') {
      counted.commits += word === 'commit' && wrote ? 1 : 0;
      open = false;
    } else {
      const writes = WRITES.test(text);
      wrote ||= writes;
      counted.statements += 1;
      counted.commits += writes && !open ? 1 : 0;
    }
  };
}
