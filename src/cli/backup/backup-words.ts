/** The words after `gatehouse backup`. */
export interface BackupWords {
  file?: string;
  overwrite?: boolean;
  logical?: boolean;
  /** A folder; false for `--no-wal`. */
  wal?: string | false;
  forgetBefore?: string;
}

/** Whether the words ask for exactly one thing: `--wal` may name the folder of `--forget-before`. */
export function asksForOneThing({ file, wal, forgetBefore }: BackupWords): boolean {
  const archives = wal !== undefined && (wal === false || forgetBefore === undefined);
  return [file !== undefined, archives, forgetBefore !== undefined].filter(Boolean).length === 1;
}
