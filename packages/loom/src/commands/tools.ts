import { minute } from '../cost/days.js';
import { table } from '../output.js';
import { FAIL_ON, withThresholds } from './fail-on.js';
import { command } from './spec.js';
import { dimensionsOf, filterOf, withDimensionFilter } from './trace-options.js';
import { latencyCells, oneLine, percent, rangeText } from './trace-text.js';
import { withViews } from './views.js';

export const tools = command({
  builder: (yargs) => withDimensionFilter(yargs).option('fail-on', FAIL_ON),
  run: (args) =>
    withViews(args, async ({ ask }) => {
      const filter = dimensionsOf(filterOf(args, Date.now()));
      const { range, total, rows, neverCalled } = await ask('tools', { params: filter });
      const body = table(
        ['tool', 'kind', 'server', 'calls', 'errors', 'rate', 'p50', 'p95', 'p99', 'last'],
        rows.map((row) => [
          oneLine(row.tool, 40),
          row.kind,
          oneLine(row.server ?? '-', 24),
          row.calls,
          row.errors,
          percent(row.errors, row.calls),
          ...latencyCells(row.latency),
          minute(row.lastAt),
        ]),
      );
      const never =
        neverCalled === null
          ? 'Tools that were never called are unknown, because no tools/list answer is recorded.'
          : neverCalled.length > 0
            ? `Advertised and not called: ${neverCalled.join(', ')}`
            : '';
      const text = [
        rows.length > 0 ? body : 'No request was recorded.',
        `${total.requests} requests, ${total.errors} failed, from ${rangeText(range)}.`,
        rows.length > 0 ? never : 'Try a longer time: --since 7d',
      ];
      return withThresholds(
        { data: { range, rows, neverCalled, total }, text: text.filter(Boolean).join('\n') },
        args.failOn,
        () => total,
      );
    }),
});
