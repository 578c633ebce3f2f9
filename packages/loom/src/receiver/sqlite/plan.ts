import type { Param } from '../../store/database.js';
import type { SqlValue } from '../../store/driver.js';
import type { Arrivals, ReceivedSpan } from '../trace.js';
import { type Known, keyOf, type RequestKeys, readKnown } from './known.js';
import { findLinks, keysOf } from './link.js';
import type { PlanOptions } from './plan-options.js';
import type { QuerySteps, Write, WriteShape } from './query-steps.js';
import { type ObservationRow, scoreValues } from './rows.js';
import { SAVE_EVENT } from './span-events.js';
import { ADD_OBSERVATION, SAVE_OBSERVATION, SAVE_SCORE } from './statements.js';
import { ADD_SUMMARY, complete, mayNeedLink, SAVE_SUMMARY, type Summary, summaryValues } from './summary.js';
import { ADD_TERMS, FORGET_TERMS, termValues } from './trace-atlas.js';
import { TraceChanges } from './trace-changes.js';

/** The writes of one transaction. */
export interface Plan {
  readonly writes: readonly Write[];
  /** The traces that it changes. */
  readonly changed: ReadonlySet<string>;
  /**
   * The state of each trace when it was read: its revision (0 if it did not exist), and the number of events
   * that arrived separately.
   */
  readonly read: readonly (readonly [traceId: string, revision: number, events: number])[];
}

/** Plans the writes for one request. */
export function* planArrivals(arrivals: Arrivals, options: PlanOptions): QuerySteps<Plan> {
  const { spans = [], patches = [], scores = [], events = [] } = arrivals;
  const requested = keysOfRequest(arrivals);
  const known = yield* readKnown(requested);
  const changes = new TraceChanges(known, options);
  for (const event of events) {
    changes.addEvent(event);
  }
  for (const span of spans) {
    changes.addSpan(span);
  }
  for (const patch of patches) {
    changes.addPatch(patch);
  }
  const { writes, changed, read } = yield* planChanges(changes, known, options);
  return {
    writes: [
      ...writes,
      ...write(
        SAVE_SCORE,
        scores.map((score) => scoreValues(score, options.now)),
      ),
    ],
    changed: new Set([...changed, ...scores.flatMap(({ traceId }) => traceId ?? [])]),
    read,
  };
}

/** Plans the changes to traces after stored observations were read again. */
export function* planReplacing(
  again: readonly { readonly row: ObservationRow; readonly span: ReceivedSpan }[],
  options: PlanOptions,
): QuerySteps<Plan> {
  const known = yield* readKnown({
    traceIds: [...new Set(again.map(({ row }) => row.trace_id))],
    observations: new Map(),
  });
  const changes = new TraceChanges(known, options);
  for (const { row, span } of again) {
    changes.replace(span, row);
  }
  return yield* planChanges(changes, known, options);
}

function keysOfRequest({ spans = [], patches = [], events = [] }: Arrivals): RequestKeys {
  const observations = new Map<string, readonly [string, string]>();
  const traceIds = new Set<string>();
  const ask = (traceId: string, id: string) => {
    traceIds.add(traceId);
    observations.set(keyOf(traceId, id), [traceId, id]);
  };
  for (const { traceId, id, parentId, isAppRoot } of spans) {
    ask(traceId, id);
    if (isAppRoot && parentId !== null) {
      ask(traceId, parentId);
    }
  }
  for (const { traceId, id } of patches) {
    ask(traceId, id);
  }
  for (const { traceId, spanId } of events) {
    ask(traceId, spanId);
  }
  return { traceIds: [...traceIds], observations };
}

function* planChanges(changes: TraceChanges, known: Known, { now }: PlanOptions): QuerySteps<Plan> {
  const changed = yield* changes.finish();
  const summaries = changed.map(({ summary }) => summary);
  for (const summary of summaries) {
    complete(summary);
  }
  yield* link(summaries.filter(mayNeedLink));
  const added: SqlValue[][] = [];
  const saved: SqlValue[][] = [];
  const forgotten: string[][] = [];
  const terms: string[][] = [];
  for (const { summary, spans, anew, revision } of changed) {
    (known.traces.has(summary.id) ? saved : added).push(summaryValues(summary, revision + 1, now));
    if (anew) {
      forgotten.push([summary.id]);
    }
    terms.push(...termValues(summary.id, spans));
  }
  return {
    writes: [
      ...write(SAVE_EVENT, changes.newEvents(now)),
      ...write(ADD_OBSERVATION, changes.rows('new')),
      ...write(SAVE_OBSERVATION, changes.rows('known')),
      ...write(ADD_SUMMARY, added),
      ...write(SAVE_SUMMARY, saved),
      ...write(FORGET_TERMS, forgotten),
      ...write(ADD_TERMS, terms),
    ],
    changed: new Set(summaries.map(({ id }) => id)),
    read: known.traceIds.map((id) => [
      id,
      known.traces.get(id)?.revision ?? 0,
      known.eventCounts.get(id) ?? 0,
    ]),
  };
}

function* link(summaries: readonly Summary[]): QuerySteps<void> {
  const links = yield* findLinks(summaries.map(keysOf));
  for (const [at, summary] of summaries.entries()) {
    summary.loom_session_id = links[at]?.sessionId ?? null;
    summary.loom_basis = links[at]?.basis ?? null;
  }
}

/** Empty if there are no rows. */
function write({ one, many }: WriteShape, rows: readonly (readonly Param[])[]): Write[] {
  return rows.length === 0 ? [] : [{ one, many, rows }];
}
