import type { ClientRow } from '../contract/clients.js';
import { type Count, collect } from '../measure/count.js';
import { measuresOf, sum } from '../measure/sums.js';
import { errorGroups } from './error-groups.js';
import { countedWith } from './filtered.js';
import { toolRows } from './tools.js';
import { wholeCondition } from './trace-filter.js';
import type { View } from './view.js';

const ERRORS_SHOWN = 20;

export const clients: View<'clients'> = async (context, params) => {
  const { range, rows } = await countedWith(context, params);
  return { range, rows: clientRows(rows) };
};

export const client: View<'clients/:id'> = async (context, params, id) => {
  const { db } = context;
  const asked = { ...params, client: id };
  const { range, rows } = await countedWith(context, asked);
  const groups = await errorGroups(db, range, await wholeCondition(db, asked, range));
  return {
    range,
    client: id,
    total: measuresOf(sum(rows)),
    versions: clientRows(rows),
    tools: toolRows(rows).map(({ server, tool, calls, errors }) => ({
      server,
      tool,
      calls,
      errors,
    })),
    errors: groups.slice(0, ERRORS_SHOWN),
    errorGroups: groups.length,
  };
};

/** Each version of each client, busiest first. */
export function clientRows(rows: readonly Count[]): ClientRow[] {
  return collect(rows, ['client', 'clientVersion'])
    .map((one): ClientRow => {
      const [name = '', version = ''] = one.values;
      return { client: name || null, version: version || null, ...measuresOf(one), lastAt: one.lastAt };
    })
    .sort((a, b) => b.requests - a.requests || b.lastAt - a.lastAt);
}
