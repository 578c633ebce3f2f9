import { formatMicros } from '../money.js';
import { table } from '../output.js';
import { routingReport } from '../routing/report.js';
import { command, withLoomToRead } from './spec.js';
import { readSince } from './times.js';

export const routeReport = command({
  builder: (yargs) =>
    yargs
      .option('by', {
        choices: ['model', 'strategy', 'confidence'] as const,
        default: 'confidence' as const,
        describe: 'Group by',
      })
      .option('since', { type: 'string', describe: 'From this date, or for this long, such as 7d' }),
  run: (args) =>
    withLoomToRead(args, (db) => {
      const groups = routingReport(db, args.by, readSince(args.since, Date.now()));
      const percent = (share: number | null) => (share === null ? '-' : `${Math.round(share * 100)} %`);
      const rows = groups.map((group) => [
        group.key,
        group.decisions,
        group.with_outcome,
        percent(group.confidence),
        percent(group.success_rate),
        formatMicros(group.estimated_cost_micros),
        formatMicros(group.actual_cost_micros),
      ]);
      const head = [args.by, 'decisions', 'outcomes', 'confidence', 'success', 'estimated', 'actual'];
      return {
        data: groups,
        text: rows.length > 0 ? table(head, rows) : 'No routing decisions. `lm route record` adds one.',
      };
    }),
});
