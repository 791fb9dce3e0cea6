/** One kind of request that load is made of. */
export interface Flow {
  /** From its first request to its last, by worker number. A throw counts as an error. */
  run: (worker: number) => Promise<void>;
  /** What a turn needs before it begins, such as tokens that are still valid; none of it is counted. */
  prepare: () => Promise<void>;
  close: () => Promise<void>;
}
