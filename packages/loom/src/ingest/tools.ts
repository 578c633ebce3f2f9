import { isAbsolute, relative } from 'node:path';
import type { Database } from '../store/database.js';

export interface FileChange {
  readonly path: string;
  readonly type: 'created' | 'modified' | 'deleted' | 'renamed';
  readonly added: number;
  readonly removed: number;
}

const PATHS_KEPT = 10_000;

const STARTED = `INSERT INTO tool_calls(id, session_id, iteration, agent_id, name, started_at, path, ok, duration_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING`;
/** A gate records only the start of a tool. */
const ENDED = `UPDATE tool_calls SET ok = ?, duration_ms = COALESCE(?, MAX(0, ? - started_at)),
    iteration = COALESCE(iteration, ?), agent_id = COALESCE(agent_id, ?), path = COALESCE(path, ?)
  WHERE id = ? AND session_id = ? AND ok IS NULL`;
const CHANGED = `INSERT INTO files_modified(session_id, path, change_type, lines_added, lines_removed, last_at)
  VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT(session_id, path) DO UPDATE SET
    change_type = CASE WHEN excluded.change_type = 'modified' THEN change_type ELSE excluded.change_type END,
    lines_added = lines_added + excluded.lines_added,
    lines_removed = lines_removed + excluded.lines_removed, last_at = MAX(last_at, excluded.last_at)`;

interface StartedTool {
  readonly id: string;
  readonly name: string;
  readonly iteration: number | null;
  readonly agentId: string | null;
  readonly at: number;
  readonly path: string | null;
}

/** Writes the tools and file changes from transcripts. Repeated rows change nothing. */
export class ToolRecorder {
  readonly #db: Database;
  readonly #root: string;
  /** Started tools that are not written yet. Most end soon, and are then written once. */
  readonly #started = new Map<string, { readonly sessionId: string; readonly tool: StartedTool }>();
  readonly #changes = new Map<string, FileChange & { readonly sessionId: string; readonly at: number }>();
  readonly #short = new Map<string, string>();

  constructor(db: Database, projectRoot: string) {
    this.#db = db;
    this.#root = projectRoot;
  }

  started(sessionId: string, tool: StartedTool): void {
    if (!this.#started.has(tool.id)) {
      this.#started.set(tool.id, { sessionId, tool });
    }
  }

  /** Returns false if it had ended before, or if another session started it. */
  ended(sessionId: string, id: string, ok: boolean, at: number, durationMs: number | null = null): boolean {
    const started = this.#started.get(id);
    if (started?.sessionId === sessionId) {
      this.#started.delete(id);
      const duration = durationMs ?? Math.max(0, at - started.tool.at);
      if (this.#insert(sessionId, started.tool, ok, duration)) {
        return true;
      }
    }
    const changes = this.#db.run(
      ENDED,
      ok,
      durationMs,
      at,
      started?.tool.iteration,
      started?.tool.agentId,
      started?.tool.path == null ? null : this.#shortPath(started.tool.path),
      id,
      sessionId,
    );
    return changes > 0;
  }

  /** Call this at the end of each transaction. */
  flush(): void {
    for (const { sessionId, tool } of this.#started.values()) {
      this.#insert(sessionId, tool, null, null);
    }
    this.#started.clear();
    this.#flushChanges();
  }

  /** Forgets the state of a transaction that was rolled back. */
  discard(): void {
    this.#started.clear();
    this.#changes.clear();
  }

  #insert(sessionId: string, tool: StartedTool, ok: boolean | null, durationMs: number | null): boolean {
    return (
      this.#db.run(
        STARTED,
        tool.id,
        sessionId,
        tool.iteration,
        tool.agentId,
        tool.name,
        tool.at,
        tool.path === null ? null : this.#shortPath(tool.path),
        ok,
        durationMs,
      ) > 0
    );
  }

  /** Written at the end of the transaction, because most files are changed many times. */
  changed(sessionId: string, change: FileChange, at: number): void {
    const path = this.#shortPath(change.path);
    const key = `${sessionId}\n${path}`;
    const before = this.#changes.get(key);
    this.#changes.set(key, {
      sessionId,
      path,
      type: before && change.type === 'modified' ? before.type : change.type,
      added: change.added + (before?.added ?? 0),
      removed: change.removed + (before?.removed ?? 0),
      at: Math.max(at, before?.at ?? 0),
    });
  }

  #flushChanges(): void {
    for (const { sessionId, path, type, added, removed, at } of this.#changes.values()) {
      this.#db.run(CHANGED, sessionId, path, type, added, removed, at);
    }
    this.#changes.clear();
  }

  /** Relative to the project with `/`. For files outside, only the name. */
  #shortPath(path: string): string {
    const known = this.#short.get(path);
    if (known !== undefined) {
      return known;
    }
    const short = this.#shortened(path);
    if (this.#short.size < PATHS_KEPT) {
      this.#short.set(path, short);
    }
    return short;
  }

  #shortened(path: string): string {
    const inside = isAbsolute(path) ? relative(this.#root, path) : path;
    const short = inside.startsWith('..') || isAbsolute(inside) ? `…/${path.split(/[\\/]/).pop()}` : inside;
    return short.replaceAll('\\', '/');
  }
}
