import { isRecord, jsonOrUndefined } from '../../json-values.js';
import type { Sql } from '../../store/sql.js';

interface Definition {
  readonly name: string;
  readonly description: string | null;
  /** Characters of the definition as JSON. */
  readonly size: number;
}

/** The last recorded `tools/list`; undefined without a recorded answer. */
export async function advertised(
  db: Sql,
  server: string | undefined,
): Promise<{ readonly at: number; readonly tools: readonly Definition[] } | null> {
  const row = await db.get<{ output: string; at: number }>(
    `SELECT o.output, t.started_us / 1000.0 AS at FROM traces t JOIN observations o ON o.trace_id = t.id AND o.id = t.root_id
     WHERE t.method = 'tools/list' AND t.errors = 0 AND o.output IS NOT NULL AND (?1 IS NULL OR t.server = ?1)
     ORDER BY t.started_us DESC LIMIT 1`,
    server ?? null,
  );
  const output: unknown = row && jsonOrUndefined(row.output);
  if (!row || !isRecord(output) || !Array.isArray(output.tools)) {
    return null;
  }
  const tools = output.tools.filter(isRecord).flatMap((tool) =>
    typeof tool.name === 'string'
      ? [
          {
            name: tool.name,
            description: typeof tool.description === 'string' ? tool.description : null,
            size: JSON.stringify(tool).length,
          },
        ]
      : [],
  );
  return { at: row.at, tools };
}
