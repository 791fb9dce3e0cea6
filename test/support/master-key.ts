/** What services of tests seal with, unless a test says otherwise. */
export const MASTER_KEY: Buffer = Buffer.alloc(32, 7);
