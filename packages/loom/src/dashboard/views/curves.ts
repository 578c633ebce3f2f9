import type { Curves, Point } from '../contract/measures.js';
import { type Counting, count } from '../measure/count.js';
import { latencyOf } from '../measure/durations.js';
import { type Edge, edgesOf, stepOf } from '../measure/steps.js';
import { measuresOf, sum } from '../measure/sums.js';
import { filtered, spanBefore } from './filtered.js';
import { releasesIn } from './releases.js';
import type { View, ViewContext } from './view.js';

export const curves: View<'curves'> = async (context, params) => {
  const { range, filter, also } = await filtered(context, params);
  const edges = edgesOf(range);
  const shift = range.to - range.from;
  const now = await countedAt(context, { edges, filter, also });
  const before = await countedAt(context, {
    edges: edges.map(([from, to]): Edge => [from - shift, to - shift]),
    filter,
    // The search for words reads only the newest bodies of the requested period.
    also:
      also &&
      (await filtered(context, { ...params, ...spanBefore(range), last: undefined, since: undefined })).also,
  });
  return {
    range,
    widthMs: stepOf(range),
    points: now.points,
    previous:
      before.total.requests > 0 ? before.points.map((point) => ({ ...point, at: point.at + shift })) : null,
    releases: await releasesIn(context.db, range, params),
    total: now.total,
    before: before.total.requests > 0 ? before.total : null,
  };
};

async function countedAt({ db }: ViewContext, counting: Counting): Promise<Pick<Curves, 'points' | 'total'>> {
  const counts = await count(db, counting);
  const known = new Map(counts.map((one) => [one.edge, one]));
  return {
    total: measuresOf(sum(counts)),
    points: counting.edges.map(([from], at): Point => {
      const one = known.get(at);
      const { p50, p95 } = latencyOf(one?.histogram ?? new Map());
      return { at: from, requests: one?.requests ?? 0, errors: one?.errors ?? 0, p50, p95 };
    }),
  };
}
