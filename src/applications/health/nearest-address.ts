/** Of the registered addresses the one most like what came: by how much of it stands at the beginning and at the end. */
export function nearestAddress(came: string, registered: readonly string[]): string | null {
  let nearest: string | null = null;
  let most = -1;
  for (const address of registered) {
    const same = likeness(came, address);
    if (same <= most) continue;
    nearest = address;
    most = same;
  }
  return nearest;
}

function likeness(one: string, other: string): number {
  const least = Math.min(one.length, other.length);
  let start = 0;
  while (start < least && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < least - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  return start + end - Math.abs(one.length - other.length) / 2;
}
