import type { Witness } from '../ledger/witness.js';
import { attribute, issueNamedIn } from '../sessions/attribution.js';
import { findBySource, setParent } from '../sessions/store.js';
import { openSession } from '../sessions/surroundings.js';
import type { Belonging } from './belonging.js';
import { mergeRows, type PartialResponse, witnessesOf } from './claude-response.js';
import { CLAUDE_MARKS, type ClaudeResponse, type ClaudeRow, readClaudeRow } from './claude-rows.js';
import type { Destination, ReaderState, TranscriptReader } from './reader.js';
import type { FileChange } from './tools.js';
import { Turns } from './turns.js';

export interface ClaudeState extends ReaderState {
  /** For each stream (the main one and each subagent), the call that may still miss its last row. */
  open: Record<string, string>;
  /** Whether the session started in the project. */
  ours?: boolean;
  branch?: string;
  /** Requested changes of running tools, by id. */
  changes?: Record<string, FileChange>;
}

export class ClaudeReader implements TranscriptReader {
  readonly state: ClaudeState;
  readonly sessions = new Set<string>();
  readonly #into: Destination;
  readonly #turns: Turns;
  readonly #ids = new Map<string, string>();
  /** For each stream, the response so far. */
  readonly #responses = new Map<string, PartialResponse>();
  readonly #changes: Map<string, FileChange>;
  /** Position of the last row. */
  #place: { readonly cwd: string; readonly branch: string | null; readonly belonging: Belonging } | undefined;

  constructor(into: Destination, state: ClaudeState) {
    this.#into = into;
    this.#turns = new Turns(into.db);
    this.state = state;
    this.#changes = new Map(Object.entries(state.changes ?? {}));
  }

  /** Any row may belong to a folder of the project. */
  get ours(): boolean {
    return true;
  }

  /** In sessions that started elsewhere, only rows with a folder of the project are relevant. */
  get marks(): readonly string[] {
    return this.state.ours === false ? this.#into.folders.needles : CLAUDE_MARKS;
  }

  line(text: string): void {
    const row = readClaudeRow(text);
    if (!row || !this.#isOurs(row)) {
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
    this.#tools(row, sessionId, subagent);
    this.#turns.seen(sessionId, row.at);
  }

  flush(): void {
    for (const partial of this.#responses.values()) {
      this.#record(partial, false);
    }
    this.#responses.clear();
    this.#turns.flush();
    this.state.changes = Object.fromEntries(this.#changes);
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

  /** Rows before the first folder name are rare and contain no cost. */
  #isOurs(row: ClaudeRow): boolean {
    if (row.cwd === null) {
      return this.state.ours === true;
    }
    if (this.#place?.cwd !== row.cwd || this.#place.branch !== row.branch) {
      const { cwd, branch } = row;
      this.#place = { cwd, branch, belonging: this.#into.folders.of(cwd, branch) };
    }
    const { belonging } = this.#place;
    this.state.ours ??= belonging === 'ours';
    // A session that started here still belongs to the project after it moved to a folder without a project.
    const ours = belonging === 'ours' || (this.state.ours && belonging !== 'other');
    if (!ours) {
      this.state.left = belonging === 'gone' ? 'gone' : 'foreign';
    }
    return ours;
  }

  #tools(row: ClaudeRow, sessionId: string, subagent: string | null): void {
    for (const { change, ...tool } of row.toolsStarted) {
      this.#into.tools.started(sessionId, {
        ...tool,
        iteration: this.#turns.at(sessionId, row.at),
        agentId: subagent,
        at: row.at,
      });
      if (change) {
        this.#changes.set(tool.id, change);
      }
    }
    for (const { id, ok, change: done, updated } of row.toolsEnded) {
      const requested = this.#changes.get(id);
      this.#changes.delete(id);
      const change = done ?? (requested && updated ? { ...requested, type: 'modified' as const } : requested);
      // A change counts once, even if a resumed session repeats its row.
      if (this.#into.tools.ended(sessionId, id, ok, row.at) && ok && change) {
        this.#into.tools.changed(sessionId, change, row.at);
      }
    }
  }

  #response(row: ClaudeRow, response: ClaudeResponse, sessionId: string, subagent: string | null): void {
    const { id } = response;
    const stream = subagent ?? '';
    const partial = this.#responses.get(stream);
    if (partial && partial.response.id !== id) {
      // Another response follows, so this one is complete.
      this.#record(partial, true);
      this.#responses.delete(stream);
    } else if (!partial && this.state.open[stream] !== undefined && this.state.open[stream] !== id) {
      this.#into.calls.settle(this.state.open[stream]);
    }
    this.state.open[stream] = id;
    const now: PartialResponse = {
      response,
      sessionId,
      iteration: this.#turns.at(sessionId, row.at),
      agentId: subagent,
      at: row.at,
      endedAt: row.at,
    };
    const goesOn = partial?.response.id === id && partial.sessionId === sessionId;
    this.#responses.set(stream, goesOn ? mergeRows(partial, now) : now);
  }

  #record(partial: PartialResponse, complete: boolean): void {
    for (const witness of witnessesOf(partial, complete)) {
      this.#write(witness);
    }
  }

  #write(witness: Witness): void {
    const home = this.#into.calls.record(witness);
    if (home !== witness.sessionId) {
      // It repeats calls of another session, so it was created from that session.
      setParent(this.#into.db, witness.sessionId, home);
    }
  }

  /** An agent often creates the issue's branch some time after the start. */
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
      const parent =
        row.forkedFrom === null ? undefined : findBySource(this.#into.db, 'claude-code', row.forkedFrom);
      const session = {
        agent: 'claude-code',
        source: 'claude-code',
        sourceSessionId: row.sessionId,
        parentSessionId: parent?.id,
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
