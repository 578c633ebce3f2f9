import type { Database } from '../../store/database.js';
import type { Money, ToolRow } from '../contract.js';
import { daysOf, startOfDays } from './days.js';
import { MONEY_COLUMNS, moneyOf, NO_MONEY } from './money.js';
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
  const costs = toolCosts(db, from);
  return rows.map((row) => ({
    server: row.server,
    tool: row.tool,
    calls: row.calls,
    errors: row.errors,
    latency: latencyOf(durationsOf(row.durations)),
    cost: costs.get(toolKey(row.server, row.tool)) ?? NO_MONEY,
    lastAt: row.last_us / 1000,
  }));
}

function toolCosts(db: Database, from: number): Map<string, Money> {
  const rows = db.all<Money & { server: string | null; tool: string }>(
    `SELECT t.server, t.tool, ${MONEY_COLUMNS.replaceAll('cost_', 'o.cost_')}
     FROM traces t JOIN observations o ON o.trace_id = t.id
     WHERE t.started_us >= ? AND t.generations > 0 AND t.tool IS NOT NULL AND o.cost_basis IS NOT NULL
     GROUP BY t.server, t.tool`,
    from * 1000,
  );
  return new Map(rows.map((row) => [toolKey(row.server, row.tool), moneyOf(row)]));
}

function toolKey(server: string | null, tool: string): string {
  return JSON.stringify([server, tool]);
}
