import { grouped } from '../grouped.js';
import { formatMicros } from '../money.js';
import { readRoutingConfig } from '../routing/config.js';
import { type History, history } from '../routing/history.js';
import { renderTable } from '../screen.js';
import { requireLoomDir } from '../store/folder.js';
import { command, withLoomToRead } from './spec.js';

const COLUMNS = ['agent', 'model', 'sessions', 'outcomes', 'success', 'cost', 'median time'].map(
  (head, at) => ({
    head,
    right: at > 1,
  }),
);

/** Lists the agents with the outcomes that `lm route` learns from. */
export const agents = command({
  builder: (yargs) => yargs.positional('agent', { type: 'string', describe: 'Only this agent' }),
  run: (args) =>
    withLoomToRead(args, (db) => {
      const { settle_hours } = readRoutingConfig(requireLoomDir(args.cwd));
      const groups = summaries(
        history(db, Date.now(), { settleHours: settle_hours }).filter(
          ({ agent }) => args.agent === undefined || agent === args.agent,
        ),
      );
      const rows = groups.map((group) => [
        group.agent,
        group.model,
        String(group.sessions),
        String(group.outcomes),
        group.success === null ? '-' : `${Math.round(group.success * 100)} %`,
        formatMicros(group.cost_micros),
        group.median_ms === null ? '-' : `${Math.round(group.median_ms / 60_000)} min`,
      ]);
      const empty = `No session on an issue${args.agent === undefined ? '' : ` by ${args.agent}`} yet.`;
      return {
        data: groups,
        text:
          rows.length > 0
            ? renderTable({ width: undefined, colour: false }, COLUMNS, rows).join('\n')
            : empty,
        ...(rows.length > 0 ? { screen: (screen) => renderTable(screen, COLUMNS, rows).join('\n') } : {}),
      };
    }),
});

function summaries(works: readonly History[]) {
  const groups = grouped(works, ({ agent, model }) => JSON.stringify([agent, model]));
  return [...groups].sort().map(([key, some]) => {
    const [agent = '', model = ''] = JSON.parse(key) as string[];
    const known = some.flatMap(({ success }) => (success === null ? [] : [success]));
    const costs = some.flatMap(({ costMicros }) => (costMicros === null ? [] : [costMicros]));
    const times = some
      .flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs]))
      .sort((a, b) => a - b);
    return {
      agent,
      model,
      sessions: some.length,
      outcomes: known.length,
      success: known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length,
      cost_micros: costs.length === 0 ? null : costs.reduce((sum, one) => sum + one, 0),
      median_ms: times[Math.floor(times.length / 2)] ?? null,
    };
  });
}
