import { isDeepStrictEqual } from 'node:util';
import type { PriceCall } from '../../prices/pricer.js';
import type { Database } from '../../store/database.js';
import { mergePatch } from '../merge.js';
import { readAgain } from '../read-again.js';
import { mergeEvents } from '../span-events.js';
import type { ArrivedEvent, ObservationPatch, ReceivedSpan } from '../trace.js';
import { costsIn, costsOf } from './costs.js';
import { type ObservationRow, spanOf } from './rows.js';
import { eventsOf, hasEvents } from './span-events.js';
import { findObservation, insertObservation, observationsOf, replaceObservation } from './statements.js';
import {
  addTraceFields,
  countObservation,
  emptied,
  findRootId,
  loadSummary,
  newSummary,
  type Summary,
  saveSummary,
  setRoot,
} from './summary.js';
import { addTerms, forgetTerms } from './trace-atlas.js';

/** A summary, and the observations that have been counted in it of late. */
interface Counted {
  readonly summary: Summary;
  readonly spans: readonly ReceivedSpan[];
}

/** A trace, and what a request has changed of it. */
interface TraceChange extends Counted {
  readonly spans: ReceivedSpan[];
  /** Whether one was there before. */
  replaced: boolean;
}

/** What one request changes of traces: observations are written as they come, summaries once, at the end. */
export class TraceChanges {
  readonly #db: Database;
  readonly #pricer: PriceCall;
  readonly #changes = new Map<string, TraceChange>();
  /** Whether events have come by themselves; asked once. */
  #hasEvents: boolean | undefined;

  constructor(db: Database, pricer: PriceCall) {
    this.#db = db;
    this.#pricer = pricer;
  }

  ids(): string[] {
    return [...this.#changes.keys()];
  }

  addSpan(arrived: ReceivedSpan): void {
    const span = this.#withEvents(arrived);
    const costs = costsOf(span, this.#pricer);
    if (!insertObservation(this.#db, span, costs)) {
      this.#write(span, findObservation(this.#db, span.traceId, span.id));
      this.#db.run(
        'UPDATE observations SET duplicates = duplicates + 1 WHERE trace_id = ? AND id = ?',
        span.traceId,
        span.id,
      );
      return;
    }
    const change = this.#change(span);
    change.spans.push(span);
    countObservation(change.summary, span, costs);
  }

  /** For one that is kept; where its span is here, that is read again with it. */
  addEvent({ traceId, spanId, event }: ArrivedEvent): void {
    this.#hasEvents = true;
    const row = findObservation(this.#db, traceId, spanId);
    if (row) {
      const span = spanOf(row);
      this.#write(readAgain(span, mergeEvents(span, [event])), row);
    }
  }

  /** Reads an observation that is here by today's mappings. False where that changes nothing. */
  readAgain(row: ObservationRow): boolean {
    const span = spanOf(row);
    const again = readAgain(span);
    if (isDeepStrictEqual(stored(again), stored(span))) {
      return false;
    }
    this.#write(again, row);
    return true;
  }

  addPatch(patch: ObservationPatch): void {
    const row = findObservation(this.#db, patch.traceId, patch.id);
    this.#write(mergePatch(row && spanOf(row), patch), row);
  }

  /** @param now Unix ms */
  save(now: number): void {
    for (const change of this.#changes.values()) {
      this.#save(change, now);
    }
  }

  /** Puts an observation in place of the one that was there. */
  #write(span: ReceivedSpan, before: ObservationRow | undefined): void {
    const costs = costsOf(span, this.#pricer);
    const change = this.#change(span);
    change.spans.push(span);
    if (!before) {
      insertObservation(this.#db, span, costs);
      countObservation(change.summary, span, costs);
      return;
    }
    replaceObservation(this.#db, before.seq, span, costs);
    change.replaced = true;
  }

  #withEvents(span: ReceivedSpan): ReceivedSpan {
    this.#hasEvents ??= hasEvents(this.#db);
    const came = this.#hasEvents ? eventsOf(this.#db, span.traceId, span.id) : [];
    return came.length > 0 ? readAgain(span, mergeEvents(span, came)) : span;
  }

  #change(span: ReceivedSpan): TraceChange {
    let change = this.#changes.get(span.traceId);
    if (!change) {
      const summary = loadSummary(this.#db, span.traceId);
      change = { summary: summary ?? newSummary(span), spans: [], replaced: false };
      this.#changes.set(span.traceId, change);
    }
    return change;
  }

  #save(change: TraceChange, now: number): void {
    const { id } = change.summary;
    const rootId = findRootId(this.#db, id);
    const { root_id: rootBefore } = change.summary;
    if (change.replaced || (rootBefore !== null && rootBefore !== rootId)) {
      // Something that was counted is no more, so all is counted again; for what has only grown, what is new will do.
      this.#writeSummary(this.#counted(change.summary), rootId, now, true);
    } else {
      this.#writeSummary(change, rootId, now, false);
    }
  }

  #counted(summary: Summary): Counted {
    const rows = observationsOf(this.#db, summary.id);
    const spans = rows.map(spanOf);
    const again = emptied(summary, spans[0] as ReceivedSpan);
    for (const [at, row] of rows.entries()) {
      countObservation(again, spans[at] as ReceivedSpan, costsIn(row));
    }
    return { summary: again, spans };
  }

  #writeSummary({ summary, spans }: Counted, rootId: string | undefined, now: number, anew: boolean): void {
    for (const span of spans) {
      addTraceFields(summary, span, false);
    }
    const root = spans.findLast((span) => span.id === rootId);
    if (root) {
      addTraceFields(summary, root, true);
      setRoot(summary, root);
    }
    const seq = saveSummary(this.#db, summary, now);
    if (anew) {
      forgetTerms(this.#db, seq);
    }
    addTerms(this.#db, seq, spans);
  }
}

/** As it comes back from the database. */
function stored(span: ReceivedSpan): unknown {
  return JSON.parse(JSON.stringify(span));
}
