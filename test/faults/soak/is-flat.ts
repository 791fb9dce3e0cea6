/**
 * Whether a course of samples is flat: the median of its last third exceeds that of its first third by no more than a tenth,
 * and `slack`. Medians, since a heap goes up and down; a leak lifts both ends of it.
 */
export function isFlat(values: readonly number[], slack: number): boolean {
  const third = Math.max(1, Math.floor(values.length / 3));
  const before = middle(values.slice(0, third));
  return middle(values.slice(-third)) <= before * 1.1 + slack;
}

function middle(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
