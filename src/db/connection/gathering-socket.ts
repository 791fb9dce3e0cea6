import { Socket } from 'node:net';

interface Chunk {
  chunk: Buffer | string;
  encoding: BufferEncoding;
}

/**
 * The TCP connection to the database. `pg` corks it while it writes the messages of a statement (bind, describe, execute,
 * sync), and Node would hand each of them to the system in a list: one joined write costs less. Under TLS the messages go
 * through another stream, which frames them itself.
 */
export class GatheringSocket extends Socket {
  /** Node's name for the method that writes several chunks at once (`stream.Writable`). */
  override _writev(chunks: Chunk[], done: (error?: Error | null) => void): void {
    const parts = chunks.map(({ chunk, encoding }) =>
      typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk,
    );
    // 'buffer' is what Node says of bytes; its types know names of encodings alone.
    this._write(Buffer.concat(parts), 'buffer' as BufferEncoding, done);
  }
}
