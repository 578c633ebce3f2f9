import type { Sql, Statement } from '../../store/sql.js';

const HOURS_IN_DAY = 24;
/** Days kept in memory, the most recently used: 90 days and the 90 before them. */
const DAYS_KEPT = 200;

/** The table with the versions of hours. */
type Versions = 'trace_hour_versions' | 'call_hour_versions';

interface Day<T> {
  /** Sum of its hours' versions. Versions only grow. */
  readonly version: number;
  readonly value: T;
}

interface KeptDaysOf<T> {
  readonly versions: Versions;
  /** Reads these hours since 1970, the end exclusive. */
  readonly statement: (first: number, end: number) => Statement;
  /** Turns the rows into the kept value. */
  readonly value: (rows: readonly object[]) => T;
}

/**
 * Keeps the sums of whole days (UTC) in memory. A day is read once, and again after a change in one of its
 * hours. In a long period, most days never change.
 */
export class KeptDays<T> {
  readonly #of: KeptDaysOf<T>;
  /** Per database connection. */
  readonly #kept = new WeakMap<Sql, Map<number, Day<T>>>();

  constructor(of: KeptDaysOf<T>) {
    this.#of = of;
  }

  /** The values of the days that contain these hours (since 1970, end exclusive). */
  async between(db: Sql, first: number, end: number): Promise<T[]> {
    const known = this.#kept.get(db) ?? new Map<number, Day<T>>();
    this.#kept.set(db, known);
    const days = await db.all<{ day: number; version: number }>(
      `SELECT hour / ${HOURS_IN_DAY} AS day, SUM(version) AS version FROM ${this.#of.versions}
       WHERE hour >= ? AND hour < ? GROUP BY 1`,
      Math.floor(first / HOURS_IN_DAY) * HOURS_IN_DAY,
      Math.ceil(end / HOURS_IN_DAY) * HOURS_IN_DAY,
    );
    const read = await this.#read(
      db,
      days.filter(({ day, version }) => known.get(day)?.version !== version).map(({ day }) => day),
    );
    const values = days.map(({ day, version }) => {
      const value = read.get(day) ?? known.get(day)?.value ?? this.#of.value([]);
      // Moves it to the end of the map, as the most recently used.
      known.delete(day);
      known.set(day, { version, value });
      return value;
    });
    for (const day of known.keys()) {
      if (known.size <= DAYS_KEPT) {
        break;
      }
      known.delete(day);
    }
    return values;
  }

  async #read(db: Sql, days: readonly number[]): Promise<Map<number, T>> {
    if (days.length === 0) {
      return new Map();
    }
    const found = await db.read(
      days.map((day) => this.#of.statement(day * HOURS_IN_DAY, (day + 1) * HOURS_IN_DAY)),
    );
    return new Map(days.map((day, at) => [day, this.#of.value(found[at] ?? [])]));
  }
}

const NAMES_KEPT = 8;

/** One for each name, such as an Atlas dimension. Keeps the most recently used. */
export function keptFor<T>(make: (name: string) => KeptDays<T>): (name: string) => KeptDays<T> {
  const all = new Map<string, KeptDays<T>>();
  return (name) => {
    const days = all.get(name) ?? make(name);
    all.delete(name);
    all.set(name, days);
    const oldest = all.keys().next().value;
    if (all.size > NAMES_KEPT && oldest !== undefined) {
      all.delete(oldest);
    }
    return days;
  };
}
