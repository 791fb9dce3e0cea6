import type { Metric } from './metrics.ts';

/** One metric of one process, as `prom-client` puts those of several together. Plain data: it passes between processes. */
export interface Reported {
  name: string;
  help: string;
  type: Metric['type'];
  aggregator: string;
  values: Value[];
}

interface Value {
  value: number;
  labels: Record<string, string>;
  /** Of a histogram: the name with `_bucket`, `_sum` or `_count`. */
  metricName?: string;
}

/**
 * The series of one metric: a number for each combination of its labels' values, made once. Counting finds its place by the
 * values and adds; it makes nothing. What is in no list has no series: there is none for what strangers send.
 */
export class Series {
  readonly #name: string;
  readonly #metric: Metric;
  /** For each label: the place of each value. */
  readonly #places: readonly ReadonlyMap<string, number>[];
  readonly #numbers: Float64Array;
  /** Buckets, sum and count of a histogram; else 1. */
  readonly #width: number;

  constructor(name: string, metric: Metric) {
    this.#name = name;
    this.#metric = metric;
    const lists = Object.values(metric.labels);
    this.#places = lists.map((values) => new Map(values.map((value, place) => [value, place])));
    this.#width = metric.buckets === undefined ? 1 : metric.buckets.length + 2;
    this.#numbers = new Float64Array(lists.reduce((size, values) => size * values.length, this.#width));
  }

  /** Adds to the number of these labels, in their order. */
  add(amount: number, first?: string, second?: string): void {
    const at = this.#find(first, second);
    if (at >= 0) this.#numbers[at]! += amount;
  }

  /** Of a histogram: counts a value. */
  observe(value: number, first?: string): void {
    const at = this.#find(first, undefined);
    const { buckets = [] } = this.#metric;
    if (at < 0) return;
    for (let i = 0; i < buckets.length; i += 1) if (value <= buckets[i]!) this.#numbers[at + i]! += 1;
    this.#numbers[at + buckets.length]! += value;
    this.#numbers[at + buckets.length + 1]! += 1;
  }

  /** Where the numbers of these labels begin; below 0 where there are none. */
  #find(first: string | undefined, second: string | undefined): number {
    let at = 0;
    for (let i = 0; i < this.#places.length; i += 1) {
      const places = this.#places[i]!;
      const place = places.get((i === 0 ? first : second) ?? '') ?? places.get('other');
      if (place === undefined) return -1;
      at = at * places.size + place;
    }
    return at * this.#width;
  }

  /** Its numbers, all of them, zeros too: what has never happened has a series before it happens. */
  report(): Reported {
    const values: Value[] = [];
    const { buckets } = this.#metric;
    combinations(Object.entries(this.#metric.labels)).forEach((labels, i) => {
      const at = i * this.#width;
      if (buckets === undefined) {
        values.push({ value: this.#numbers[at]!, labels });
        return;
      }
      const count = this.#numbers[at + buckets.length + 1]!;
      const bounds = [...buckets.map((bound, k) => [String(bound), this.#numbers[at + k]!] as const), ['+Inf', count]];
      for (const [le, value] of bounds as [string, number][]) {
        values.push({ value, labels: { le, ...labels }, metricName: `${this.#name}_bucket` });
      }
      values.push({ value: this.#numbers[at + buckets.length]!, labels, metricName: `${this.#name}_sum` });
      values.push({ value: count, labels, metricName: `${this.#name}_count` });
    });
    return reportOf(this.#name, this.#metric, values);
  }
}

/** A metric with values that were read at this moment. */
export function reportOf(name: string, metric: Metric, values: Value[]): Reported {
  return { name, help: metric.help, type: metric.type, aggregator: metric.together, values };
}

/** Every combination of the labels' values, in the order of {@link Series}. */
export function combinations(labels: readonly (readonly [string, readonly string[]])[]): Record<string, string>[] {
  return labels.reduce<Record<string, string>[]>(
    (before, [name, values]) => before.flatMap((each) => values.map((value) => ({ ...each, [name]: value }))),
    [{}],
  );
}
