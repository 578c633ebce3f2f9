import { assembleTrace } from '../../../packages/loom/src/receiver/assemble.js';
import {
  type ObservationRow,
  type ScoreRow,
  scoreOf,
  spanOf,
} from '../../../packages/loom/src/receiver/sqlite/rows.js';
import { SCORES_OF } from '../../../packages/loom/src/receiver/sqlite/statements.js';
import type { Arrivals, ReceivedScore, ReceivedTrace } from '../../../packages/loom/src/receiver/trace.js';
import type { Param } from '../../../packages/loom/src/store/database.js';
import type { Statement } from '../../../packages/loom/src/store/sql.js';

/** Where the shared code of receiver and views runs: a laptop with `node:sqlite`, or a team's server with D1. */
export interface Home {
  readonly kind: 'laptop' | 'server';
  /** Address of its receiver, from the first test on. It accepts the keys in `exports.ts`. */
  readonly url: string;
  /** The Authorization header of a reader. */
  readonly reader: string;
  /** All or nothing. Returns the rows of each. */
  batch(statements: readonly Statement[]): Promise<Record<string, unknown>[][]>;
  /** Stores the data of a request at that moment (Unix ms), with the prices of `pricer.ts`. */
  add(arrivals: Arrivals, now: number): Promise<Set<string>>;
  /** Links traces that arrived before these sessions. Returns their number. */
  link(sessionIds: readonly string[]): Promise<number>;
  /** A view's answer at that moment. */
  view(path: string, now: number): Promise<unknown>;
  /** Deletes every row, except the receiver's keys. */
  empty(): Promise<void>;
}

export async function all<T extends object = Record<string, unknown>>(
  home: Pick<Home, 'batch'>,
  sql: string,
  ...params: Param[]
): Promise<T[]> {
  const [rows = []] = await home.batch([{ sql, params }]);
  return rows as T[];
}

export async function get<T extends object = Record<string, unknown>>(
  home: Pick<Home, 'batch'>,
  sql: string,
  ...params: Param[]
): Promise<T | undefined> {
  return (await all<T>(home, sql, ...params))[0];
}

/** A stored trace, assembled like in the receiver's own store. */
export async function traceOf(home: Home, id: string): Promise<ReceivedTrace | undefined> {
  const rows = await all<ObservationRow>(
    home,
    'SELECT * FROM observations WHERE trace_id = ? ORDER BY seq',
    id,
  );
  return rows.length === 0
    ? undefined
    : assembleTrace(id, {
        spans: rows.map(spanOf),
        scores: (await all<ScoreRow>(home, SCORES_OF, id)).map(scoreOf),
        duplicates: rows.flatMap((row) => Array<string>(row.duplicates).fill(row.id)),
      });
}

/** In order of arrival. */
export async function tracesOf(home: Home): Promise<ReceivedTrace[]> {
  const traces: ReceivedTrace[] = [];
  for (const { id } of await all<{ id: string }>(home, 'SELECT id FROM traces ORDER BY seq')) {
    const trace = await traceOf(home, id);
    if (trace) {
      traces.push(trace);
    }
  }
  return traces;
}

/** Scores of a session that belong to no trace. */
export async function sessionScoresOf(home: Home): Promise<ReceivedScore[]> {
  const rows = await all<ScoreRow>(home, 'SELECT * FROM scores WHERE trace_id IS NULL ORDER BY at, id');
  return rows.map(scoreOf);
}
