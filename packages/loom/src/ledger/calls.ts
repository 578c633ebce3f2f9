import type { PriceCall } from '../prices/price.js';
import { issueAt } from '../sessions/issue-at.js';
import type { Database } from '../store/database.js';
import { SYNC } from '../sync/queues.js';
import { costOf } from './cost.js';
import { KNOWN, type KnownCall, sameMoment, witnessOf } from './known.js';
import { type MergedCall, mergeCall } from './merge.js';
import { markStale } from './stale.js';
import { totalOf, type Witness } from './witness.js';

const insertWith = (issue: string) =>
  `INSERT INTO llm_calls(id, session_id, iteration, issue_id, agent_id, provider, model, started_at, ended_at,
     duration_ms, input_tokens, output_tokens, reasoning_tokens, cache_read_tokens, cache_write_5m_tokens,
     cache_write_1h_tokens, cost_micros, cost_basis, price_version, service_tier, source, final, request_id, geo,
     tool_requests, lower_bound)
   VALUES (?1, ?2, ?3, ${issue},
     ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)
   ON CONFLICT(id) DO NOTHING`;
const INSERT = insertWith('NULL');
const INSERT_WITH_ISSUE = insertWith(issueAt('?2', '?7'));

/** Writes calls from the reports of their sources. A repeated report changes nothing. */
export class Ledger {
  readonly #db: Database;
  readonly #price: PriceCall;
  /** Whether a session has events. A transcript's call can have another id only in such sessions. */
  readonly #sessionsWithEvents = new Map<string, boolean>();
  readonly #stale = new Set<string>();
  /** Whether a session has an issue, cached during this transaction. */
  readonly #sessionsWithIssue = new Map<string, boolean>();
  #hasAliases: boolean | undefined;
  newCalls = 0;
  updatedCalls = 0;

  constructor(db: Database, price: PriceCall) {
    this.#db = db;
    this.#price = price;
  }

  /**
   * Records an API response of a transcript. A response has several rows with growing usage, and resumed
   * sessions and subagents repeat them. The call belongs to the first session, with the largest usage. With
   * `again`, the stored report is replaced, because a newer reader reads the file from its start. Returns the
   * session of the call.
   */
  record(row: Witness, again = false): string {
    // Most calls are new, in sessions without other sources. Then one statement is enough.
    const plain = !this.#anyAliases() && !this.#hasEvents(row.sessionId);
    const known = plain ? undefined : this.find(row);
    if (!known && this.#insert(row.key, row, 'transcript')) {
      this.newCalls += 1;
      return row.sessionId;
    }
    return this.#add(row, known ?? this.find(row), again);
  }

