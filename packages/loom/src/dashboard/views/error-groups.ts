import { hashOf } from '../../hash.js';
import type { Sql } from '../../store/sql.js';
import type { ErrorGroup } from '../contract/errors.js';
import type { Range } from '../contract/range.js';
import { type Condition, joined } from '../measure/conditions.js';
import { count } from '../measure/count.js';
import { rangeOf } from '../measure/range.js';
import { measuresOf, sum } from '../measure/sums.js';
import { normalised } from './messages.js';
import { extraCondition, timeCondition, withExtra } from './trace-filter.js';
import type { View } from './view.js';

const SPARK_STEPS = 24;
const GROUPS_SHOWN = 200;
const CLIENTS_SHOWN = 5;

export const errors: View<'errors'> = async ({ db, now }, params) => {
  const range = await rangeOf(db, now, params);
  const also = await extraCondition(db, params, range);
  const rows = await errorGroups(db, range, withExtra(params, range, also));
  return {
    range,
    total: rows.reduce((total, group) => total + group.count, 0),
    all: measuresOf(sum(await count(db, { edges: [[range.from, range.to]], filter: params, also }))),
    groups: rows.length,
    rows: rows.slice(0, GROUPS_SHOWN),
  };
};

interface Same {
  readonly server: string | null;
  readonly tool: string | null;
  readonly method: string | null;
  readonly error_type: string | null;
  readonly status_message: string | null;
}

interface Row extends Same {
  readonly client_name: string | null;
  readonly step: number;
  readonly n: number;
  readonly first_us: number;
  readonly last_us: number;
  /** Fields of the latest failure. */
  readonly id: string;
}

interface Group {
  readonly like: Row;
  message: string;
  count: number;
  firstUs: number;
  last: Row;
  readonly spark: number[];
  readonly clients: Map<string | null, number>;
}

/** Failures of one tool with the same error type and message. Numbers and names in messages are ignored. */
export async function errorGroups(db: Sql, range: Range, where: Condition): Promise<ErrorGroup[]> {
  const from = Math.round(range.from * 1000);
  const span = Math.max(1, Math.round(range.to * 1000) - from);
  const rows = await db.all<Row>(
    `SELECT t.server, t.tool, t.method, t.error_type, t.status_message, t.client_name,
       (t.started_us - ${from}) * ${SPARK_STEPS} / ${span} AS step,
       COUNT(*) AS n, MIN(t.started_us) AS first_us, MAX(t.started_us) AS last_us, t.id
     FROM traces t WHERE t.errors > 0 AND ${where.sql} GROUP BY 1, 2, 3, 4, 5, 6, 7`,
    ...where.params,
  );
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const message = normalised(row.status_message);
    const id = groupId(row, message);
    let group = groups.get(id);
    if (!group) {
      group = {
        like: row,
        message,
        count: 0,
        firstUs: row.first_us,
        last: row,
        spark: Array<number>(SPARK_STEPS).fill(0),
        clients: new Map(),
      };
      groups.set(id, group);
    }
    group.count += row.n;
    group.firstUs = Math.min(group.firstUs, row.first_us);
    group.last = row.last_us > group.last.last_us ? row : group.last;
    group.spark[row.step] = (group.spark[row.step] ?? 0) + row.n;
    group.clients.set(row.client_name, (group.clients.get(row.client_name) ?? 0) + row.n);
  }
  const earlier = groups.size > 0 ? await firstSeen(db, range) : new Map<string, number>();
  // Without earlier data, nothing counts as new.
  const hasBefore =
    (await db.get('SELECT 1 FROM trace_series WHERE first_us < ? LIMIT 1', Math.round(range.from * 1000))) !==
    undefined;
  return [...groups]
    .map(([id, group]): ErrorGroup => {
      const before = earlier.get(id);
      return {
        id,
        server: group.like.server,
        tool: group.like.tool ?? '',
        method: group.like.method,
        errorType: group.like.error_type,
        message: group.message,
        count: group.count,
        firstAt: (before ?? group.firstUs) / 1000,
        lastAt: group.last.last_us / 1000,
        isNew: before === undefined && hasBefore,
        spark: group.spark,
        clients: [...group.clients]
          .map(([client, count]) => ({ client, count }))
          .sort((a, b) => b.count - a.count)
          .slice(0, CLIENTS_SHOWN),
        traceId: group.last.id,
      };
    })
    .sort((a, b) => b.count - a.count || b.lastAt - a.lastAt);
}

/** When each group was first seen, in microseconds, if before this period. */
async function firstSeen(db: Sql, range: Range): Promise<Map<string, number>> {
  const before = joined([timeCondition({ from: 0, to: range.from })]);
  const rows = await db.all<Same & { first_us: number }>(
    `SELECT t.server, t.tool, t.method, t.error_type, t.status_message, MIN(t.started_us) AS first_us
     FROM traces t WHERE t.errors > 0 AND ${before.sql} GROUP BY 1, 2, 3, 4, 5`,
    ...before.params,
  );
  const first = new Map<string, number>();
  for (const row of rows) {
    const id = groupId(row, normalised(row.status_message));
    first.set(id, Math.min(first.get(id) ?? row.first_us, row.first_us));
  }
  return first;
}

function groupId({ server, tool, method, error_type }: Same, message: string): string {
  return hashOf(JSON.stringify([server, tool, method, error_type, message]));
}
