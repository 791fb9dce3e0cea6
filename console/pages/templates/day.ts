/** The end of a day that was chosen in a date field (`2027-05-31`), UTC, as the API takes it; null for none. */
export function endOfDay(day: string): string | null {
  return day === '' ? null : `${day}T23:59:59Z`;
}
