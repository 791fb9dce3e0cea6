import { once } from 'node:events';
import type pg from 'pg';
import { from, to } from 'pg-copy-streams';

/** Rows of a table that are being written. */
export interface RowsIn {
  /** Resolves when there is room for more. */
  write(chunk: Uint8Array): Promise<void>;
  /** How many rows there were; the server has checked them. */
  end(): Promise<number>;
}

/** `COPY` on the connection of the transaction that is open, one at a time: while it lasts nothing else is sent. */
export interface RowCopier {
  /** The rows of a `COPY … TO STDOUT`, as they come. */
  out(statement: string): AsyncIterable<Uint8Array>;
  /** Begins a `COPY … FROM STDIN`. */
  in(statement: string): RowsIn;
}

/** @param client gives the connection, which is open by then */
export function createRowCopier(client: () => pg.Client): RowCopier {
  return {
    out: (statement) => client().query(to(statement)) as AsyncIterable<Uint8Array>,
    in(statement) {
      const stream = client().query(from(statement));
      const failed = new Promise<never>((_, reject) => {
        stream.on('error', reject);
      });
      failed.catch(() => {}); // heard by whoever waits
      return {
        async write(chunk) {
          if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), failed]);
        },
        async end() {
          stream.end();
          await Promise.race([once(stream, 'finish'), failed]);
          return stream.rowCount;
        },
      };
    },
  };
}
