import { endIteration, findBySource } from '../sessions/store.js';
import { openSession } from '../sessions/surroundings.js';
import { type CodexRow, type CodexUsage, readCodexRow } from './codex-rows.js';
import type { Into, TranscriptReader } from './reader.js';
import { Turns } from './turns.js';

export interface CodexState {
  ours?: boolean;
  /** Codex's id of the session. */
  source?: string;
  session?: string;
  provider?: string;
  model?: string;
  turn?: number;
  /** Totals at the last count that was new. */
  total?: CodexUsage;
  /** How many counts of this file have been taken: the number of a call in its id. */
  calls: number;
  /** While a fork repeats its parent's history, which it does as it begins: that second, in Unix time. */
  replaySecond?: number;
}

export class CodexReader implements TranscriptReader {
  readonly state: CodexState;
  readonly sessions = new Set<string>();
  readonly #into: Into;
  readonly #turns: Turns;

  constructor(into: Into, state: CodexState) {
    this.#into = into;
    this.#turns = new Turns(into.db);
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
    if (row.type === 'session') {
      this.#begin(row);
      return;
    }
    const { session, source } = this.state;
    if (!session || !source) {
      return;
    }
    if (this.#isReplay(row.at)) {
      // Only the totals and the model count, as what the fork's own counts go on from.
      if (row.type === 'usage' && row.total) {
        this.state.total = row.total;
      } else if (row.type === 'model') {
        this.state.model = row.model;
      }
      return;
    }
    this.#take(row, session, source);
    this.#turns.seen(session, row.at);
  }

  flush(): void {
    this.#turns.flush();
  }

  /** Every count is whole when it is written. */
  get waits(): boolean {
    return false;
  }

  idle(): void {}

  #take(row: Exclude<CodexRow, { type: 'session' }>, session: string, source: string): void {
    switch (row.type) {
      case 'model':
        this.state.model = row.model;
        return;
      case 'turn-start':
        this.state.turn = this.#turns.start(session, row.turnId ? `codex:${row.turnId}` : undefined, row.at);
        return;
      case 'turn-end':
        endIteration(this.#into.db, session, row.at, row.outcome);
        return;
      case 'usage':
        this.#usage(row, session, source);
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
        this.#into.tools.ended(session, `codex:${source}:${row.id}`, row.ok, row.at);
    }
  }

  #usage(row: Extract<CodexRow, { type: 'usage' }>, session: string, source: string): void {
    const before = this.state.total;
    // The same count comes again whenever the rate limits are told.
    if (row.total && before && same(row.total, before)) {
      return;
    }
    const usage = row.last ?? (row.total && before ? minus(row.total, before) : row.total);
    if (row.total) {
      this.state.total = row.total;
    }
    if (!usage || usage.input + usage.output === 0) {
      return;
    }
    this.state.calls += 1;
    this.#into.calls.record({
      id: `codex:${source}:${this.state.calls}`,
      sessionId: session,
      iteration: this.state.turn || null,
      agentId: null,
      provider: this.state.provider ?? 'openai',
      model: this.state.model ?? 'unknown',
      at: row.at,
      endedAt: row.at,
      input: Math.max(0, usage.input - usage.cached),
      output: usage.output,
      reasoning: usage.reasoning,
      cacheRead: Math.min(usage.cached, usage.input),
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      tier: null,
      reportedDollars: null,
      final: true,
    });
  }

  #isReplay(at: number): boolean {
    if (this.state.replaySecond === undefined) {
      return false;
    }
    if (Math.floor(at / 1000) === this.state.replaySecond) {
      return true;
    }
    delete this.state.replaySecond;
    return false;
  }

  #begin(row: Extract<CodexRow, { type: 'session' }>): void {
    // A fork repeats its parent's session_meta too; the first of the file is its own.
    if (this.state.source !== undefined) {
      return;
    }
    this.state.source = row.id;
    this.state.ours = row.cwd !== null && this.#into.belongs(row.cwd);
    if (!this.state.ours) {
      return;
    }
    if (row.provider) {
      this.state.provider = row.provider;
    }
    if (row.forked) {
      this.state.replaySecond = Math.floor(row.at / 1000);
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

function same(a: CodexUsage, b: CodexUsage): boolean {
  return a.input === b.input && a.cached === b.cached && a.output === b.output && a.reasoning === b.reasoning;
}

/** Totals that shrink were started anew; then they are the count themselves. */
function minus(total: CodexUsage, before: CodexUsage): CodexUsage {
  if (total.input < before.input || total.output < before.output) {
    return total;
  }
  return {
    input: total.input - before.input,
    cached: Math.max(0, total.cached - before.cached),
    output: total.output - before.output,
    reasoning: Math.max(0, total.reasoning - before.reasoning),
  };
}
