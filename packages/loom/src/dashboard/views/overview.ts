import type { Sql } from '../../store/sql.js';
import type { Overview } from '../contract/overview.js';
import { type Count, collect, count } from '../measure/count.js';
import { costOf, measuresOf, sum } from '../measure/sums.js';
import { clientRows } from './clients.js';
import { errorGroups } from './error-groups.js';
import { countedWith, spanBefore } from './filtered.js';
import { NOT_REACHED } from './kinds.js';
import { releasesIn } from './releases.js';
import { toolRows } from './tools.js';
import { wholeCondition } from './trace-filter.js';
import type { View } from './view.js';

const ERRORS_SHOWN = 8;
const CLIENTS_SHOWN = 12;

export const overview: View<'overview'> = async (context, params) => {
  const { db, now, project, receiverUrl } = context;
  const counted = await countedWith(context, params);
  const { range, filter, rows } = counted;
  const { from, to } = spanBefore(range);
  const before = sum(await count(db, { edges: [[from, to]], filter }));
  const groups = await errorGroups(db, range, await wholeCondition(db, params, range));
  const tools = toolRows(rows);
  const clients = clientRows(rows);
  const total = sum(rows);
  return {
    project,
    now,
    range,
    servers: await serversOf(db),
    total: measuresOf(total),
    before: before.requests > 0 ? measuresOf(before) : null,
    notReached: notReached(rows),
    tools,
    errors: groups.slice(0, ERRORS_SHOWN),
    errorGroups: groups.length,
    clients: clients.slice(0, CLIENTS_SHOWN),
    clientVersions: clients.length,
    releases: await releasesIn(db, range, params),
    cost: costOf(total),
    lastAt: await lastAt(db),
    receiver: { url: receiverUrl },
  };
};

async function serversOf(db: Sql): Promise<string[]> {
  return (
    await db.all<{ server: string }>(
      "SELECT DISTINCT server FROM trace_series WHERE server <> '' ORDER BY server",
    )
  ).map(({ server }) => server);
}

/** Failures with a type that means that no handler ran. */
function notReached(rows: readonly Count[]): Overview['notReached'] {
  return collect(rows, ['errorType'])
    .flatMap(({ values: [errorType = ''], requests }) =>
      NOT_REACHED.some((type) => type === errorType) ? [{ errorType, count: requests }] : [],
    )
    .sort((a, b) => b.count - a.count);
}

/** Start of the latest stored trace; distinguishes an empty period from an empty store. */
async function lastAt(db: Sql): Promise<number | null> {
  return (
    (await db.get<{ at: number | null }>('SELECT MAX(started_us) / 1000.0 AS at FROM traces'))?.at ?? null
  );
}
