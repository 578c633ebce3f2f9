import { minute } from '../cost/days.js';
import { table } from '../output.js';
import { FAIL_ON, withThresholds } from './fail-on.js';
import { command } from './spec.js';
import { filterOf, withTraceFilter } from './trace-options.js';
import { oneLine, rangeText } from './trace-text.js';
import { withViews } from './views.js';

export const errors = command({
  builder: (yargs) => withTraceFilter(yargs).option('fail-on', FAIL_ON),
  run: (args) =>
    withViews(args, async ({ ask }) => {
      const filter = filterOf(args, Date.now());
      const groups = await ask('errors', { params: filter });
      const body = table(
        ['count', 'tool', 'type', 'message', 'first', 'last', 'clients', 'latest trace'],
        groups.rows.map((row) => [
          row.count,
          oneLine(row.tool, 30),
          row.errorType ?? '-',
          oneLine(row.message, 60),
          `${minute(row.firstAt)}${row.isNew ? ' new' : ''}`,
          minute(row.lastAt),
          oneLine(row.clients.map(({ client }) => client ?? 'not named').join(', '), 30),
          row.traceId.slice(0, 12),
        ]),
      );
      const foot = `${groups.total} of ${groups.all.requests} requests failed, from ${rangeText(groups.range)}.`;
      const none =
        groups.all.requests === 0
          ? 'No request was recorded in this period. Try a longer one: --since 7d'
          : 'No errors.';
      return withThresholds(
        {
          data: { ...groups, requests: groups.all.requests },
          text: `${groups.rows.length > 0 ? body : none}\n${foot}`,
        },
        args.failOn,
        () => groups.all,
      );
    }),
});
