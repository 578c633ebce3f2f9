import { NO_LATENCY } from '../dashboard/measure/durations.js';
import { FAIL_ON, withThresholds } from './fail-on.js';
import { followTraces } from './follow.js';
import { readCount } from './option-checks.js';
import { command } from './spec.js';
import { filterOf, withTraceFilter } from './trace-options.js';
import { rangeText, traceTable } from './trace-text.js';
import { withViews } from './views.js';

const NOTHING = { requests: 0, errors: 0, latency: NO_LATENCY };

export const traces = command({
  builder: (yargs) =>
    withTraceFilter(yargs)
      .option('sort', {
        choices: ['newest', 'slowest', 'errors'] as const,
        default: 'newest' as const,
        describe: 'Sort order',
      })
      .option('limit', { type: 'number', default: 20, describe: 'Maximum number, up to 500' })
      .option('before', { type: 'string', describe: '`next` of a result, to get the next page' })
      .option('follow', {
        alias: 'f',
        type: 'boolean',
        default: false,
        describe: 'Print new traces as they arrive',
      })
      .option('fail-on', FAIL_ON),
  run: (args) =>
    withViews(args, async (source) => {
      const { ask } = source;
      const now = Date.now();
      const filter = filterOf(args, now);
      if (args.follow) {
        return followTraces(source, filter, args.json);
      }
      const page = await ask('traces', {
        params: { ...filter, sort: args.sort, limit: readCount('limit', args.limit), before: args.before },
      });
      const curves = args.failOn === undefined ? undefined : await ask('curves', { params: filter });
      const head =
        page.rows.length === 0
          ? 'No trace matches. `lm traces` without filters shows all traces.'
          : traceTable(page.rows);
      const foot =
        page.rows.length < page.total
          ? `${page.rows.length} of ${page.total}${page.more ? ' or more' : ''}. Next page: --before ${page.next}`
          : '';
      const judgedIn = curves
        ? `Checked: ${curves.total.requests} requests from ${rangeText(curves.range)}.`
        : '';
      return withThresholds(
        { data: page, text: [head, foot, judgedIn].filter(Boolean).join('\n') },
        args.failOn,
        () => curves?.total ?? NOTHING,
      );
    }),
});
