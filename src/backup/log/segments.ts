/** Bytes of one segment of the log, as `initdb` makes it. */
export const SEGMENT_BYTES = 16 * 1024 * 1024;

/** How a segment is called: 8 digits of its timeline, 8 and 8 of its number (PostgreSQL 18, pg_walfile_name). */
const SEGMENT = /^([0-9A-F]{8})([0-9A-F]{8})000000([0-9A-F]{2})$/;

/** The segment after one. Throws a plain Error for what is no name of one. */
export function segmentAfter(name: string): string {
  return nameOf(name.slice(0, 8), numberOf(name) + 1n);
}

/** Whether a file of an archive is a segment of the timeline of another one. */
export function isOfTimeline(name: string, other: string): boolean {
  return SEGMENT.test(name) && name.startsWith(other.slice(0, 8));
}

/** Whether a place in the log (LSN) is past the beginning of a segment. */
export function reaches(place: bigint, segment: string): boolean {
  return place > numberOf(segment) * BigInt(SEGMENT_BYTES);
}

/** Whether a place in the log (LSN) is in a segment. */
export function isIn(place: bigint, segment: string): boolean {
  return place / BigInt(SEGMENT_BYTES) === numberOf(segment);
}

function numberOf(name: string): bigint {
  const [, , high, low] = SEGMENT.exec(name) ?? [];
  if (high === undefined || low === undefined) throw new Error(`${name} is no segment of the log`);
  return BigInt(`0x${high}`) * 256n + BigInt(`0x${low}`);
}

function nameOf(timeline: string, number: bigint): string {
  const digits = (value: bigint): string => value.toString(16).toUpperCase().padStart(8, '0');
  return `${timeline}${digits(number / 256n)}${digits(number % 256n)}`;
}
