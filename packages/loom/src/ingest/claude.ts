import { attribute, issueNamedIn } from '../sessions/attribution.js';
import { openSession } from '../sessions/surroundings.js';
import type { CallFacts } from './calls.js';
import { type ClaudeResponse, type ClaudeRow, readClaudeRow } from './claude-rows.js';
import type { Into, TranscriptReader } from './reader.js';
import { Turns } from './turns.js';

export interface ClaudeState {
  /** Of each stream (the main one and each subagent) the call whose last row may not have come. */
  open: Record<string, string>;
  ours?: boolean;
  branch?: string;
}

export class ClaudeReader implements TranscriptReader {
  readonly state: ClaudeState;
  readonly sessions = new Set<string>();
  readonly #into: Into;
  readonly #turns: Turns;
  readonly #ids = new Map<string, string>();
  /** Of each stream the response being read, as far as it has come. */
  readonly #held = new Map<string, CallFacts>();

  constructor(into: Into, state: ClaudeState) {
    this.#into = into;
    this.#turns = new Turns(into.db);
    this.state = state;
  }

  get ours(): boolean {
    return this.state.ours !== false;
  }

  line(text: string): void {
    const row = readClaudeRow(text);
    if (!row) {
      return;
    }
    if (this.state.ours === undefined && row.cwd !== null) {
      this.state.ours = this.#into.belongs(row.cwd);
    }
    // Rows before the first folder is named are rare and say nothing about cost.
    if (this.state.ours !== true) {
      return;
    }
    const sessionId = this.#session(row);
    if (row.branch !== null && row.branch !== this.state.branch) {
      this.#branchChanged(sessionId, row.branch, row.at);
    }
    const subagent = row.agentId ?? (row.sidechain ? 'sidechain' : null);
    if (row.prompt) {
      this.#turns.start(sessionId, row.prompt.id, row.at);
    }
    if (row.response) {
      this.#response(row, row.response, sessionId, subagent);
    }
    for (const tool of row.toolsStarted) {
      this.#into.tools.started(sessionId, {
        ...tool,
        iteration: this.#turns.at(sessionId, row.at),
        agentId: subagent,
        at: row.at,
      });
    }
    for (const { id, ok, change } of row.toolsEnded) {
      // A change counts once, however often a resumed session repeats its row.
      if (this.#into.tools.ended(sessionId, id, ok, row.at) && change) {
        this.#into.tools.changed(sessionId, change, row.at);
      }
    }
    this.#turns.seen(sessionId, row.at);
  }

  flush(): void {
    for (const facts of this.#held.values()) {
      this.#into.calls.record(facts);
    }
    this.#held.clear();
    this.#turns.flush();
  }

  get waits(): boolean {
    return Object.keys(this.state.open).length > 0;
  }

  idle(): void {
    for (const id of Object.values(this.state.open)) {
      this.#into.calls.settle(id);
    }
    this.state.open = {};
  }

  #response(row: ClaudeRow, response: ClaudeResponse, sessionId: string, subagent: string | null): void {
    const { id } = response;
    const stream = subagent ?? '';
    const held = this.#held.get(stream);
    if (held && held.id !== id) {
      // Another one follows, so this one is whole.
      this.#into.calls.record({ ...held, final: true });
      this.#held.delete(stream);
    } else if (!held && this.state.open[stream] !== undefined && this.state.open[stream] !== id) {
      this.#into.calls.settle(this.state.open[stream]);
    }
    this.state.open[stream] = id;
    const facts: CallFacts = {
      ...response,
      id,
      sessionId,
      iteration: this.#turns.at(sessionId, row.at),
      agentId: subagent,
      provider: null,
      at: row.at,
      endedAt: row.at,
      reasoning: 0,
      final: false,
    };
    this.#held.set(stream, held?.id === id && held.sessionId === sessionId ? larger(held, facts) : facts);
  }

  /** An agent often makes the issue's branch only after it has begun. */
  #branchChanged(sessionId: string, branch: string, at: number): void {
    const first = this.state.branch === undefined;
    this.state.branch = branch;
    const issue = first ? undefined : issueNamedIn(this.#into.db, branch);
    if (issue) {
      attribute(this.#into.db, sessionId, issue, 'branch', at);
    }
  }

  #session(row: ClaudeRow): string {
    let id = this.#ids.get(row.sessionId);
    if (id === undefined) {
      const session = {
        agent: 'claude-code',
        source: 'claude-code',
        sourceSessionId: row.sessionId,
        cwd: row.cwd ?? undefined,
        branch: row.branch ?? undefined,
        startedAt: row.at,
      };
      id = openSession(this.#into.db, session, {}, row.at).id;
      this.#ids.set(row.sessionId, id);
    }
    this.sessions.add(id);
    return id;
  }
}

/** Two rows of one response: it began with the first, and the one with more tokens has the true usage. */
function larger(before: CallFacts, now: CallFacts): CallFacts {
  const tokens = (of: CallFacts) => of.input + of.output + of.cacheRead + of.cacheWrite5m + of.cacheWrite1h;
  const usage = tokens(now) >= tokens(before) ? now : before;
  return { ...usage, at: before.at, iteration: before.iteration, endedAt: now.at };
}
