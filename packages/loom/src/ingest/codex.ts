import { stableId } from '../ids.js';
import type { Witness } from '../ledger/witness.js';
import { endIteration, findBySource, stopTurn } from '../sessions/store.js';
import { openSession } from '../sessions/surroundings.js';
import type { Rollouts } from './codex-history.js';
import { isReplay, type ReplayState, totalKey } from './codex-replay.js';
import { CODEX_MARKS, type CodexRow, type CodexUsage, readCodexRow } from './codex-rows.js';
import type { Destination, ReaderState, TranscriptReader } from './reader.js';
import { Turns } from './turns.js';
import { tokensOf } from './usage.js';

/** A request with one of its two rows. `token_usage_record` can come before or after `token_count`. */
interface Half {
  readonly n: number;
  readonly key: string;
  readonly usage?: CodexUsage;
}

export interface CodexState extends ReaderState {
  ours?: boolean;
  /** Codex's id of the session. */
  source?: string;
  session?: string;
  /** Whether the end of its last task is the end of the session (`codex exec`, and subagents). */
  ends?: boolean;
  endedAt?: number;
  provider?: string;
  model?: string;
  tier?: string | null;
  turn?: number;
  /** Number of turns in this file so far, used as the id of a turn without one. */
  turns?: number;
  /** Totals at the last new count. */
  total?: CodexUsage;
  /** Distinguishes the calls of a second file of the session from those of the first. */
  part?: string;
  /** Number of requests in this file so far, used in the id of a call. */
  calls: number;
  /** Requests with only a record, and requests with only a count. */
  records?: Half[];
  counts?: Half[];
  replay?: ReplayState;
  /** True while a file is read from its start again, to replace the data of an older release. */
  again?: boolean;
}

const HALVES_KEPT = 20;

export class CodexReader implements TranscriptReader {
  readonly state: CodexState;
  readonly sessions = new Set<string>();
  readonly marks = CODEX_MARKS;
  readonly #into: Destination;
  readonly #turns: Turns;
  readonly #rollouts: Rollouts;
  readonly #path: string;

  constructor(into: Destination, state: CodexState, path: string, rollouts: Rollouts) {
    this.#into = into;
    this.#turns = new Turns(into.db);
    this.#rollouts = rollouts;
    this.#path = path;
    this.state = state;
    if (state.session) {
      this.sessions.add(state.session);
    }
  }

  get ours(): boolean {
    return this.state.ours !== false;
  }

  line(text: string): void {
    const row = readCodexRow(text);
    if (!row) {
      return;
    }
    if (row.type === 'session' && this.state.source === undefined) {
      this.#begin(row);
      return;
    }
    const { session, source } = this.state;
    if (!session || !source) {
      return;
    }
    if (row.type === 'session') {
      // A fork also repeats the session_meta of its parent. The first one in the file is its own.
      if (row.id !== source && this.state.calls === 0) {
        this.state.replay ??= replayOf(row.id, row.at);
      }
    }
    if (this.#isReplay(row, source)) {
      this.#inherit(row);
      return;
    }
    if (row.type !== 'session') {
      this.#take(row, session, source);
      this.#turns.seen(session, row.at);
    }
  }

