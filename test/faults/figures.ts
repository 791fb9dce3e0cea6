/** One line of a fault's result. */
export interface Figure {
  what: string;
  measured: string | number;
  /** What it must be; absent where the number only informs. */
  wanted?: string | number;
  /** What it must not exceed. */
  atMost?: number;
  /** Which of several cases: they become columns of one table. */
  case?: string;
}

/** Whether everything that must be so is so. */
export function isGood(figures: readonly Figure[]): boolean {
  return figures.every(isRight);
}

function isRight({ measured, wanted, atMost }: Figure): boolean {
  if (wanted !== undefined && measured !== wanted) return false;
  return atMost === undefined || (typeof measured === 'number' && measured <= atMost);
}

/** The lines that are not as they must be, as sentences. */
export function wrongOnes(figures: readonly Figure[]): string[] {
  return figures
    .filter((figure) => !isRight(figure))
    .map((figure) => `${figure.case ?? ''} ${figure.what}: ${figure.measured}, must be ${mustBe(figure)}`.trim());
}

function mustBe({ wanted, atMost }: Figure): string {
  if (wanted !== undefined) return String(wanted);
  return atMost === undefined ? '' : `at most ${atMost}`;
}

/** As rows of a Markdown table. */
export function toRows(figures: readonly Figure[]): string {
  return figures.map((figure) => `| ${figure.what} | ${figure.measured} | ${mustBe(figure)} |`).join('\n');
}

/** As a Markdown table: a line each, or, where figures name their case, a column for every case. */
export function toTable(figures: readonly Figure[]): string {
  const plain = figures.filter((figure) => figure.case === undefined);
  const cases = [...new Set(figures.flatMap((figure) => figure.case ?? []))];
  const tables: string[] = [];
  if (cases.length > 0) {
    const rows = [...Map.groupBy(figures, ({ what }) => what)].flatMap(([what, each]) => {
      const inCases = each.filter((figure) => figure.case !== undefined);
      if (inCases.length === 0) return [];
      const cells = cases.map((name) => inCases.find((figure) => figure.case === name)?.measured ?? '');
      const demands = [...new Set(inCases.map(mustBe))].filter((demand) => demand !== '');
      return [`| ${[what, ...cells, demands.join(', ')].join(' | ')} |`];
    });
    tables.push(`| | ${cases.join(' | ')} | must be |\n${'|---'.repeat(cases.length + 2)}|\n${rows.join('\n')}`);
  }
  if (plain.length > 0) tables.push(`| | measured | must be |\n|---|---|---|\n${toRows(plain)}`);
  return tables.join('\n\n');
}

/** The middle value, milliseconds rounded. */
export function median(values: readonly number[]): number {
  return Math.round(values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0);
}

/** The largest value, milliseconds rounded. */
export function largest(values: readonly number[]): number {
  return Math.round(Math.max(0, ...values));
}
