import { grouped } from '../../grouped.js';
import type { Param } from '../../store/database.js';
import type { SqlValue } from '../../store/driver.js';
import { mergePatch } from '../merge.js';
import { readAgain } from '../read-again.js';
import { eventKey, mergeEvents } from '../span-events.js';
import type { ArrivedEvent, ObservationPatch, ReceivedSpan, SpanEvent } from '../trace.js';
import { costsIn, costsOf } from './costs.js';
import { cutToFit } from './fit.js';
import { type Known, keyOf } from './known.js';
import type { PlanOptions } from './plan-options.js';
import type { QuerySteps } from './query-steps.js';
import { type PlannedObservation, rootIdIn } from './root.js';
import { OBSERVATION_COLUMNS, type ObservationRow, observationValues, spanOf } from './rows.js';
import { eventValues } from './span-events.js';
import {
  addTraceFields,
  countObservation,
  newSummary,
  type Summary,
  setRoot,
  withoutCounts,
} from './summary.js';

/** A trace whose row must be written. */
export interface Changed {
  readonly summary: Summary;
  /**
   * The observations that the trace's Atlas terms come from. If the trace was not counted again, only those
   * with new terms.
   */
  readonly spans: readonly ReceivedSpan[];
  readonly anew: boolean;
  /** The revision that was read. */
  readonly revision: number;
}

interface TraceChange {
  readonly summary: Summary;
  /** New and replaced observations, in order of arrival. */
  readonly spans: ReceivedSpan[];
  /** Whether an observation was replaced. */
  replaced: boolean;
}

/** Computes the changes of one request from the traces as read. */
export class TraceChanges {
  readonly #known: Known;
  readonly #options: PlanOptions;
  readonly #changes = new Map<string, TraceChange>();
  /** By {@link keyOf}, in order of arrival. */
  readonly #planned = new Map<string, PlannedObservation>();
  /** The same, by trace and id. */
  readonly #plannedByTrace = new Map<string, Map<string, PlannedObservation>>();
  readonly #events = new Map<string, readonly SpanEvent[]>();
  readonly #newEvents: ArrivedEvent[] = [];

  constructor(known: Known, options: PlanOptions) {
    this.#known = known;
    this.#options = options;
  }

  addSpan(arrived: ReceivedSpan): void {
    const events = this.#eventsOf(arrived.traceId, arrived.id);
    const span = events.length > 0 ? readAgain(arrived, mergeEvents(arrived, events)) : arrived;
    const before = this.#find(span.traceId, span.id);
    this.#write(span, before, before ? before.duplicates + 1 : 0);
  }

  /**
   * If the event's span is here, the span is read again with it. An event that is already stored is skipped.
   */
  addEvent(arrived: ArrivedEvent): void {
    const { traceId, spanId, event } = arrived;
    const known = this.#eventsOf(traceId, spanId);
    if (known.some((one) => eventKey(one) === eventKey(event))) {
      return;
    }
    this.#events.set(keyOf(traceId, spanId), [...known, event]);
    this.#newEvents.push(arrived);
    const before = this.#find(traceId, spanId);
    if (before) {
      const span = spanOf(before);
      this.#write(readAgain(span, mergeEvents(span, [event])), before, before.duplicates);
    }
  }

  addPatch(patch: ObservationPatch): void {
    const before = this.#find(patch.traceId, patch.id);
    this.#write(mergePatch(before && spanOf(before), patch), before, before?.duplicates ?? 0);
  }

  /** Replaces an observation of the database. */
  replace(span: ReceivedSpan, before: ObservationRow): void {
    this.#write(span, before, before.duplicates);
  }

  /** @param now Unix ms */
  newEvents(now: number): Param[][] {
    return this.#newEvents.map((event) => eventValues(event, now));
  }

  /** Values of OBSERVATION_COLUMNS for new or for existing rows. */
  rows(kind: 'new' | 'known'): (readonly Param[])[] {
    const rows: (readonly Param[])[] = [];
    for (const { seq, values } of this.#planned.values()) {
      if ((seq === undefined) === (kind === 'new')) {
        rows.push(values);
      }
    }
    return rows;
  }

  /** Computes the rows of the changed traces. */
  *finish(): QuerySteps<Changed[]> {
    const roots = new Map<string, string | undefined>();
    // If an observation was replaced, its trace is counted again. Otherwise the new observations are added.
    const again = new Set<string>();
    for (const [id, { replaced, summary }] of this.#changes) {
      const root = this.#rootId(id);
      roots.set(id, root);
      if (replaced || (summary.root_id !== null && summary.root_id !== root)) {
        again.add(id);
      }
    }
    const rows = again.size > 0 ? yield* this.#readAll([...again]) : undefined;
    const all: Changed[] = [];
    for (const [id, change] of this.#changes) {
      const anew = again.has(id);
      const { summary, spans } = anew ? this.#counted(change.summary, rows?.get(id) ?? []) : change;
      addFields(summary, spans, roots.get(id));
      all.push({ summary, spans, anew, revision: this.#known.traces.get(id)?.revision ?? 0 });
    }
    return all;
  }

  #find(traceId: string, id: string): ObservationRow | undefined {
    const key = keyOf(traceId, id);
    const planned = this.#planned.get(key);
    return planned ? rowOf(planned) : this.#known.observations.get(key);
  }

  #eventsOf(traceId: string, spanId: string): readonly SpanEvent[] {
    if (this.#events.size === 0 && this.#known.events.size === 0) {
      return NO_EVENTS;
    }
    const key = keyOf(traceId, spanId);
    return this.#events.get(key) ?? this.#known.events.get(key) ?? NO_EVENTS;
  }