  flush(): void {
    this.#turns.flush();
    if (this.state.ends && this.state.session) {
      this.#into.db.run(
        "UPDATE sessions SET meta = json_set(meta, '$.done_at', ?1) WHERE id = ?2 AND json_extract(meta, '$.done_at') IS NOT ?1",
        this.state.endedAt,
        this.state.session,
      );
    }
  }

  /**
   * An older release also created calls for rows that are not calls. Their numbers are after the last call.
   */
  whole(): void {
    const { again, session, source, calls } = this.state;
    if (again && session && source) {
      const prefix = this.#callId(source, '');
      this.#into.db.run(
        `DELETE FROM llm_calls WHERE session_id = ? AND source = 'transcript' AND id GLOB ?
           AND CAST(substr(id, ?) AS INTEGER) > ?`,
        session,
        `${prefix}[0-9]*`,
        prefix.length + 1,
        calls,
      );
    }
    delete this.state.again;
  }

  /** Every count is complete when it is written. */
  get waits(): boolean {
    return false;
  }

  idle(): void {}

  #isReplay(row: CodexRow, source: string): boolean {
    const { replay } = this.state;
    if (!replay) {
      return false;
    }
    const history =
      replay.parent === null
        ? undefined
        : replay.parent === source
          ? this.#rollouts.before(source, this.#path)
          : this.#rollouts.history(replay.parent);
    if (isReplay(replay, row, source, history)) {
      return true;
    }
    // The history ends with the session's first own request, or with a turn that its parent does not have.
    if (row.type === 'usage' || row.type === 'record' || (row.type === 'turn-start' && history)) {
      if (replay.maybe && !replay.ownTurn && this.state.session) {
        this.#startTurn(this.state.session, replay.maybe.turnId, replay.maybe.at);
      }
      delete this.state.replay;
    }
    return false;
  }

  /**
   * From a history, only the totals, the model and the tier are used, as the start of the session's own
   * counts.
   */
  #inherit(row: CodexRow): void {
    if (row.type === 'usage' && row.total) {
      this.state.total = row.total;
    } else if (row.type === 'context') {
      this.#context(row);
    } else if (row.type === 'settings') {
      this.state.tier = row.tier;
    }
  }

  #take(row: Exclude<CodexRow, { type: 'session' }>, session: string, source: string): void {
    switch (row.type) {
      case 'context':
        this.#context(row);
        return;
      case 'settings':
        this.state.tier = row.tier;
        return;
      case 'turn-start':
        this.#startTurn(session, row.turnId, row.at);
        return;
      case 'turn-end':
        if (row.turnId) {
          stopTurn(this.#into.db, session, `codex:${row.turnId}`, row.at);
        }
        endIteration(this.#into.db, session, row.at, row.outcome);
        if (this.state.ends) {
          this.state.endedAt = row.at;
        }
        return;
      case 'usage':
        this.#usage(row, session, source);
        return;
      case 'record':
        this.#recorded(row, session, source);
        return;
      case 'tool-start':
        this.#into.tools.started(session, {
          id: `codex:${source}:${row.id}`,
          name: row.name,
          iteration: this.state.turn || null,
          agentId: null,
          at: row.at,
          path: null,
        });
        return;
      case 'tool-end':
        this.#into.tools.ended(session, `codex:${source}:${row.id}`, row.ok, row.at, row.durationMs);
        return;
      case 'changes':
        this.#changes(row, session, source);
    }
  }

  /**
   * An item is logged at its end. On a second read, its tool call shows that the item is already recorded.
   */
  #changes(row: Extract<CodexRow, { type: 'changes' }>, session: string, source: string): void {
    const id = `codex:${source}:${row.id}:changes`;
    const [first] = row.changes;
    this.#into.tools.started(session, {
      id,
      name: 'apply_patch',
      iteration: this.state.turn || null,
      agentId: null,
      at: row.at,
      path: first?.path ?? null,
    });
    if (this.#into.tools.ended(session, id, first !== undefined, row.at)) {
      for (const change of row.changes) {
        this.#into.tools.changed(session, change, row.at);
      }
    }
  }

  #context(row: Extract<CodexRow, { type: 'context' }>): void {
    if (row.model) {
      this.state.model = row.model;
    }
    if (row.tier) {
      this.state.tier = row.tier;
    }
  }

  #startTurn(session: string, turnId: string | null, at: number): void {
    this.state.turns = (this.state.turns ?? 0) + 1;
    const id = turnId ? `codex:${turnId}` : `${session}/${this.state.turns}`;
    this.state.turn = this.#turns.start(session, id, at);
    delete this.state.endedAt;
  }

  #usage(row: Extract<CodexRow, { type: 'usage' }>, session: string, source: string): void {
    const before = this.state.total;
    // Codex repeats the last count each time it logs the rate limits.
    if (row.total && before && keyOf(row.total) === keyOf(before)) {
      return;
    }
    const usage = row.last ?? (row.total && before ? minus(row.total, before) : row.total);
    if (row.total) {
      this.state.total = row.total;
    }
    if (!usage || usage.input_tokens + usage.output_tokens === 0) {
      return;
    }
    const half = take(this.state.records, requestKey(usage));
    if (half === undefined) {
      this.state.calls += 1;
      this.state.counts = unmatched(this.state.counts, { n: this.state.calls, key: requestKey(usage) });
    }
    if (half === undefined || row.tier != null) {
      this.#call(half?.n ?? this.state.calls, half?.usage ?? usage, row, null, session, source);
    }
  }

  /**
   * Newer versions log this for each request. For a request that compacts a thread, it is the only source.
   */
  #recorded(row: Extract<CodexRow, { type: 'record' }>, session: string, source: string): void {
    const half = take(this.state.counts, requestKey(row.usage));
    if (half === undefined) {
      this.state.calls += 1;
      this.state.records = unmatched(this.state.records, {
        n: this.state.calls,
        key: requestKey(row.usage),
        usage: row.usage,
      });
    }
    this.#call(half?.n ?? this.state.calls, row.usage, row, row.responseId, session, source);
  }

  #call(
    n: number,
    usage: CodexUsage,
    { at, tier }: { at: number; tier: string | null | undefined },
    responseId: string | null,
    session: string,
    source: string,
  ): void {
    const { tokens } = tokensOf(usage);
    const witness: Witness = {
      source: 'transcript',
      key: this.#callId(source, n),
      sessionId: session,
      iteration: this.state.turn || null,
      agentId: null,
      provider: this.state.provider ?? 'openai',
      model: this.state.model ?? 'unknown',
      requestId: responseId,
      at,
      endedAt: at,
      durationMs: null,
      tokens,
      // OpenAI has one price for cache writes.
      writesAreSplit: true,
      tier: tier === undefined ? (this.state.tier ?? null) : tier,
      geo: null,
      tools: null,
      reportedMicros: null,
      complete: true,
    };
    this.#into.calls.record(witness, this.state.again);
  }

  #callId(source: string, n: number | ''): string {
    return this.state.part ? `codex:${source}~${this.state.part}:${n}` : `codex:${source}:${n}`;
  }

  #begin(row: Extract<CodexRow, { type: 'session' }>): void {
    this.state.source = row.id;
    const belonging = row.cwd === null ? 'outside' : this.#into.folders.of(row.cwd, row.branch);
    this.state.ours = belonging === 'ours';
    if (!this.state.ours) {
      this.state.left = belonging === 'gone' ? 'gone' : 'foreign';
      return;
    }
    this.state.again = true;
    this.state.ends = row.exec || row.spawned;
    if (row.provider) {
      this.state.provider = row.provider;
    }
    if (row.parentId !== null || row.spawned) {
      this.state.replay = replayOf(row.parentId, row.at);
    } else if (this.#rollouts.before(row.id, this.#path)) {
      // A second file of the same session may repeat the first one, and starts its counts again.
      this.state.replay = replayOf(row.id, row.at);
      this.state.part = stableId(this.#path, 6);
    }
    const parent = row.parentId ? findBySource(this.#into.db, 'codex', row.parentId) : undefined;
    const session = openSession(
      this.#into.db,
      {
        agent: 'codex',
        source: 'codex',
        sourceSessionId: row.id,
        parentSessionId: parent?.id,
        cwd: row.cwd ?? undefined,
        branch: row.branch ?? undefined,
        commit: row.commit ?? undefined,
        startedAt: row.at,
      },
      {},
      row.at,
    );
    this.state.session = session.id;
    this.sessions.add(session.id);
  }
}

