import { isRecord } from '../../json-values.js';
import type { Sql } from '../../store/sql.js';
import type { ArgumentRow, ToolView } from '../contract/tools.js';
import type { Condition } from '../measure/conditions.js';
import { bucketWidth, type Histogram, NOT_ENDED } from '../measure/durations.js';
import { costOf, measuresOf, sum } from '../measure/sums.js';
import { advertised } from './advertised.js';
import { clientRows } from './clients.js';
import { errorGroups } from './error-groups.js';
import { countedWith } from './filtered.js';
import { toolRows } from './tools.js';
import { wholeCondition } from './trace-filter.js';
import { type View, ViewError } from './view.js';

/** Number of calls whose inputs are read. */
const CALLS_READ = 1000;
const ERRORS_SHOWN = 50;
const MAX_ARGUMENTS = 60;
const BARS = 16;
const CHARACTERS_PER_TOKEN = 4;

export const tool: View<'tools/:id'> = async (context, params, id) => {
  const { db } = context;
  const asked = { ...params, tool: id };
  const counted = await countedWith(context, asked);
  const { range } = counted;
  const list = await advertised(db, params.server);
  const known = await db.get('SELECT 1 FROM trace_series WHERE tool = ? LIMIT 1', id);
  const definition = list?.tools.find(({ name }) => name === id);
  if (!known && !definition) {
    throw new ViewError(404, `There is no tool "${id}".`);
  }
  const rows = toolRows(counted.rows);
  const total = sum(counted.rows);
  const where = await wholeCondition(db, asked, range);
  const groups = await errorGroups(db, range, where);
  return {
    range,
    tool: id,
    kind: rows[0]?.kind ?? 'tool',
    servers: [...new Set(rows.flatMap(({ server }) => server ?? []))],
    total: measuresOf(total),
    cost: costOf(total),
    histogram: bars(total.histogram),
    errors: groups.slice(0, ERRORS_SHOWN),
    errorGroups: groups.length,
    arguments: await argumentsOf(db, where),
    clients: clientRows(counted.rows).map(({ client, version, requests, errors }) => ({
      client,
      version,
      calls: requests,
      errors,
    })),
    definition:
      list && definition
        ? {
            at: list.at,
            tokens: Math.ceil(definition.size / CHARACTERS_PER_TOKEN),
            share: definition.size / list.tools.reduce((all, { size }) => all + size, 0),
            description: definition.description,
          }
        : null,
  };
};

/** At most {@link BARS} bars from the fastest to the slowest call, on a logarithmic scale. */
function bars(histogram: Histogram): ToolView['histogram'] {
  const buckets = [...histogram].filter(([bucket]) => bucket !== NOT_ENDED).sort(([a], [b]) => a - b);
  const [first] = buckets[0] ?? [];
  const [last] = buckets.at(-1) ?? [];
  if (first === undefined || last === undefined) {
    return [];
  }
  const lowest = Math.max(1, first);
  const highest = Math.max(lowest + 1, last + bucketWidth(last));
  const ratio = Math.max((highest / lowest) ** (1 / BARS), 1.1);
  const shown: { fromMs: number; toMs: number; calls: number }[] = [];
  for (let from = lowest; from < highest; from *= ratio) {
    shown.push({ fromMs: from / 1000, toMs: (from * ratio) / 1000, calls: 0 });
  }
  for (const [bucket, n] of buckets) {
    const at = Math.min(
      shown.length - 1,
      Math.floor(Math.log(Math.max(lowest, bucket) / lowest) / Math.log(ratio) + 1e-9),
    );
    const bar = shown[Math.max(0, at)];
    if (bar) {
      bar.calls += n;
    }
  }
  return shown;
}

/** Fields of the input in the newest calls, and how many calls with each field failed. */
async function argumentsOf(db: Sql, where: Condition): Promise<ToolView['arguments']> {
  const calls = await db.all<{ input: string | null; failed: number }>(
    `SELECT o.input, t.failed FROM (
       SELECT t.id, t.root_id, t.failed FROM traces t WHERE ${where.sql} ORDER BY t.started_us DESC LIMIT ${CALLS_READ}) t
     LEFT JOIN observations o ON o.trace_id = t.id AND o.id = t.root_id`,
    ...where.params,
  );
  const rows = new Map<string, { used: number; failed: number }>();
  for (const { input, failed } of calls) {
    for (const name of namesOf(input)) {
      const row = rows.get(name) ?? { used: 0, failed: 0 };
      row.used += 1;
      row.failed += failed;
      rows.set(name, row);
    }
  }
  return {
    calls: calls.length,
    failed: calls.filter(({ failed }) => failed === 1).length,
    rows: [...rows]
      .map(([name, row]): ArgumentRow => ({ name, ...row }))
      .sort((a, b) => b.used - a.used || (a.name < b.name ? -1 : 1))
      .slice(0, MAX_ARGUMENTS),
  };
}

function namesOf(json: string | null): string[] {
  try {
    const input: unknown = JSON.parse(json ?? 'null');
    return isRecord(input) ? Object.keys(input) : [];
  } catch {
    return [];
  }
}