  #write(given: ReceivedSpan, before: ObservationRow | undefined, duplicates: number): void {
    const { pricer, countAgain, maxRowBytes } = this.#options;
    const span = maxRowBytes === undefined ? given : cutToFit(given, maxRowBytes);
    const costs = costsOf(span, pricer);
    const values = observationValues(span, costs, duplicates);
    if (before && !countAgain && isSame(values, before)) {
      return;
    }
    const { traceId, id } = span;
    const key = keyOf(traceId, id);
    const planned: PlannedObservation = { span, costs, values, seq: before?.seq };
    this.#planned.set(key, planned);
    const own = this.#plannedByTrace.get(traceId);
    if (own) {
      own.set(id, planned);
    } else {
      this.#plannedByTrace.set(traceId, new Map([[id, planned]]));
    }
    const change = this.#change(span);
    change.spans.push(span);
    if (before) {
      change.replaced = true;
    } else {
      countObservation(change.summary, span, costs);
    }
  }

  #change(span: ReceivedSpan): TraceChange {
    let change = this.#changes.get(span.traceId);
    if (!change) {
      const known = this.#known.traces.get(span.traceId);
      change = { summary: known ? { ...known.summary } : newSummary(span), spans: [], replaced: false };
      this.#changes.set(span.traceId, change);
    }
    return change;
  }

  #rootId(traceId: string): string | undefined {
    return rootIdIn(
      this.#known.traces.get(traceId)?.tops ?? [],
      this.#plannedByTrace.get(traceId) ?? new Map(),
      (id) => {
        const key = keyOf(traceId, id);
        return this.#known.requested.has(key) ? this.#known.observations.has(key) : undefined;
      },
    );
  }

  /** Every observation of these traces in the database, without input and output. */
  *#readAll(traceIds: readonly string[]): QuerySteps<Map<string, ObservationRow[]>> {
    const existing = traceIds.filter((id) => this.#known.traces.has(id));
    const [rows = []] = existing.length > 0 ? yield [{ sql: ALL, params: [JSON.stringify(existing)] }] : [];
    return grouped(rows as unknown as ObservationRow[], (row) => row.trace_id);
  }

  #counted(summary: Summary, rows: readonly ObservationRow[]): Pick<Changed, 'summary' | 'spans'> {
    const planned = this.#plannedByTrace.get(summary.id) ?? new Map<string, PlannedObservation>();
    const existing = new Set(rows.map(({ id }) => id));
    const all: Pick<PlannedObservation, 'span' | 'costs'>[] = [
      ...rows.map((row) => planned.get(row.id) ?? { span: spanOf(row), costs: costsIn(row) }),
      ...[...planned.values()].filter(({ span }) => !existing.has(span.id)),
    ];
    const again = withoutCounts(summary, all[0]?.span as ReceivedSpan);
    for (const { costs, span } of all) {
      countObservation(again, span, costs);
    }
    return { summary: again, spans: all.map(({ span }) => span) };
  }
}

const NO_EVENTS: readonly SpanEvent[] = [];

const ALL = `SELECT ${['seq', ...OBSERVATION_COLUMNS]
  .map((column) => (column === 'input' || column === 'output' ? `NULL AS ${column}` : `o.${column}`))
  .join(', ')} FROM json_each(?) e CROSS JOIN observations o ON o.trace_id = e.value ORDER BY o.seq`;

function addFields(summary: Summary, spans: readonly ReceivedSpan[], rootId: string | undefined): void {
  for (const span of spans) {
    addTraceFields(summary, span, false);
  }
  const root = spans.findLast((span) => span.id === rootId);
  if (root) {
    addTraceFields(summary, root, true);
    setRoot(summary, root);
  }
}

/** In the form in which the database would return it. */
function rowOf({ values, seq }: PlannedObservation): ObservationRow {
  const row = Object.fromEntries(OBSERVATION_COLUMNS.map((column, at) => [column, values[at]]));
  return { ...row, seq } as unknown as ObservationRow;
}

/** Ignores the count of duplicates. */
function isSame(values: readonly SqlValue[], before: ObservationRow): boolean {
  return OBSERVATION_COLUMNS.every((column, at) => column === 'duplicates' || values[at] === before[column]);
}