  #add(row: Witness, known: KnownCall | undefined, again: boolean): string {
    if (!known) {
      return row.sessionId;
    }
    if (known.source === 'otel') {
      this.#join(known, row);
    } else if (known.source === 'transcript') {
      this.#grow(known, row, again);
    }
    return known.session_id;
  }

  /** Call this at the end of each transaction: it marks the derived data of the changed sessions as stale. */
  flush(): void {
    for (const id of this.#stale) {
      markStale(this.#db, id);
    }
    this.#stale.clear();
    this.#sessionsWithIssue.clear();
  }

  /** Forgets the state of a transaction that was rolled back. */
  discard(): void {
    this.#stale.clear();
    this.#sessionsWithIssue.clear();
  }

  /** The session's issue is derived at the end. */
  #isAttributed(sessionId: string): boolean {
    let is = this.#sessionsWithIssue.get(sessionId);
    if (is === undefined) {
      is = this.#db.get('SELECT 1 FROM attributions WHERE session_id = ? LIMIT 1', sessionId) !== undefined;
      this.#sessionsWithIssue.set(sessionId, is);
    }
    return is;
  }

  /** Marks the call as complete. */
  settle(id: string): void {
    this.#db.run('UPDATE llm_calls SET final = 1 WHERE id = ? AND final = 0', id);
  }

  #grow(known: KnownCall, row: Witness, again: boolean): void {
    const total = totalOf(row.tokens);
    const tells = row.tier !== null && known.tier === null;
    // If two rows have the same sum, one may lack the cache writes.
    const { cacheWrite5m, cacheWrite1h } = row.tokens;
    const writes = total === known.total_tokens && cacheWrite5m + cacheWrite1h > known.written;
    if (total > known.total_tokens || tells || writes || (again && total !== known.total_tokens)) {
      const home = known.session_id === row.sessionId;
      this.#update(
        known,
        { ...row, source: 'transcript', complete: row.complete || known.final === 1 },
        home,
      );
      this.updatedCalls += 1;
    } else if (row.complete && known.final === 0) {
      this.settle(known.id);
    }
    if (known.request_id === null && row.requestId !== null) {
      this.#db.run('UPDATE llm_calls SET request_id = ? WHERE id = ?', row.requestId, known.id);
      const twin = this.#hasEvents(known.session_id) ? this.#keyed(row.requestId) : undefined;
      if (twin && twin.id !== known.id) {
        this.#absorb(known, twin, row);
      }
    }
  }

  /** Merges two calls that are the same. The event arrived while the transcript's row had no request id. */
  #absorb(known: KnownCall, twin: KnownCall, row: Witness): void {
    const events = this.witnesses(twin.id);
    for (const witness of [...events, row]) {
      this.keep(known.id, witness);
    }
    // If Langfuse has the call under one id, it must not be sent with the other.
    this.#db.run(
      'UPDATE llm_calls SET sync = MAX(sync, (SELECT sync FROM llm_calls WHERE id = ?2)) WHERE id = ?1',
      known.id,
      twin.id,
    );
    this.#db.run('DELETE FROM llm_calls WHERE id = ?', twin.id);
    this.#update(known, mergeCall([row, ...events]), true);
  }

  /** Adds a transcript to a call that has only an event. */
  #join(known: KnownCall, row: Witness): void {
    const others = this.witnesses(known.id);
    const byEvent = others.find(({ source }) => source === 'transcript');
    if (byEvent && byEvent.requestId === row.requestId && totalOf(byEvent.tokens) >= totalOf(row.tokens)) {
      return;
    }
    // A copy in another session adds nothing except possibly a larger usage.
    const mine = byEvent
      ? { ...row, sessionId: byEvent.sessionId, at: byEvent.at, iteration: byEvent.iteration }
      : row;
    this.keep(known.id, mine);
    if (row.key !== known.id) {
      this.#db.run(
        'INSERT INTO call_aliases(alias, call_id) VALUES (?, ?) ON CONFLICT(alias) DO NOTHING',
        row.key,
        known.id,
      );
      this.#hasAliases = true;
    }
    this.#update(known, mergeCall([mine, ...others.filter(({ source }) => source !== 'transcript')]), true);
    this.updatedCalls += 1;
  }

  /** Adds an event. Returns false if it contains nothing new. */
  take(event: Witness, known: KnownCall | undefined): boolean {
    const had = this.#db.get<{ said: string }>(
      "SELECT said FROM call_witnesses WHERE source = 'event' AND source_key = ?",
      event.key,
    );
    if (had) {
      return false;
    }
    if (!known) {
      this.#insert(event.key, event, 'otel');
      this.keep(event.key, event);
      this.newCalls += 1;
      return true;
    }
    const row =
      this.witnesses(known.id).find(({ source }) => source === 'transcript') ?? this.transcriptOf(known.id);
    if (row) {
      this.keep(known.id, row);
    }
    this.keep(known.id, event);
    this.#update(known, mergeCall(row ? [event, row] : [event]), true);
    this.updatedCalls += 1;
    return true;
  }

  /** Stored witnesses of a call. If an older release stored none, the call's row is used. */
  witnesses(callId: string): Witness[] {
    const kept = this.#db
      .all<{ said: string }>('SELECT said FROM call_witnesses WHERE call_id = ?', callId)
      .map(({ said }) => JSON.parse(said) as Witness);
    if (kept.some(({ source }) => source === 'event')) {
      return kept;
    }
    const event = witnessOf(this.#db, callId, 'otel');
    return event ? [event, ...kept] : kept;
  }

  /** The witness of a call that has only a transcript. */
  transcriptOf(callId: string): Witness | undefined {
    return witnessOf(this.#db, callId, 'transcript');
  }

  keep(callId: string, witness: Witness): void {
    this.#db.run(
      `INSERT INTO call_witnesses(source, source_key, call_id, session_id, said) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT(source, source_key) DO UPDATE SET call_id = excluded.call_id, said = excluded.said`,
      witness.source,
      witness.key,
      callId,
      witness.sessionId,
      JSON.stringify(witness),
    );
  }

  /** Finds the call of a transcript's row, under any id. Does not write. */
  find(row: Witness): KnownCall | undefined {
    const known = this.#db.get<KnownCall>(`${KNOWN} WHERE id = ?`, row.key);
    if (known) {
      return known;
    }
    const alias = this.#anyAliases()
      ? this.#db.get<KnownCall>(
          `${KNOWN} WHERE id = (SELECT call_id FROM call_aliases WHERE alias = ?)`,
          row.key,
        )
      : undefined;
    return alias ?? (this.#hasEvents(row.sessionId) ? this.#findByEvent(row) : undefined);
  }

  #anyAliases(): boolean {
    this.#hasAliases ??= this.#db.get('SELECT 1 FROM call_aliases LIMIT 1') !== undefined;
    return this.#hasAliases;
  }

  #hasEvents(sessionId: string): boolean {
    let byEvent = this.#sessionsWithEvents.get(sessionId);
    if (byEvent === undefined) {
      byEvent =
        this.#db.get(
          "SELECT 1 FROM llm_calls WHERE session_id = ? AND source = 'otel' LIMIT 1",
          sessionId,
        ) !== undefined;
      this.#sessionsWithEvents.set(sessionId, byEvent);
    }
    return byEvent;
  }

  /** By the provider's id. If one side has none, by tokens and time, for this request only. */
  #findByEvent(row: Witness): KnownCall | undefined {
    return (
      (row.requestId === null ? undefined : this.#keyed(row.requestId)) ?? sameMoment(this.#db, row, 'otel')
    );
  }

  #keyed(requestId: string): KnownCall | undefined {
    return this.#db.get<KnownCall>(`${KNOWN} WHERE request_id = ? AND source = 'otel'`, requestId);
  }

  /** Returns false if the id already has a call. */
  #insert(id: string, call: Omit<MergedCall, 'source'>, source: MergedCall['source']): boolean {
    const { micros, basis, version, bound } = costOf(this.#price, call);
    const inserted = this.#db.run(
      this.#isAttributed(call.sessionId) ? INSERT_WITH_ISSUE : INSERT,
      id,
      call.sessionId,
      call.iteration,
      call.agentId,
      call.provider,
      call.model,
      call.at,
      Math.max(call.at, call.endedAt),
      call.durationMs,
      call.tokens.input,
      call.tokens.output,
      call.tokens.reasoning,
      call.tokens.cacheRead,
      call.tokens.cacheWrite5m,
      call.tokens.cacheWrite1h,
      micros,
      basis,
      version,
      call.tier,
      source,
      call.complete,
      call.requestId,
      call.geo,
      call.tools && JSON.stringify(call.tools),
      bound,
    );
    this.#stale.add(call.sessionId);
    return inserted > 0;
  }

  /** With `home`, also updates the session's data: turn, subagent and start. */
  #update(known: KnownCall, call: MergedCall, home: boolean): void {
    const { micros, basis, version, bound } = costOf(this.#price, call);
    this.#db.run(
      `UPDATE llm_calls SET
         sent_tokens = CASE WHEN sync IN (${SYNC.inOutbox}, ${SYNC.sent}) THEN COALESCE(sent_tokens, total_tokens) END,
         sent_micros = CASE WHEN sync IN (${SYNC.inOutbox}, ${SYNC.sent}) AND sent_tokens IS NULL THEN cost_micros ELSE sent_micros END,
         ended_at = MAX(started_at, ?2), duration_ms = COALESCE(?3, duration_ms), input_tokens = ?4, output_tokens = ?5,
         reasoning_tokens = ?6, cache_read_tokens = ?7, cache_write_5m_tokens = ?8, cache_write_1h_tokens = ?9,
         cost_micros = ?10, cost_basis = ?11, price_version = ?12, service_tier = ?13, source = ?14, final = ?15,
         request_id = COALESCE(request_id, ?16), geo = ?17, tool_requests = ?18, lower_bound = ?19, model = ?20,
         iteration = CASE WHEN ?21 THEN COALESCE(iteration, ?22) ELSE iteration END,
         agent_id = CASE WHEN ?21 THEN COALESCE(?23, agent_id) ELSE agent_id END,
         provider = COALESCE(?24, provider), started_at = CASE WHEN ?21 THEN MIN(?25, started_at) ELSE started_at END
       WHERE id = ?1`,
      known.id,
      call.endedAt,
      call.durationMs,
      call.tokens.input,
      call.tokens.output,
      call.tokens.reasoning,
      call.tokens.cacheRead,
      call.tokens.cacheWrite5m,
      call.tokens.cacheWrite1h,
      micros,
      basis,
      version,
      call.tier,
      call.source,
      call.complete,
      call.requestId,
      call.geo,
      call.tools && JSON.stringify(call.tools),
      bound,
      call.model,
      home,
      call.iteration,
      call.agentId,
      call.provider,
      call.at,
    );
    this.#stale.add(known.session_id);
  }
}
