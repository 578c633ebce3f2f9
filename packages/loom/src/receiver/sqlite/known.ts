import type { SpanEvent } from '../trace.js';
import type { QuerySteps, Row } from './query-steps.js';
import type { ObservationRow } from './rows.js';
import { readSummary, SUMMARY_COLUMNS, type Summary } from './summary.js';

/** A trace in the database. */
export interface KnownTrace {
  readonly summary: Summary;
  readonly seq: number;
  /** Grows with each write. */
  readonly revision: number;
  /** Observations whose parent is not in the database, with the fields that order them. */
  readonly tops: readonly Top[];
}

export interface Top {
  readonly id: string;
  readonly parentId: string | null;
  readonly isAppRoot: boolean;
  readonly startedUs: number;
  readonly seq: number;
}

/** Existing data of the traces in a request. */
export interface Known {
  /** The requested traces. */
  readonly traceIds: readonly string[];
  /** Number of events of each trace that arrived separately. */
  readonly eventCounts: ReadonlyMap<string, number>;
  readonly traces: ReadonlyMap<string, KnownTrace>;
  /** By {@link keyOf}: the requested observations, and the existing ones. */
  readonly requested: RequestKeys['observations'];
  readonly observations: ReadonlyMap<string, ObservationRow>;
  /** Events that arrived separately, by {@link keyOf} of their span. */
  readonly events: ReadonlyMap<string, readonly SpanEvent[]>;
}

/** The keys of a request's data. */
export interface RequestKeys {
  readonly traceIds: readonly string[];
  /** Trace id and observation id, by {@link keyOf}. */
  readonly observations: ReadonlyMap<string, readonly [string, string]>;
}

export function keyOf(traceId: string, id: string): string {
  return `${traceId} ${id}`;
}

export function* readKnown({ traceIds, observations }: RequestKeys): QuerySteps<Known> {
  const [summaries = [], anyEvent = []] = yield [
    traceIds.length === 1
      ? { sql: ONE_SUMMARY, params: traceIds }
      : { sql: MANY_SUMMARIES, params: [JSON.stringify(traceIds)] },
    // Most programs send no such events. Then no span needs to be looked up.
    { sql: 'SELECT 1 FROM span_events LIMIT 1' },
  ];
  const hasEvents = anyEvent.length > 0;
  const existing = summaries.map(({ id }) => id);
  const existingIds = new Set(existing);
  const pairs =
    existing.length > 0 ? [...observations.values()].filter(([traceId]) => existingIds.has(traceId)) : [];
  const [events = [], tops = [], rows = []] =
    hasEvents || existing.length > 0
      ? yield [
          { sql: EVENTS, params: [JSON.stringify(hasEvents ? traceIds : [])] },
          // A trace that does not exist has no observations.
          { sql: TOPS, params: [JSON.stringify(existing)] },
          { sql: OBSERVATIONS, params: [JSON.stringify(pairs)] },
        ]
      : [];
  return {
    traceIds,
    requested: observations,
    traces: tracesOf(summaries, tops),
    observations: new Map(
      (rows as unknown as ObservationRow[]).map((row) => [keyOf(row.trace_id, row.id), row]),
    ),
    ...eventsOf(events),
  };
}

/** For one trace or for many. Most requests have one, and a list would take SQLite twice as long. */
const SUMMARIES = `SELECT seq, revision, ${SUMMARY_COLUMNS.join(', ')} FROM traces WHERE id`;
const ONE_SUMMARY = `${SUMMARIES} = ?`;
const MANY_SUMMARIES = `${SUMMARIES} IN (SELECT value FROM json_each(?))`;
const TOPS = `SELECT o.trace_id, o.id, o.parent_id, o.is_app_root, o.started_us, o.seq
  FROM json_each(?) e CROSS JOIN observations o INDEXED BY observations_top ON o.trace_id = e.value
  WHERE (o.is_app_root = 1 OR o.parent_id IS NULL)
    AND NOT EXISTS (SELECT 1 FROM observations p WHERE p.trace_id = o.trace_id AND p.id = o.parent_id)`;
const OBSERVATIONS = `SELECT o.* FROM json_each(?) e
  CROSS JOIN observations o ON o.trace_id = e.value ->> 0 AND o.id = e.value ->> 1`;
const EVENTS = `SELECT v.trace_id, v.span_id, v.event FROM json_each(?) e
  CROSS JOIN span_events v ON v.trace_id = e.value ORDER BY v.seq`;

function tracesOf(summaries: readonly Row[], tops: readonly Row[]): Map<string, KnownTrace> {
  const topsOf = new Map<unknown, Top[]>();
  for (const row of tops) {
    const top: Top = {
      id: row.id as string,
      parentId: row.parent_id as string | null,
      isAppRoot: row.is_app_root === 1,
      startedUs: row.started_us as number,
      seq: row.seq as number,
    };
    const others = topsOf.get(row.trace_id);
    if (others) {
      others.push(top);
    } else {
      topsOf.set(row.trace_id, [top]);
    }
  }
  return new Map(
    summaries.map((row) => [
      row.id as string,
      {
        summary: readSummary(row),
        seq: row.seq as number,
        revision: row.revision as number,
        tops: topsOf.get(row.id) ?? [],
      },
    ]),
  );
}

function eventsOf(rows: readonly Row[]): Pick<Known, 'events' | 'eventCounts'> {
  const events = new Map<string, SpanEvent[]>();
  const eventCounts = new Map<string, number>();
  for (const row of rows) {
    const traceId = row.trace_id as string;
    const key = keyOf(traceId, row.span_id as string);
    const event = JSON.parse(row.event as string) as SpanEvent;
    eventCounts.set(traceId, (eventCounts.get(traceId) ?? 0) + 1);
    const own = events.get(key);
    if (own) {
      own.push(event);
    } else {
      events.set(key, [event]);
    }
  }
  return { events, eventCounts };
}
