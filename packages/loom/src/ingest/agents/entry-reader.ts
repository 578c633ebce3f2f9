import { dollarsToMicros } from '../../money.js';
import { modelName } from '../../prices/model-names.js';
import { findBySource } from '../../sessions/store.js';
import { openSession } from '../../sessions/surroundings.js';
import type { Destination, ReaderState, TranscriptReader } from '../reader.js';
import { Turns } from '../turns.js';
import { tokensFrom, toolsOf } from '../usage.js';
import type { Entry, EntryCall, EntryTool, Format } from './entry.js';

interface EntryState extends ReaderState {
  /** The agent's id of the session for rows without one. */
  source?: string;
  cwd?: string | undefined;
  branch?: string | undefined;
  begun?: number;
}

/** Reads the logs of any agent with a {@link Format}. */
export class EntryReader implements TranscriptReader {
  readonly state: EntryState;
  readonly sessions = new Set<string>();
  readonly ours = true;
  readonly waits = false;
  readonly #into: Destination;
  readonly #format: Format;
  readonly #path: string;
  readonly #turns: Turns;
  readonly #ids = new Map<string, string>();

  constructor(into: Destination, state: ReaderState, format: Format, path: string) {
    this.#into = into;
    this.state = state;
    this.#format = format;
    this.#path = path;
    this.#turns = new Turns(into.db);
  }

  line(text: string): void {
    for (const entry of this.#format.read(text, this.#path)) {
      this.#take(entry);
    }
  }

  flush(): void {
    this.#turns.flush();
  }

  idle(): void {}

  #take(entry: Entry): void {
    if (entry.session !== undefined && entry.session !== this.state.source) {
      this.state.source = entry.session;
      delete this.state.cwd;
      delete this.state.branch;
      this.state.begun = entry.at;
    }
    this.state.cwd = entry.cwd ?? this.state.cwd;
    this.state.branch = entry.branch ?? this.state.branch;
    const { source, cwd } = this.state;
    if (source === undefined || (!entry.call && !entry.prompt && !entry.tools && !entry.ends)) {
      return;
    }
    const belonging = cwd === undefined ? 'outside' : this.#into.folders.of(cwd, this.state.branch ?? null);
    if (belonging !== 'ours') {
      this.state.left = belonging === 'gone' ? 'gone' : 'foreign';
      return;
    }
    const session = this.#session(source, entry);
    if (entry.prompt) {
      this.#turns.start(session, entry.prompt.id, entry.at);
    }
    if (entry.call) {
      this.#call(entry.call, entry.at, session);
    }
    for (const tool of entry.tools ?? []) {
      this.#tool(tool, entry.at, session);
    }
    if (entry.ends) {
      this.#into.db.run(
        "UPDATE sessions SET meta = json_set(meta, '$.done_at', ?) WHERE id = ?",
        entry.at,
        session,
      );
    }
    this.#turns.seen(session, entry.call?.endedAt ?? entry.at);
  }

  #call(call: EntryCall, at: number, session: string): void {
    const tokens = tokensFrom(call.kinds);
    if (Object.values(tokens).every((count) => count === 0)) {
      return;
    }
    this.#into.calls.record({
      source: 'transcript',
      key: call.id,
      sessionId: session,
      iteration: this.#turns.at(session, at),
      agentId: null,
      provider: call.provider,
      model: modelName(call.model),
      requestId: null,
      at,
      endedAt: call.endedAt ?? at,
      durationMs: call.endedAt === undefined ? null : call.endedAt - at,
      tokens,
      writesAreSplit: call.kinds.cache_write === undefined,
      tier: null,
      geo: null,
      tools: toolsOf(call.kinds),
      reportedMicros: call.dollars === null ? null : dollarsToMicros(call.dollars),
      complete: call.complete ?? true,
    });
  }

  #tool(tool: EntryTool, at: number, session: string): void {
    this.#into.tools.started(session, {
      id: tool.id,
      name: tool.name,
      iteration: this.#turns.at(session, at),
      agentId: null,
      at,
      path: tool.path ?? null,
    });
    if (
      tool.ok !== null &&
      this.#into.tools.ended(session, tool.id, tool.ok, tool.endedAt ?? at) &&
      tool.change
    ) {
      this.#into.tools.changed(session, tool.change, at);
    }
  }

  #session(source: string, entry: Entry): string {
    let id = this.#ids.get(source);
    if (id === undefined) {
      const { agent } = this.#format;
      const parent =
        entry.parent === undefined ? undefined : findBySource(this.#into.db, agent, entry.parent);
      id = openSession(
        this.#into.db,
        {
          agent,
          source: agent,
          sourceSessionId: source,
          parentSessionId: parent?.id,
          cwd: this.state.cwd,
          branch: this.state.branch,
          title: entry.title,
          startedAt: this.state.begun ?? entry.at,
        },
        {},
        entry.at,
      ).id;
      this.#ids.set(source, id);
    }
    this.sessions.add(id);
    return id;
  }
}
