/** One line of a fault's result. */
export interface Figure {
  what: string;
  measured: string | number;
  /** What it must be; absent where the number only informs. */
  wanted?: string | number;
}

/** Whether everything that must be so is so. */
export function isGood(figures: readonly Figure[]): boolean {
  return figures.every(({ measured, wanted }) => wanted === undefined || measured === wanted);
}

/** As rows of a Markdown table. */
export function toRows(figures: readonly Figure[]): string {
  return figures.map(({ what, measured, wanted }) => `| ${what} | ${measured} | ${wanted ?? ''} |`).join('\n');
}

/** The middle value, milliseconds rounded. */
export function median(values: readonly number[]): number {
  return Math.round(values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0);
}

/** The largest value, milliseconds rounded. */
export function largest(values: readonly number[]): number {
  return Math.round(Math.max(0, ...values));
}