function replayOf(parent: string | null, at: number): ReplayState {
  return { parent, startedAt: at, lastAt: at, named: false, ownTurn: false };
}

function keyOf(usage: CodexUsage): string {
  return Object.values(usage).join(' ');
}

/** One of a request's two rows may lack the cache writes. */
function requestKey(usage: CodexUsage): string {
  return totalKey(usage);
}

/** Removes the first half with this usage from the list. */
function take(halves: Half[] | undefined, key: string): Half | undefined {
  const at = halves?.findIndex((half) => half.key === key) ?? -1;
  return at === -1 ? undefined : halves?.splice(at, 1)[0];
}

function unmatched(halves: readonly Half[] | undefined, half: Half): Half[] {
  return [...(halves ?? []), half].slice(-HALVES_KEPT);
}

/** If the totals shrink, they were reset and are the count themselves. */
function minus(total: CodexUsage, before: CodexUsage): CodexUsage {
  if (total.input_tokens < before.input_tokens || total.output_tokens < before.output_tokens) {
    return total;
  }
  const less = (kind: keyof CodexUsage) => Math.max(0, total[kind] - before[kind]);
  return {
    input_tokens: less('input_tokens'),
    cached_input_tokens: less('cached_input_tokens'),
    cache_write_input_tokens: less('cache_write_input_tokens'),
    output_tokens: less('output_tokens'),
    reasoning_output_tokens: less('reasoning_output_tokens'),
  };
}
