import { readTerms } from '../atlas.js';
import { COST_KEYS, type CostRow, costReport } from '../cost/report.js';
import { formatMicros } from '../money.js';
import { table } from '../output.js';
import type { Database } from '../store/database.js';
import { withAllProjects } from './all-projects.js';
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
      })
      .option('all-projects', {
        type: 'boolean',
        default: false,
        describe: 'All that agents did on this machine, read now; needs no project',
      }),
  run: (args) =>
    (args.allProjects ? withAllProjects : withLoomToRead)(args, (db: Database) => {
      const now = Date.now();
      const [only] = args.atlas === undefined ? [] : Object.entries(readTerms(undefined, [args.atlas]));
      const filter = {
        since: readSince(args.since, now),
        until: args.until === undefined ? Number.MAX_SAFE_INTEGER : readTime(args.until, now),
        dimension: args.dimension,
        atlas: only && { dimension: only[0], term: only[1] },
      };
      const rows = costReport(db, args.by, filter);
      const unpriced = costReport(db, 'model', filter).filter((row) => row.unpriced_calls > 0);
      const models = unpriced.map(({ key, unpriced_calls }) => ({ model: key, calls: unpriced_calls }));
      return {
        data: { by: args.by, rows, total: totalOf(rows), unpriced_models: models },
        text: costText(args.by, rows, models),
      };
    }),
});

interface Total {
  readonly calls: number;
  readonly tokens: number;
  readonly cost_micros: number | null;
  readonly unpriced_calls: number;
  readonly lower_bound_calls: number;
}

interface Unpriced {
  readonly model: string;
  readonly calls: number;
}

function totalOf(rows: readonly CostRow[]): Total {
  const priced = rows.filter((row) => row.cost_micros !== null);
  const sum = (pick: (row: CostRow) => number) => rows.reduce((total, row) => total + pick(row), 0);
  return {
    calls: sum((row) => row.calls),
    tokens: sum((row) => row.tokens),
    cost_micros: priced.length === 0 ? null : sum((row) => row.cost_micros ?? 0),
    unpriced_calls: sum((row) => row.unpriced_calls),
    lower_bound_calls: sum((row) => row.lower_bound_calls),
  };
}

function costText(by: string, rows: readonly CostRow[], unpriced: readonly Unpriced[]): string {
  if (rows.length === 0) {
    return 'No calls recorded in that time. `lm ingest` reads what agents have left on this machine.';
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
  const loud = [
    ...(total.unpriced_calls > 0
      ? [
          `${total.unpriced_calls} calls have no known price and are not in the sum: ${unpriced.map(({ model, calls }) => `${model} (${calls})`).join(', ')}. Put them into .loom/prices.json.`,
        ]
      : []),
    ...(total.lower_bound_calls > 0
      ? [`${total.lower_bound_calls} calls may have cost more than is counted; \`lm audit\` says why.`]
      : []),
  ];
  return [table(head, body), foot, ...loud].join('\n');
}

function basisOf(row: CostRow): string {
  const parts = [
    row.reported_micros > 0 ? 'reported' : '',
    row.calculated_micros > 0 ? 'calculated' : '',
    row.estimated_micros > 0 ? 'estimated' : '',
    row.lower_bound_calls > 0 ? `${row.lower_bound_calls} at least` : '',
    row.unpriced_calls > 0 ? `${row.unpriced_calls} unpriced` : '',
  ];
  return parts.filter(Boolean).join(', ');
}
