import { statfs } from 'node:fs/promises';

/** Below this much free space it is nearly full, bytes: a day of a busy service. */
export const LOW_DISK_BYTES = 1_000_000_000;

/** The disk of a folder, bytes. */
export interface Disk {
  folder: string;
  freeBytes: number;
  totalBytes: number;
}

/** The disk that the data folder of this server is on; null where there is none, as with `DATABASE_URL`. */
export async function readDisk(folder: string): Promise<Disk | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { folder, freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
