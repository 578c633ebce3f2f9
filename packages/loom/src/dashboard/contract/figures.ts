export type Micros = number;

/** A sum of money that says how far it can be trusted. */
export interface Money {
  /** What has a price; null when nothing has. A lower bound while `unpriced` is above 0. */
  readonly micros: Micros | null;
  readonly reported: Micros;
  readonly calculated: Micros;
  readonly estimated: Micros;
  /** Calls whose price is unknown. */
  readonly unpriced: number;
}

/** Nearest-rank percentiles in ms; null where nothing has been measured. */
export interface Latency {
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
}
