import { minute } from '../cost/days.js';
import { table } from '../output.js';
import { readCount } from './option-checks.js';
import { command } from './spec.js';
import { dimensionsOf, filterOf, withDimensionFilter } from './trace-options.js';
import { clientText, oneLine, rangeText, traceTable } from './trace-text.js';
import { withViews } from './views.js';

export const mcpSessions = command({
  builder: (yargs) =>
    withDimensionFilter(yargs)
      .positional('session', { type: 'string', describe: 'One session, with its calls in order' })
      .option('limit', { type: 'number', default: 20, describe: 'Maximum number, up to 500' })
      .option('before', { type: 'string', describe: '`next` of a result, to get the next page' }),
  run: (args) =>
    withViews(args, async ({ ask }) => {
      if (args.session !== undefined) {
        const view = await ask('mcp-sessions/:id', { id: args.session });
        const { row } = view;
        const head = `${row.id}: ${clientText(row.client, row.clientVersion)}, ${row.requests} requests, ${row.errors} failed`;
        const agent = view.agent
          ? `\nAgent session: ${view.agent.id} (${view.agent.title ?? view.agent.agent})`
          : '';
        return { data: view, text: `${head}${agent}\n${traceTable(view.traces)}` };
      }
      const page = await ask('mcp-sessions', {
        params: {
          ...dimensionsOf(filterOf(args, Date.now())),
          limit: readCount('limit', args.limit),
          before: args.before,
        },
      });
      const body = table(
        ['session', 'client', 'server', 'requests', 'errors', 'tools', 'first', 'last'],
        page.rows.map((row) => [
          oneLine(row.id, 36),
          oneLine(clientText(row.client, row.clientVersion), 28),
          oneLine(row.server ?? '-', 24),
          row.requests,
          row.errors,
          row.tools,
          minute(row.firstAt),
          minute(row.lastAt),
        ]),
      );
      const foot = `${page.rows.length} of ${page.total} sessions, from ${rangeText(page.range)}.`;
      const none = 'No session was recorded in this period. Try a longer one: --since 7d';
      return {
        data: page,
        text: [page.rows.length > 0 ? body : none, foot, page.next ? `Next page: --before ${page.next}` : '']
          .filter(Boolean)
          .join('\n'),
      };
    }),
});
