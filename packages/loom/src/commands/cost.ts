import { readTerms } from '../atlas.js';
import { COST_KEYS, type CostRow, costReport } from '../cost/report.js';
import { formatMicros } from '../money.js';
import { table } from '../output.js';
import { command, withLoomToRead } from './spec.js';
import { readSince, readTime } from './times.js';

export const cost = command({
  builder: (yargs) =>
    yargs
      .option('by', { choices: COST_KEYS, default: 'issue' as const, describe: 'Group by' })
      .option('since', { type: 'string', describe: 'From this date, or for this long, such as 7d' })
      .option('until', { type: 'string', describe: 'Up to this date' })
      .option('dimension', {
        type: 'string',
        default: 'ai_task.type',
        describe: 'Atlas dimension to group by, with --by atlas',
      })
      .option('atlas', {
        type: 'string',
        describe: 'Only calls with this term, such as ai_task.type=generate',
      }),
  run: (args) =>
    withLoomToRead(args, (db) => {
      const now = Date.now();
      const [only] = args.atlas === undefined ? [] : Object.entries(readTerms(undefined, [args.atlas]));
      const rows = costReport(db, args.by, {
        since: readSince(args.since, now),
        until: args.until === undefined ? Number.MAX_SAFE_INTEGER : readTime(args.until, now),
        dimension: args.dimension,
        atlas: only && { dimension: only[0], term: only[1] },
      });
      return { data: { by: args.by, rows, total: totalOf(rows) }, text: costText(args.by, rows) };
    }),
});

interface Total {
  readonly calls: number;
  readonly tokens: number;
  readonly cost_micros: number | null;
  readonly unpriced_calls: number;
}

function totalOf(rows: readonly CostRow[]): Total {
  const priced = rows.filter((row) => row.cost_micros !== null);
  const sum = (pick: (row: CostRow) => number) => rows.reduce((total, row) => total + pick(row), 0);
  return {
    calls: sum((row) => row.calls),
    tokens: sum((row) => row.tokens),
    cost_micros: priced.length === 0 ? null : sum((row) => row.cost_micros ?? 0),
    unpriced_calls: sum((row) => row.unpriced_calls),
  };
}

function costText(by: string, rows: readonly CostRow[]): string {
  if (rows.length === 0) {
    return 'No calls recorded in that time. `lm ingest` reads what Claude Code and Codex have left on this machine.';
  }
  const total = totalOf(rows);
  const tools = by === 'atlas';
  const head = [by, 'calls', ...(tools ? ['tools'] : []), 'tokens', 'cost', 'basis'];
  const body = rows.map((row) => [
    row.title ? `${row.key}  ${row.title.slice(0, 48)}` : row.key,
    row.calls,
    ...(tools ? [row.tool_calls ?? 0] : []),
    row.tokens,
    row.calls === 0 ? '-' : formatMicros(row.cost_micros),
    basisOf(row),
  ]);
  const foot = `${formatMicros(total.cost_micros)} in ${total.calls} calls, ${total.tokens} tokens.`;
  const loud =
    total.unpriced_calls > 0
      ? `\n${total.unpriced_calls} calls have no known price and are not in the sum; put it into .loom/prices.json.`
      : '';
  return `${table(head, body)}\n${foot}${loud}`;
}

function basisOf(row: CostRow): string {
  const parts = [
    row.reported_micros > 0 ? 'reported' : '',
    row.calculated_micros > 0 ? 'calculated' : '',
    row.estimated_micros > 0 ? 'estimated' : '',
    row.unpriced_calls > 0 ? `${row.unpriced_calls} unpriced` : '',
  ];
  return parts.filter(Boolean).join(', ');
}
