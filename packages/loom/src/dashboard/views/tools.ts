import type { Database } from '../../store/database.js';
import type { ToolRow } from '../contract/tools.js';
import { daysOf, FOREVER, startOfDays } from './days.js';
import { generationsByTool, toolKey } from './generations.js';
import { NO_MONEY } from './money.js';
import { durationsOf, latencyOf } from './percentiles.js';
import type { View } from './view.js';

export const tools: View<'tools'> = ({ db, now }, query) => ({
  rows: toolRows(db, startOfDays(now, daysOf(query))),
});

interface Row {
  readonly server: string | null;
  readonly tool: string;
  readonly calls: number;
  readonly errors: number;
  readonly last_us: number;
  readonly durations: string;
}

/** Tools by how often they were called. Counts and percentiles read one index and no row. */
export function toolRows(db: Database, from: number): ToolRow[] {
  const rows = db.all<Row>(
    `SELECT server, tool, COUNT(*) AS calls, SUM(failed) AS errors, MAX(started_us) AS last_us,
       json_group_array(duration_us) AS durations
     FROM traces INDEXED BY traces_tool WHERE started_us >= ? AND tool IS NOT NULL
     GROUP BY server, tool ORDER BY calls DESC, server, tool`,
    from * 1000,
  );
  const generations = generationsByTool(db, from, FOREVER);
  return rows.map((row) => ({
    server: row.server,
    tool: row.tool,
    calls: row.calls,
    errors: row.errors,
    latency: latencyOf(durationsOf(row.durations)),
    cost: generations.get(toolKey(row.server, row.tool))?.cost ?? NO_MONEY,
    lastAt: row.last_us / 1000,
  }));
}
