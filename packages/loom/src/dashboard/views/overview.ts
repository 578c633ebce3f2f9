import type { Database } from '../../store/database.js';
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

export const overview: View<'overview'> = (context, params) => {
  const { db, now, project, receiverUrl } = context;
  const counted = countedWith(context, params);
  const { range, filter, rows } = counted;
  const { from, to } = spanBefore(range);
  const before = sum(count(db, { edges: [[from, to]], filter }));
  const groups = errorGroups(db, range, wholeCondition(db, params, range));
  const tools = toolRows(rows);
  const clients = clientRows(rows);
  const total = sum(rows);
  return {
    project,
    now,
    range,
    servers: serversOf(db),
    total: measuresOf(total),
    before: before.requests > 0 ? measuresOf(before) : null,
    notReached: notReached(rows),
    tools,
    errors: groups.slice(0, ERRORS_SHOWN),
    errorGroups: groups.length,
    clients: clients.slice(0, CLIENTS_SHOWN),
    clientVersions: clients.length,
    releases: releasesIn(db, range, params),
    cost: costOf(total),
    lastAt: lastAt(db),
    receiver: { url: receiverUrl },
  };
};

function serversOf(db: Database): string[] {
  return db
    .all<{ server: string }>("SELECT DISTINCT server FROM trace_series WHERE server <> '' ORDER BY server")
    .map(({ server }) => server);
}

/** Failures whose type says that no handler ran. */
function notReached(rows: readonly Count[]): Overview['notReached'] {
  return collect(rows, ['errorType'])
    .flatMap(({ values: [errorType = ''], requests }) =>
      NOT_REACHED.some((type) => type === errorType) ? [{ errorType, count: requests }] : [],
    )
    .sort((a, b) => b.count - a.count);
}

/** Start of the latest trace that is kept; tells an empty period from an empty store. */
function lastAt(db: Database): number | null {
  return db.get<{ at: number | null }>('SELECT MAX(started_us) / 1000.0 AS at FROM traces')?.at ?? null;
}
